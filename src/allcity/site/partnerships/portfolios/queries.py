"""What is read for portfolios: partnerships of a year with what was found of them, areas, dependency, and next ones.

What was found of a partnership is for its parties and the city's coordinators. Everybody else sees what is public of it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q

from allcity.analysis.city import year_dates
from allcity.site.cities.kept import kept
from allcity.site.cities.models import Area, City
from allcity.site.cities.rules import Person, is_coordinator
from allcity.site.directory.models import Offering, Organization, School, SchoolYear
from allcity.site.figures.models import Examination, NeedFinding, NextPartnership, SchoolFinding
from allcity.site.figures.queries import next_partnerships, partnership_findings
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Delivery, Partnership
from allcity.site.partnerships.phases import Phase, phase_of
from allcity.site.partnerships.reviewing.queries import SCREENED, sees_screens

SOON = timedelta(days=120)
"""How far ahead a planned end is soon."""
LARGEST = (1, 3, 5)
"""Of how many partners it is said together how much they give."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Amount:
    """How much: `value` by what is known, and the range that the unknown leaves; None where there is no such end."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Found:
    """What an examination found of a partnership: levels by criterion (None: cannot be told), and what it adds.

    `met` is by unit. Neither is ever added to the other, nor to that of another partnership.
    """

    levels: Mapping[str, int | None] = field(default_factory=dict)
    placed: Amount | None = None
    met: Mapping[str, Amount] = field(default_factory=dict)
    screened: Mapping[str, str | None] = field(default_factory=dict)
    """The school, by its key, on which the level of each criterion of `SCREENED` rests."""

    def without_screens(self, sees: Callable[[str | None], bool] = lambda _school: False) -> "Found":
        """The same without what the screen of supplanting says of schools, but for those of which one may read it."""
        hidden = {name for name, school in self.screened.items() if not sees(school)}
        return replace(self, levels={name: level for name, level in self.levels.items() if name not in hidden})


@dataclass(frozen=True)
class Row:
    """A partnership of a portfolio; `found` is None for whoever may not read it, and where nothing was found."""

    partnership: Partnership
    phase: Phase
    areas: frozenset[int]
    found: Found | None

    def adds(self, what: str) -> float | None:
        """What it adds of one kind: students placed, or students whose needs are met. None where that is not known."""
        if self.found is None:
            return None
        amount = self.found.placed if what == "placed" else self.found.met.get("students")
        return amount.value if amount else None


def found_of(city: City, examination: Examination | None) -> Mapping[str, Found]:
    """What an examination found of all partnerships, by their keys; read once for many pages."""
    if examination is None:
        return {}

    def read() -> dict[str, Found]:
        rows = partnership_findings(examination).values_list("key", "conditions", "adds")
        return {key: _found(conditions, adds) for key, conditions, adds in rows}

    return kept(city, (Found, examination.pk), read)


def _found(conditions: Sequence[Mapping[str, Any]], adds: Mapping[str, Any]) -> Found:
    schools = {row["criterion"]: row["evidence"].get("school_id") for row in conditions}
    return Found(
        {row["criterion"]: row["level"] for row in conditions},
        _amount(adds["placed"], "placed") if adds.get("placed") else None,
        {row["unit"]: _amount(row, "met") for row in adds.get("met", ())},
        {name: schools.get(of) for name, of in SCREENED.items() if name in schools},
    )


def _amount(row: Mapping[str, Any], name: str) -> Amount:
    return Amount(row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high"))


# --- Partnerships ---


def of_year(user: Person, city: City, year: int | None) -> Any:
    """The partnerships with a day in a school year that a person may see, all of them without one, by name."""
    found = Partnership.objects.for_user(user).of(city)
    if year is not None:
        first, last = year_dates(year)
        found = found.filter(Q(end_date=None) | Q(end_date__gte=first), start_date__lte=last)
    return found.order_by("name", "pk").prefetch_related("organizations", "schools", "districts")


def rows_of(
    user: Person, city: City, partnerships: Iterable[Partnership], *, examination: Examination | None, today: date
) -> list[Row]:
    """Partnerships with their phases and areas, and with what was found of those of which the person may read it."""
    listed = list(partnerships)
    told = told_to(user, city)
    found = found_of(city, examination)
    if told is not None:
        mine = [each.key for each in listed if each.pk in told and each.key in found]
        if mine and examination:
            sees = sees_screens(user, city, examination.year)
            found = {key: found[key].without_screens(sees) for key in mine}
        else:
            found = {}
    areas = areas_of_schools(city, examination.year if examination else None)
    return [
        Row(
            each,
            phase_of(each, today),
            frozenset(areas[school.pk] for school in each.schools.all() if school.pk in areas),
            found.get(each.key),
        )
        for each in listed
    ]


def told_to(user: Person, city: City) -> frozenset[int] | None:
    """The partnerships of which a person may read what was found; None is all of them."""
    if is_coordinator(user, city):
        return None
    if not user.is_authenticated:
        return frozenset()
    return frozenset(Partnership.objects.of_parties(user).of(city).values_list("pk", flat=True))


def areas_of_schools(city: City, year: int | None) -> Mapping[int, int]:
    """The area of each school that has one, in a year or else the newest that is on record; both by number."""
    rows = SchoolYear.objects.of(city).exclude(area=None).order_by("year")
    if year is not None:
        rows = rows.filter(year=year)
    return kept(city, ("areas of schools", year), lambda: dict(rows.values_list("school", "area")))


def narrowed(rows: Iterable[Row], *, contribution: str = "", phase: str = "", area: int | None = None) -> list[Row]:
    """The rows that fit what is chosen."""
    return [
        row
        for row in rows
        if (not contribution or contribution in row.partnership.contributions)
        and (not phase or row.phase == phase)
        and (area is None or area in row.areas)
    ]


ORDERS = ("name", "-placed", "placed", "-met", "met", "end")


def ordered(rows: Iterable[Row], by: str) -> list[Row]:
    """The rows by name, by planned end, or by one of the two things that they add; what is not known comes last."""
    listed = list(rows)
    if by == "end":
        return sorted(listed, key=lambda row: row.partnership.end_date or row.partnership.planned_end_date or date.max)
    what = by.lstrip("-")
    if what not in ("placed", "met"):
        return listed
    sign = -1 if by.startswith("-") else 1

    def rank(row: Row) -> tuple[bool, float]:
        value = row.adds(what)
        return value is None, 0.0 if value is None else sign * value

    return sorted(listed, key=rank)


def distribution(found: Iterable[Found | None]) -> dict[str, Counter[int | None]]:
    """For each criterion how many partnerships stand at each level, and (None) of how many it cannot be told.

    What one may not read of a partnership is not counted.
    """
    counts: dict[str, Counter[int | None]] = defaultdict(Counter)
    for each in found:
        for criterion, level in each.levels.items() if each else ():
            counts[criterion][level] += 1
    return counts


def end_soon(rows: Iterable[Row], today: date) -> list[Row]:
    """Those under way whose planned end is near, or passed without a word on what follows; the first to end first."""
    near = [
        row
        for row in rows
        if row.phase in (Phase.RUNNING, Phase.LOOKING_BACK)
        and (last := row.partnership.end_date or row.partnership.planned_end_date)
        and last <= today + SOON
    ]
    return ordered(near, "end")


@dataclass(frozen=True)
class YearCount:
    """How many partnerships have a day in a school year, began in it, and ended in it."""

    year: int
    there: int
    begun: int
    ended: int


def counts_by_year(partnerships: Iterable[Partnership], years: Sequence[int]) -> list[YearCount]:
    """The count of each year, in the order of `years`. What has not been agreed is not among them."""
    spans = [(each.start_date, each.end_date) for each in partnerships if each.stage not in Partnership.HIDDEN]
    found = []
    for year in years:
        first, last = year_dates(year)
        found.append(
            YearCount(
                year,
                sum(start <= last and (end is None or end >= first) for start, end in spans),
                sum(first <= start <= last for start, _end in spans),
                sum(end is not None and first <= end <= last for _start, end in spans),
            )
        )
    return found


# --- Where they go, and on whom they depend ---


@dataclass(frozen=True)
class Given:
    """A delivery of a year, once: the hours of it, and its students times hours, as the mean of its accounts; None: not known."""

    organization: int
    school: int | None
    hours: Amount
    student_hours: float | None


def given_in(city: City, year: int) -> list[Given]:
    """What was given in a school year."""

    def read() -> list[Given]:
        first, last = year_dates(year)
        accounts = Delivery.objects.of(city).filter(start_date__lte=last, end_date__gte=first)
        rows = accounts.order_by("key", "account").values_list("key", "organization", "school", "hours", "students")
        return [_given([row[1:] for row in told]) for _key, told in groupby(rows, key=lambda row: row[0])]

    return kept(city, (Given, year), read)


def _given(accounts: list[tuple[int, int | None, float | None, int | None]]) -> Given:
    hours = [hours for _organization, _school, hours, _students in accounts if hours is not None]
    both = [told * students for _organization, _school, told, students in accounts if None not in (told, students)]  # type: ignore[operator] # neither is None
    organization = accounts[0][0]
    school = next((school for _organization, school, _hours, _students in accounts if school is not None), None)
    mean = sum(hours) / len(hours) if hours else None
    return Given(
        organization,
        school,
        Amount(mean, min(hours, default=None), max(hours, default=None)),
        sum(both) / len(both) if both else None,
    )


@dataclass(frozen=True)
class AreaRow:
    """An area in a year: its students and schools, those of them with a partner, what they were given, what they ask for.

    `hours` may be more where `unknown` deliveries do not say how many. `unmet` counts students asked for and not met, as far as
    that is told; `needs` how many needs are not closed or met, and `withheld` how many of them do not tell how much.
    """

    area: Area
    students: float | None
    schools: int
    with_partner: int
    hours: float
    unknown: int
    needs: int
    unmet: float
    withheld: int

    @property
    def hours_per_100(self) -> float | None:
        """Hours given for each 100 students, None where the students are not known."""
        return self.hours * 100 / self.students if self.students else None


def area_rows(city: City, examination: Examination) -> list[AreaRow]:
    """Every area with a school: where least is given for its students first."""
    areas_of = areas_of_schools(city, examination.year)
    findings = dict(SchoolFinding.objects.filter(examination=examination).values_list("key", "found"))
    schools = dict(School.objects.of(city).filter(key__in=findings).values_list("key", "pk"))
    students: dict[int, list[float | None]] = defaultdict(list)
    for key, found in findings.items():
        if key in schools and (area := areas_of.get(schools[key])):
            students[area].append(found["students"])
    first, last = year_dates(examination.year)
    running = (
        Partnership.objects.of(city).current().filter(Q(end_date=None) | Q(end_date__gte=first), start_date__lte=last)
    )
    with_partner = {pk for pk in running.values_list("schools", flat=True) if pk in areas_of}
    partnered = Counter(areas_of[pk] for pk in with_partner if pk in set(schools.values()))
    hours: Counter[int] = Counter()
    unknown: Counter[int] = Counter()
    for given in given_in(city, examination.year):
        if given.school is not None and (area := areas_of.get(given.school)):
            hours[area] += given.hours.value or 0  # type: ignore[assignment] # counted in parts of an hour
            unknown[area] += given.hours.value is None
    needs, unmet, withheld = _needs_by_area(city, examination, areas_of)
    rows = [
        AreaRow(
            area=area,
            students=None if any(number is None for number in of) else sum(number for number in of if number),
            schools=len(of),
            with_partner=partnered[area.pk],
            hours=hours[area.pk],
            unknown=unknown[area.pk],
            needs=needs[area.pk],
            unmet=unmet[area.pk],
            withheld=withheld[area.pk],
        )
        for area in Area.objects.of(city).filter(pk__in=students).defer("outline").order_by("name", "pk")
        for of in (students[area.pk],)
    ]
    return sorted(rows, key=lambda row: (row.hours_per_100 is None, row.hours_per_100 or 0.0))


def _needs_by_area(
    city: City, examination: Examination, areas_of: Mapping[int, int]
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """By area: needs that are open, students asked for and not met as far as it is told, and how many do not tell."""
    found = dict(NeedFinding.objects.filter(examination=examination).values_list("key", "found"))
    needs: Counter[int] = Counter()
    unmet: Counter[int] = Counter()
    withheld: Counter[int] = Counter()
    rows = Need.objects.of(city).filter(year=examination.year).exclude(state=Need.State.CLOSED)
    for key, school, unit in rows.values_list("key", "school", "unit"):
        area, row = areas_of.get(school), found.get(key)
        if area is None or (row and not row["suppressed"] and row["unmet"] is not None and row["unmet"] <= _ROUNDING):
            continue
        needs[area] += 1
        if unit != Need.Unit.STUDENTS:
            continue
        if row is None or row["suppressed"] or row["unmet"] is None:
            withheld[area] += 1
        else:
            unmet[area] += row["unmet"]
    return needs, unmet, withheld


@dataclass(frozen=True)
class Dependency:
    """On how few a year's partnerships rest: what share of student hours the largest give.

    `shares` are by how many of the largest. `concentration` is the Herfindahl–Hirschman index, the sum of the squares of all
    organizations' shares (Rhoades 1993, Federal Reserve Bulletin 79, 188–189); None where no hours are known. `untold`
    deliveries do not say how many students or hours. `alone` are the schools to which everything came from one organization.
    """

    partners: int
    shares: Mapping[int, float]
    concentration: float | None
    largest: Sequence[Organization]
    untold: int
    alone: Sequence[tuple[School, Organization]]


def dependency(city: City, year: int) -> Dependency:
    """On whom the partnerships of a year rest."""
    given = given_in(city, year)
    by: Counter[int] = Counter()
    at: dict[int, set[int]] = defaultdict(set)
    for each in given:
        by[each.organization] += each.student_hours or 0  # type: ignore[assignment] # counted in parts of an hour
        if each.school is not None:
            at[each.school].add(each.organization)
    total = sum(by.values())
    first = [pk for pk, hours in by.most_common(max(LARGEST)) if hours > 0]
    only = {school: next(iter(organizations)) for school, organizations in at.items() if len(organizations) == 1}
    names = Organization.objects.of(city).in_bulk({*first, *only.values()})
    schools = School.objects.of(city).current().filter(pk__in=only).order_by("name", "pk")
    return Dependency(
        partners=len(by),
        shares={number: sum(by[pk] for pk in first[:number]) / total for number in LARGEST} if total else {},
        concentration=sum((hours / total) ** 2 for hours in by.values()) if total else None,
        largest=[names[pk] for pk in first if pk in names],
        untold=sum(each.student_hours is None for each in given),
        alone=[(school, names[only[school.pk]]) for school in schools],
    )


# --- What does not exist yet ---


@dataclass(frozen=True)
class Candidate:
    """A partnership that does not exist yet: the records that it would bring together, and its numbers."""

    found: NextPartnership
    school: School
    organization: Organization
    offering: Offering


def next_ones(
    city: City,
    examination: Examination | None,
    *,
    adds: Any,
    most: int,
    school: School | None = None,
    organization: Organization | None = None,
) -> list[Candidate]:
    """Those that would add most of one kind, for the city, a school or an organization; archived records are left out."""
    rows = list(
        next_partnerships(
            examination,
            adds=adds,
            school=school.key if school else None,
            organization=organization.key if organization else None,
        )[: most * 2]
    )
    schools = {
        each.key: each for each in School.objects.of(city).current().filter(key__in={row.school for row in rows})
    }
    offerings = {
        each.key: each
        for each in Offering.objects.of(city)
        .filter(key__in={row.offering for row in rows}, archived_at=None, program__archived_at=None)
        .filter(program__organization__archived_at=None)
        .select_related("program__organization", "location")
    }
    return [
        Candidate(row, schools[row.school], offerings[row.offering].program.organization, offerings[row.offering])
        for row in rows
        if row.school in schools and row.offering in offerings
    ][:most]
