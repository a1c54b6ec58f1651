"""What is due in partnerships between two days: agreements, first and last days, check-ins, looking back, what runs out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking.rounds import due_days
from allcity.site.partnerships.evaluating.queries import due_on
from allcity.site.partnerships.models import Agreement, Evaluation, Partnership, Round
from allcity.site.partnerships.models.records import PartnershipQuerySet
from allcity.site.partnerships.readiness.queries import running_out


class Kind(models.TextChoices):
    """What an entry is about. Of one day they come in this order."""

    SIGN = "sign", _("agreement to be signed")
    FIRST_DAY = "first_day", _("first day")
    CHECK_IN = "check_in", _("check-in")
    LOOK_BACK = "look_back", _("look back together")
    RUNS_OUT = "runs_out", _("runs out")
    PLANNED_END = "planned_end", _("planned last day")
    HAND_OVER = "hand_over", _("last day, then the school carries it on")
    END = "end", _("last day")


@dataclass(frozen=True)
class Entry:
    """Something on a day, of a partnership or else of an organization."""

    on: date
    kind: Kind
    partnership: Partnership | None = None
    organization: Organization | None = None
    detail: str = ""

    @property
    def order(self) -> tuple[date, int, str]:
        return self.on, list(Kind).index(self.kind), str(self.partnership or self.organization)


def partnerships_of(user: User, city: City) -> PartnershipQuerySet:
    """Those of the city of which the person looks after a party; for coordinators, all."""
    found: PartnershipQuerySet = Partnership.objects.of_parties(user).of(city)
    return found.exclude(stage=Partnership.Stage.DROPPED)


def entries(user: User, city: City, first: date, last: date) -> list[Entry]:
    """What is due between two days, both included, in their order. `last` is at most some years away."""
    own = partnerships_of(user, city)
    found = [
        *_days(own, first, last),
        *_check_ins(own, first, last, today_in(city)),
        *_look_backs(own, first, last),
        *_runs_out(own, first, last),
    ]
    return sorted(found, key=lambda entry: entry.order)


def waiting(user: User, city: City, today: date) -> list[Entry]:
    """What was due before today or has no later day: agreements to be signed, check-ins that are open."""
    own = partnerships_of(user, city)
    rows = Agreement.objects.filter(partnership__in=own, state=Agreement.State.SIGNING).select_related("partnership")
    found = [Entry(row.start_date, Kind.SIGN, row.partnership) for row in rows]
    late = Round.objects.filter(partnership__in=own.going_on(), due_on__lt=today, closed_at=None)
    found += [Entry(row.due_on, Kind.CHECK_IN, row.partnership) for row in late.select_related("partnership")]
    return sorted(found, key=lambda entry: entry.order)


def _days(own: PartnershipQuerySet, first: date, last: date) -> Iterator[Entry]:
    between = (first, last)
    rows = own.filter(
        Q(start_date__range=between) | Q(planned_end_date__range=between, end_date=None) | Q(end_date__range=between)
    )
    for row in rows:
        if first <= row.start_date <= last:
            yield Entry(row.start_date, Kind.FIRST_DAY, row)
        if row.end_date is None:
            if row.planned_end_date and first <= row.planned_end_date <= last:
                yield Entry(row.planned_end_date, Kind.PLANNED_END, row)
        elif first <= row.end_date <= last:
            handed_over = row.stage == Partnership.Stage.HANDED_OVER
            yield Entry(row.end_date, Kind.HAND_OVER if handed_over else Kind.END, row)


def _check_ins(own: PartnershipQuerySet, first: date, last: date, today: date) -> Iterator[Entry]:
    """Those that are there, and those to come by the rhythm that was agreed."""
    rows = Round.objects.filter(partnership__in=own, due_on__range=(first, last)).select_related("partnership")
    there = {(row.partnership, row.due_on) for row in rows}
    if last >= today:
        for partnership in own.going_on().exclude(stage=Partnership.Stage.DRAFT).filter(start_date__lte=last):
            days = due_days(partnership, last)
            there |= {(partnership, day) for day in days if day >= max(first, today)}
    for partnership, day in there:
        yield Entry(day, Kind.CHECK_IN, partnership)


def _look_backs(own: PartnershipQuerySet, first: date, last: date) -> Iterator[Entry]:
    """Evaluations that are open and due then, and those to come of partnerships that go on."""
    rows = Evaluation.objects.filter(partnership__in=own, due_on__range=(first, last)).select_related("partnership")
    asked = {(row.partnership_id, row.year) for row in rows}
    for row in rows:
        yield Entry(row.due_on, Kind.LOOK_BACK, row.partnership)
    begun = own.going_on().exclude(stage=Partnership.Stage.DRAFT).filter(start_date__lte=last)
    for partnership in begun:
        for year in range(year_of(first), year_of(last) + 2):  # a year that ends in summer is looked back on in spring
            if (partnership.pk, year) not in asked and year_of(partnership.start_date) <= year <= _last_year(
                partnership
            ):
                due = due_on(partnership, year)
                if first <= due <= last:
                    yield Entry(due, Kind.LOOK_BACK, partnership)


def _last_year(partnership: Partnership) -> int:
    ends = [day for day in (partnership.end_date, partnership.planned_end_date) if day]
    return year_of(min(ends)) if ends else date.max.year


def _runs_out(own: PartnershipQuerySet, first: date, last: date) -> Iterator[Entry]:
    working = Organization.objects.filter(partnerships__in=own.going_on(), archived_at=None)
    for row in running_out(working, first, last):
        if row.valid_until:
            yield Entry(row.valid_until, Kind.RUNS_OUT, organization=row.organization, detail=row.requirement.title)
