"""What surveys do in the background."""

from django_tasks import task

from allcity.site.needs.models import Survey
from allcity.site.needs.survey import helping, reminding


@task()
def tell_of_opening(survey: int) -> None:
    """Tell every liaison of a city that its survey is open."""
    found = Survey.objects.select_related("city").filter(pk=survey, closed_at=None).first()
    if found:
        reminding.tell_everybody(found)


@task()
def remind_all(survey: int) -> None:
    """Remind every school that has not handed in."""
    found = Survey.objects.select_related("city").filter(pk=survey, closed_at=None).first()
    if found:
        reminding.remind(survey=found)


@task()
def remind_of_surveys() -> None:
    """Remind schools whose survey is due soon, or was due."""
    reminding.remind_where_due()


@task()
def forget_addresses() -> None:
    """Forget the mail addresses of those who were asked for help, where the link has ended."""
    helping.forget_addresses()
