"""A city's offerings, made ready to be searched: read from the database once for each version of the city's data."""

import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import fmean
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import shapely
from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from allcity.analysis.city import year_dates, year_of
from allcity.analysis.travel import Travel
from allcity.site.accounts.models import User
from allcity.site.cities.models import Area, City, RecordQuerySet
from allcity.site.directory.models import Location, Offering, SchoolYear
from allcity.site.finder.query import AFTERNOON, DAYS, EVENING, TIMES
from allcity.site.finder.vocabulary import load_vocabulary, plain, tokens

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
T = TypeVar("T")

KEPT_CITIES = 16
MOST_REMEMBERED = 10_000
_ZIP_CODE = re.compile(r"\b\d{5}(?=(?:-\d{4})?\s*(?:,[^,\d]*)?$)")
_WEEKDAYS, _WEEKEND = range(5), range(5, 7)


@dataclass(frozen=True)
class Place:
    """A place that people know: a school, a library or other location, an area, or a ZIP code.

    `id` is its kind and key. Areas and ZIP codes stand for their middle; `known` is how many places a ZIP code is the
    middle of.
    """

    id: str
    kind: str
    name: str
    detail: str
    latitude: float
    longitude: float
    known: int = 1

    @property
    def key(self) -> str:
        return self.id.partition("-")[2]

    @cached_property
    def plain_name(self) -> str:
        return plain(self.name)

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """The words of its name and address."""
        return frozenset((*self.plain_name.split(), *plain(self.detail).split()))


@dataclass(frozen=True)
class Index:
    """n offerings of programs for students, with what is searched of them as columns. Unknown numbers are NaN.

    Attributes:
        offerings: the records themselves, with their program, organization and place.
        program, location: (n,) position of the program, and of the place or -1.
        start, end: (n,) days since 1 January of the year 1.
        days, times: (n,) bits of the days of the week and parts of the week on which it meets, or may for all we know.
        days_known: (n,) whether days are known.
        coordinates: (places, 2) latitude and longitude.
        names, open_ends: for each concept (n,) whether the program names it, and whether it leaves open which kind.
        words: the offerings that have a word, by the word; `vocabulary` are those words, sorted.
        titles: names of program and organization, plain.
        reserved: (n,) whether its seats are kept for schools; `kept_for` are their keys.
        listed: for each column of lists and each item (n,) whether it is in; `told` (n,) whether there is any.
        title_rank: (n,) rank of the program by name, to break ties.
    """

    travel: Travel
    currency: str
    offerings: tuple[Offering, ...]
    program: Integers
    location: Integers
    start: Integers
    end: Integers
    days: Integers
    times: Integers
    minimum_age: Floats
    maximum_age: Floats
    minimum_fee: Floats
    maximum_fee: Floats
    transport: Floats
    food: Floats
    online: Mask
    coordinates: Floats
    names: Mapping[str, Mask]
    open_ends: Mapping[str, Mask]
    words: Mapping[str, frozenset[int]]
    vocabulary: Sequence[str]
    titles: Sequence[str]
    reserved: Mask
    kept_for: Sequence[frozenset[str]]
    listed: Mapping[str, Mapping[str, Mask]]
    told: Mapping[str, Mask]
    title_rank: Integers
    places: tuple[Place, ...]
    made: dict[Hashable, Any] = field(default_factory=dict, compare=False)
    """What was made of it for pages, for `remember`."""

    def __len__(self) -> int:
        return len(self.offerings)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made under this key before, or else is made now: a page is made of parts that many searches share."""
        found: T | None = self.made.get(key)
        if found is None:
            if len(self.made) >= MOST_REMEMBERED:
                self.made.clear()
            found = self.made[key] = make()
        return found

    def season(self, today: date) -> tuple[Mask, int | None]:
        """The offerings that end today or later, or, where there is none, those of the newest school year, and that year."""
        running = self.end >= today.toordinal()
        if running.any() or not len(self):
            return running, None
        newest = date.fromordinal(int(self.end.max()))
        year = year_of(newest)
        return self.end >= year_dates(year)[0].toordinal(), year


_lock = Lock()
_kept: OrderedDict[int, tuple[tuple[datetime, int], Index]] = OrderedDict()


def index_of(city: City, user: User | AnonymousUser) -> Index:
    """The city's index, of the version that its data have now. Whoever sees the city sees all current records of it."""
    now = (city.created_at, city.data_version)
    with _lock:
        version, index = _kept.get(city.pk, (None, None))
        if index is not None and version == now:
            _kept.move_to_end(city.pk)
            return index
    index = build_index(city, user)
    with _lock:
        _kept[city.pk] = (now, index)
        _kept.move_to_end(city.pk)
        while len(_kept) > KEPT_CITIES:
            _kept.popitem(last=False)
    return index


