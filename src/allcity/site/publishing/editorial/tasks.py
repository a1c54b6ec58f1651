"""What is done of pages in the background."""

from django.core.management import call_command
from django_tasks import task


@task()
def publish_what_is_due() -> None:
    """Publish pages whose time has come, and take back those whose time is over, as their editors have set."""
    call_command("publish_scheduled", verbosity=0)
