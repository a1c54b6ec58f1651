"""What proposals do in the background."""

from django_tasks import task

from allcity.site.needs.proposals import reminding


@task()
def look_after_proposals() -> None:
    """Remind whoever has to answer an offer or request, ask how it went, and put aside what nobody answers."""
    reminding.lapse_overdue()
