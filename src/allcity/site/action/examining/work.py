"""What self-examinations have waiting for people: answers, and for coordinators what is not written when the day comes."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.action.examining.answering import mark_of
from allcity.site.action.examining.queries import OPEN, section_states
from allcity.site.action.models import Respondent, SelfExamination
from allcity.site.cities.models import Membership
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.notices.work import WorkItem


def examinations(user: User) -> Iterator[WorkItem]:
    """Each open one that the person has not answered; and for coordinators, each that has sections without a word."""
    cities = Membership.objects.filter(user=user).values("city")
    coordinated = set(coordinated_by(user).values_list("pk", flat=True))
    running = list(SelfExamination.objects.filter(city__in=cities, closed_at=None).select_related("city"))
    marks = [mark_of(examination, user) for examination in running]
    answered = Respondent.objects.filter(answered_by__in=marks, handed_in_at__isnull=False)
    done = set(answered.values_list("examination", flat=True))
    for examination in running:
        if examination.pk not in done:
            yield WorkItem(
                _("Say how you see the music life of the city"),
                reverse("city:self-examination-answer", args=[examination.city.slug, examination.year]),
                detail=_("Self-examination of %(year)s") % {"year": year_name(examination.year)},
                due_on=examination.due_on,
                city=examination.city,
                weight=20,
            )
    unpublished = SelfExamination.objects.filter(city__in=coordinated, published_at=None).select_related("city")
    unpublished = unpublished.prefetch_related("sections", "questions")
    for examination in unpublished:
        missing = sum(state.state == OPEN for state in section_states(examination))
        if missing:
            title = ngettext(
                "%(number)s section of the self-examination is not written yet",
                "%(number)s sections of the self-examination are not written yet",
                missing,
            )
            yield WorkItem(
                title % {"number": missing},
                reverse("city:self-examination", args=[examination.city.slug, examination.year]),
                detail=_("Self-examination of %(year)s") % {"year": year_name(examination.year)},
                due_on=examination.due_on,
                city=examination.city,
                weight=15,
            )