def build_index(city: City, user: User | AnonymousUser) -> Index:
    """Read the city's offerings and places, in a number of queries that does not grow with them."""
    contributions = city.settings.framework.contributions
    for_teachers = {name for name, one in contributions.items() if one.unit == "teachers"}
    visible = (
        Offering.objects.for_user(user)
        .of(city)
        .filter(program__archived_at=None, program__organization__archived_at=None)
    )
    records = (
        visible.filter(end_date__gte=_earliest(visible))
        .order_by("start_date", "pk")
        .prefetch_related("program__organization", "location", "source", "confirmed_by", "partnership__schools")
    )
    offerings = [one for one in records if not _only(one.program.contributions, for_teachers)]
    known = [*_schools(city, user), *_locations(city, user)]
    targets = city.settings.framework.targets
    return assemble(
        offerings,
        places=[*known, *_areas(city, user), *_zip_codes(known)],
        currency=city.settings.city.currency,
        travel=Travel(
            mode=targets.travel_mode.value,
            minutes=targets.reach_minutes.value,
            speed_kmh=targets.walking_speed_kmh.value,
            detour=targets.walking_detour.value,
        ),
    )


def _earliest(offerings: RecordQuerySet) -> date:
    """The last day from which on offerings are of interest: today, or the first day of the newest school year."""
    today = timezone.localdate() - timedelta(days=1)  # in some time zones it is still yesterday
    last: date | None = offerings.aggregate(last=Max("end_date"))["last"]
    return min(today, year_dates(year_of(last))[0]) if last else today


def assemble(offerings: Iterable[Offering], *, places: Iterable[Place], currency: str, travel: Travel) -> Index:
    """An index of offerings that are in memory, each with its program and place."""
    rows = tuple(offerings)
    programs = {pk: at for at, pk in enumerate(dict.fromkeys(row.program_id for row in rows))}
    locations = {row.location_id: row.location for row in rows if row.location is not None}
    position = {pk: at for at, pk in enumerate(locations)}
    words: dict[str, set[int]] = defaultdict(set)
    names: dict[str, Mask] = defaultdict(lambda: np.zeros(len(rows), dtype=bool))
    open_ends: dict[str, Mask] = defaultdict(lambda: np.zeros(len(rows), dtype=bool))
    listed: dict[str, dict[str, Mask]] = {}
    texts: dict[int, tuple[frozenset[str], frozenset[str], frozenset[str], str]] = {}
    titles = []
    for at, row in enumerate(rows):
        if row.program_id not in texts:
            texts[row.program_id] = _texts(row)
        named, unfilled, own, title = texts[row.program_id]
        titles.append(title)
        for concept in named:
            names[concept][at] = True
        for concept in unfilled:
            open_ends[concept][at] = True
        for word in own | set(tokens(row.location.name) if row.location else ()):
            words[word].add(at)
    lists = {
        "languages": [row.languages for row in rows],
        "accommodations": [row.accommodations for row in rows],
        "contributions": [row.program.contributions for row in rows],
    }
    for column, values in lists.items():
        listed[column] = {
            item: np.array([item in value for value in values], dtype=bool)
            for item in sorted({item for value in values for item in value})
        }
    by_name = {pk: at for at, pk in enumerate(sorted(programs, key=lambda pk: texts[pk][3]))}
    days, times = zip(*map(_when, rows), strict=True) if rows else ((), ())
    schools = [
        frozenset(school.key for school in row.partnership.schools.all()) if row.partnership else frozenset()
        for row in rows
    ]
    return Index(
        travel=travel,
        currency=currency,
        offerings=rows,
        program=np.array([programs[row.program_id] for row in rows], dtype=np.int64),
        location=np.array([position.get(row.location_id, -1) for row in rows], dtype=np.int64),
        start=np.array([row.start_date.toordinal() for row in rows], dtype=np.int64),
        end=np.array([row.end_date.toordinal() for row in rows], dtype=np.int64),
        days=np.array(days, dtype=np.int64),
        times=np.array(times, dtype=np.int64),
        minimum_age=_numbers(row.minimum_age for row in rows),
        maximum_age=_numbers(row.maximum_age for row in rows),
        minimum_fee=_numbers(_own(row, row.minimum_fee, currency) for row in rows),
        maximum_fee=_numbers(_own(row, row.maximum_fee, currency) for row in rows),
        transport=_numbers(row.transport for row in rows),
        food=_numbers(row.food for row in rows),
        online=np.array([row.mode == Offering.Mode.ONLINE for row in rows], dtype=bool),
        coordinates=np.array(
            [[_number(place.latitude), _number(place.longitude)] for place in locations.values()], dtype=np.float64
        ).reshape(-1, 2),
        names=dict(names),
        open_ends=dict(open_ends),
        words={word: frozenset(found) for word, found in words.items()},
        vocabulary=sorted(words),
        titles=titles,
        reserved=np.array([row.partnership_id is not None for row in rows], dtype=bool),
        kept_for=schools,
        listed=listed,
        told={column: np.array([bool(value) for value in values], dtype=bool) for column, values in lists.items()},
        title_rank=np.array([by_name[row.program_id] for row in rows], dtype=np.int64),
        places=tuple(places),
    )


