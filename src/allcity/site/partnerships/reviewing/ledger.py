"""A school's own music year by year, beside what partners gave there: teachers, minutes and money, and the partners' hours."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from allcity.analysis.city import year_dates, year_of
from allcity.analysis.conditions.additive import SCHOOL_WEEKS
from allcity.analysis.supplanting import NOT_MUSIC
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import Baseline
from allcity.site.partnerships.models import Delivery, Partnership, Setting

BANDS = ("minutes_pk_2", "minutes_3_5", "minutes_6_8", "minutes_9_12")


@dataclass(frozen=True)
class Hours:
    """Hours of music: the least and the most that the two accounts make of it; `high` is None where it is not known."""

    low: float = 0.0
    high: float | None = 0.0

    def __add__(self, other: "Hours") -> "Hours":
        high = None if self.high is None or other.high is None else self.high + other.high
        return Hours(self.low + other.low, high)

    @property
    def as_minutes_a_week(self) -> "Hours":
        """The same as minutes a week, over the weeks of a school year."""
        return Hours(self.low * 60 / SCHOOL_WEEKS, None if self.high is None else self.high * 60 / SCHOOL_WEEKS)


@dataclass(frozen=True)
class LedgerYear:
    """One school year. `own` is what the school says of itself, None where it said nothing.

    `partners` came in school hours and gave `hours` in all; `minutes` a week is what the one gave most who gave most to a
    student. `partnerships` are those of the school with a day in the year, `money` what is known of theirs, in minor units.
    """

    year: int
    own: Baseline | None
    partners: tuple[Organization, ...]
    hours: Hours
    minutes: Hours
    partnerships: tuple[Partnership, ...]
    money: int | None

    @property
    def has_partner(self) -> bool:
        return bool(self.partners)


def ledger_of(city: City, school: School) -> list[LedgerYear]:
    """Every year of which something is on record of the school, the oldest first, without a gap."""
    baselines = {row.year: row for row in Baseline.objects.filter(school=school)}
    given = list(came_in_school_hours(city, school))
    partnerships = [
        each
        for each in Partnership.objects.of(city).current().filter(schools=school).order_by("start_date", "pk")
        if each.end_date is None or each.end_date >= each.start_date
    ]
    years = {*baselines, *(year for each in given for year in _years(each))}
    if not years:
        return []
    return [
        _year(
            year,
            baselines.get(year),
            [each for each in given if year in _years(each)],
            tuple(each for each in partnerships if _meets(each, year)),
        )
        for year in range(min(years), max(years) + 1)
    ]


def came_in_school_hours(city: City, school: School) -> Iterable[Delivery]:
    """Both accounts of what gave students of the school music in school hours."""
    entries = city.settings.framework.contributions
    not_music = [code for code, entry in entries.items() if entry.unit in NOT_MUSIC]
    here = Q(school=school) | Q(school=None, partnership__schools=school)
    in_hours = Q(setting=Setting.IN_SCHOOL_HOURS) | Q(setting="", partnership__setting=Setting.IN_SCHOOL_HOURS)
    found: Iterable[Delivery] = (
        Delivery.objects.of(city)
        .filter(here, in_hours)
        .exclude(contribution__in=not_music)
        .select_related("organization")
        .order_by("key", "account")
        .distinct()
    )
    return found


def _years(delivery: Delivery) -> range:
    return range(year_of(delivery.start_date), year_of(delivery.end_date) + 1)


def _meets(partnership: Partnership, year: int) -> bool:
    first, last = year_dates(year)
    return partnership.start_date <= last and (partnership.end_date is None or partnership.end_date >= first)


def _year(
    year: int, own: Baseline | None, accounts: list[Delivery], partnerships: tuple[Partnership, ...]
) -> LedgerYear:
    strands: dict[tuple[int | None, int, str], Hours] = {}
    for delivery, hours in _deliveries(accounts):
        strand = (delivery.partnership_id, delivery.organization_id, delivery.contribution)
        strands[strand] = strands.get(strand, Hours()) + hours
    partners = {each.organization_id: each.organization for each in accounts}
    amounts = [each.money for each in partnerships if each.money is not None]
    return LedgerYear(
        year,
        own,
        tuple(sorted(partners.values(), key=lambda each: each.name)),
        sum(strands.values(), Hours()),
        _largest(strands.values()).as_minutes_a_week,
        partnerships,
        sum(amounts) if amounts else None,
    )


def _deliveries(accounts: list[Delivery]) -> Iterator[tuple[Delivery, Hours]]:
    """Each delivery once, with what its accounts say of its hours."""
    for _key, rows in groupby(accounts, key=lambda each: each.key):
        told = list(rows)
        known = [each.hours for each in told if each.hours is not None]
        yield told[0], Hours(min(known), max(known)) if known else Hours(0, None)


def _largest(hours: Iterable[Hours]) -> Hours:
    found = list(hours)
    highs = [each.high for each in found if each.high is not None]
    high = None if len(highs) < len(found) else max(highs, default=0.0)
    return Hours(max((each.low for each in found), default=0.0), high)
