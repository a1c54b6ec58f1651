"""What evaluations do in the background."""

from django_tasks import task

from allcity.site.partnerships.evaluating import reminding


@task()
def look_back_on_partnerships() -> None:
    """Ask the parties of partnerships to look back on the year, and remind them."""
    reminding.look_back()