def _only(contributions: Sequence[str], of: set[str]) -> bool:
    """Whether a program gives something, and nothing but these."""
    return bool(contributions) and of.issuperset(contributions)


def _texts(row: Offering) -> tuple[frozenset[str], frozenset[str], frozenset[str], str]:
    """Of a program: the concepts that it names, those it leaves open, its words, and its names.

    The organization's name says who it is, not what every program of it teaches, so concepts are not taken from there.
    """
    vocabulary, program, organization = load_vocabulary(), row.program, row.program.organization
    own = f"{program.name} \n {program.description}".replace(organization.name, " ")
    named = vocabulary.named(own)
    words = frozenset(tokens(f"{own} {organization.name}"))
    return named, vocabulary.open_ends(named), words, plain(f"{program.name} {organization.name}")


def _when(row: Offering) -> tuple[int, int]:
    """The days and the parts of the week on which an offering meets, or may for all we know, as bits."""
    days = {DAYS.index(day) for day in row.days if day in DAYS}
    if not days and row.start_date == row.end_date:
        days = {row.start_date.weekday()}
    days = days or set(range(len(DAYS)))
    parts = set()
    if days.intersection(_WEEKEND):
        parts.add("weekend")
    if days.intersection(_WEEKDAYS):
        start = row.start_time
        if start is None:
            parts |= {"daytime", "after_school", "evening"}
        else:
            parts.add("daytime" if start < AFTERNOON else "after_school" if start < EVENING else "evening")
    return bits(DAYS, {DAYS[day] for day in days}), bits(TIMES, parts)


def bits(names: Iterable[str], chosen: Iterable[str]) -> int:
    """Names chosen from a list as bits, the first the lowest."""
    wanted = set(chosen)
    return sum(1 << at for at, name in enumerate(names) if name in wanted)


def _own(row: Offering, fee: int | None, currency: str) -> int | None:
    """A fee in the city's currency. One in another currency cannot be compared; free is free in every one."""
    return fee if not fee or not row.currency or row.currency == currency else None


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _numbers(values: Iterable[float | None]) -> Floats:
    return np.array([_number(value) for value in values], dtype=np.float64)


# --- Places ---


def _schools(city: City, user: User | AnonymousUser) -> list[Place]:
    """Every school where it was in its newest year with a known place."""
    rows = (
        SchoolYear.objects.for_user(user)
        .of(city)
        .filter(school__archived_at=None, latitude__isnull=False, longitude__isnull=False)
        .order_by("year")
        .values_list("school__key", "school__name", "address", "latitude", "longitude")
    )
    newest = {row[0]: _known_place("school", *row) for row in rows}
    return sorted(newest.values(), key=lambda place: place.name)


def _locations(city: City, user: User | AnonymousUser) -> list[Place]:
    """Every place of the directory whose coordinates are known, with programs or without."""
    rows = (
        Location.objects.for_user(user)
        .of(city)
        .filter(latitude__isnull=False, longitude__isnull=False)
        .order_by("name", "pk")
        .values_list("key", "name", "address", "latitude", "longitude")
    )
    return [_known_place("location", *row) for row in rows]


def _known_place(kind: str, key: str, name: str, address: str, latitude: Any, longitude: Any) -> Place:
    return Place(f"{kind}-{key}", kind, name, address, latitude, longitude)


def _areas(city: City, user: User | AnonymousUser) -> list[Place]:
    outlined = (
        Area.objects.for_user(user).of(city).exclude(outline="").order_by("name").values_list("key", "name", "outline")
    )
    middles = ((key, name, shapely.from_geojson(outline).centroid) for key, name, outline in outlined)
    return [Place(f"area-{key}", "area", name, "", middle.y, middle.x) for key, name, middle in middles]


def _zip_codes(places: Iterable[Place]) -> list[Place]:
    """ZIP codes at the end of addresses, each in the middle of the places that have it."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for place in places:
        for code in _ZIP_CODE.findall(place.detail):
            found[code].append((place.latitude, place.longitude))
    return [
        Place(
            f"zip-{code}",
            "zip",
            code,
            "",
            fmean(north for north, _east in at),
            fmean(east for _north, east in at),
            len(at),
        )
        for code, at in sorted(found.items())
    ]
