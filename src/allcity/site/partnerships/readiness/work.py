"""What readiness has waiting for people: what runs out, and what an organization that works with students has not said."""

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.directory.models import Organization
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.models import Partnership, Readiness
from allcity.site.partnerships.readiness.queries import standings, with_partnerships
from allcity.site.partnerships.readiness.standing import OPEN, State


def readiness(user: User) -> Iterator[WorkItem]:
    """For each organization that the person looks after, what is missing or runs out first; for coordinators, of how many."""
    places = [place for place in user.memberships.values_list("place", flat=True) if place]
    own = list(Organization.objects.filter(public_id__in=places, archived_at=None).select_related("city"))
    yield from _of_own(own)
    over = Readiness.objects.filter(in_order=True, valid_until__lte=timezone.now().date())
    for city in coordinated_by(user).filter(pk__in=over.values("requirement__city")):
        rows = Partnership.objects.of(city).going_on().values("organizations")
        working = list(Organization.objects.of(city).filter(pk__in=rows, archived_at=None))
        found = standings(city, working, today_in(city))
        ran_out = sum(any(one.state == State.RAN_OUT for one in found[each.pk]) for each in working)
        if ran_out:
            title = ngettext(
                "Something has run out at %(number)s organization that works with schools",
                "Something has run out at %(number)s organizations that work with schools",
                ran_out,
            )
            yield WorkItem(
                title % {"number": ran_out},
                reverse("city:readiness", args=[city.slug]),
                detail=_("Clearances, insurance, training. A call may help."),
                city=city,
                weight=12,
            )


def _of_own(own: list[Organization]) -> Iterator[WorkItem]:
    working = with_partnerships(own)
    for city in Counter(each.city for each in own):
        there = [each for each in own if each.city == city and each.pk in working]
        for organization, found in zip(there, standings(city, there, today_in(city)).values(), strict=True):
            runs_out = [one for one in found if one.state in (State.RAN_OUT, State.RUNS_OUT)]
            missing = [one for one in found if one.state in OPEN]
            if not runs_out and not missing:
                continue
            first = runs_out[0] if runs_out else missing[0]
            title = _("“%(what)s” runs out") if runs_out else _("Say whether “%(what)s” is in order")
            yield WorkItem(
                title % {"what": first.requirement.title},
                reverse("city:readiness-of", args=[city.slug, organization.slug]),
                detail=organization.name,
                due_on=first.valid_until,
                city=city,
                weight=25,
            )
