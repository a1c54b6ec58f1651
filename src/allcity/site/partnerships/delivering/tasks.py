"""What sessions do in the background."""

from django_tasks import task

from allcity.site.partnerships.delivering import reminding


@task()
def look_after_sessions() -> None:
    """Ask whoever logs sessions whether planned ones took place, and after partnerships of which nothing is told."""
    reminding.remind_to_log()
