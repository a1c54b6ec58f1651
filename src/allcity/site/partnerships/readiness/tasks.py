"""What readiness does in the background."""

from django_tasks import task

from allcity.site.partnerships.readiness import reminding


@task()
def look_after_readiness() -> None:
    """Remind organizations of clearances, insurance and training that run out."""
    reminding.remind_of_what_runs_out()
