"""What a survey has waiting for people: for liaisons their school's answers, for coordinators how far the schools are."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.needs.models import Survey
from allcity.site.needs.survey.queries import handed_in_by_survey, surveys_to_answer
from allcity.site.notices.work import WorkItem


def surveys(user: User) -> Iterator[WorkItem]:
    """Each survey that a school of the person's has not handed in, and each that runs where the person coordinates."""
    for survey, school, reply in surveys_to_answer(user):
        if reply is None or reply.submitted_at is None:
            yield WorkItem(
                title=_("The survey of %(year)s: %(school)s") % {"year": year_name(survey.year), "school": school},
                detail=_("Begun, not handed in yet.") if reply else _("About 15 minutes. “I don't know” is an answer."),
                url=reverse("city:survey-school", args=[survey.city.slug, survey.year, school.slug]),
                due_on=survey.due_on,
                city=survey.city,
                weight=40,
            )
    running = Survey.objects.filter(closed_at=None, city__in=coordinated_by(user)).select_related("city")
    for survey, schools, handed_in in handed_in_by_survey(running):
        yield WorkItem(
            title=_("The survey of %(year)s is open") % {"year": year_name(survey.year)},
            detail=_("%(done)s of %(all)s schools have handed in.") % {"done": handed_in, "all": schools},
            url=reverse("city:survey-board", args=[survey.city.slug, survey.year]),
            due_on=survey.due_on,
            city=survey.city,
        )
