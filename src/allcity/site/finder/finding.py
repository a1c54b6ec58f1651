"""The search itself: `find(index, query)` says which programs fit, which may, and what stands in the way of the rest.

Every condition gives each offering one of three answers: no, not known, yes. An offering fits where all say yes, and may
fit where none says no. What nobody has said never makes a no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from allcity.analysis.city import grade_number
from allcity.analysis.travel import great_circle_km
from allcity.site.finder.index import Floats, Index, Mask, bits
from allcity.site.finder.query import DAYS, TIMES, Query
from allcity.site.finder.vocabulary import Wish, load_vocabulary, plain, starting, understand

NO, UNKNOWN, YES = 0, 1, 2
Answers = NDArray[np.int8]
KEPT_FOR_SCHOOLS = "kept_for_schools"
"""The one condition that nobody asks for: seats that a partnership keeps for its schools."""


@dataclass(frozen=True)
class Result:
    """A program with those of its offerings that fit or may, the best first. `unknown` are conditions not known of the first."""

    offerings: tuple[int, ...]
    fits: bool
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What was found. Programs that fit come before those that may, each in the order that was asked for.

    Attributes:
        fitting: how many of the results fit.
        offered: how many programs there are to choose from.
        year: the school year of all results where nothing is now or coming, else None.
        removed: for each condition how many more programs there would be without it.
        minutes_to: (places,) travel time from the origin, NaN to a place not known; None where nobody asked.
        wish: how the words were understood.
        sort: the order that was taken.
    """

    results: tuple[Result, ...]
    fitting: int
    offered: int
    year: int | None
    removed: Mapping[str, int]
    minutes_to: Floats | None
    wish: Wish
    sort: str


def find(index: Index, query: Query, *, today: date) -> Found:
    """The programs that fit what somebody looks for, and those that may."""
    wish = understand(query.what, known=index.vocabulary, exact=query.exact)
    minutes_to = _minutes_to(index, query)
    minutes = np.full(len(index), np.nan)
    if minutes_to is not None and len(minutes_to):
        minutes = np.where((index.location >= 0) & ~index.online, minutes_to[index.location], np.nan)
    conditions = _conditions(index, query, wish, minutes)
    season, year = index.season(today)
    total = _all_of(conditions, len(index))
    passed = np.flatnonzero(season & (total > NO))
    sort = query.sort or ("nearest" if query.origin else "soonest")
    if sort == "nearest" and query.origin is None:
        sort = "soonest"
    passed = passed[np.lexsort((passed, index.title_rank[passed], _rank(index, sort, minutes, today)[passed]))]
    results = _by_program(index, passed, total, conditions)
    return Found(
        results=results,
        fitting=sum(result.fits for result in results),
        offered=len(np.unique(index.program[season])),
        year=year,
        removed=_removed(index, conditions, season, len(results)),
        minutes_to=minutes_to,
        wish=wish,
        sort=sort,
    )


def _minutes_to(index: Index, query: Query) -> Floats | None:
    """(places,) minutes from the origin, as the measures have them."""
    if query.origin is None:
        return None
    here = np.array([[query.origin.latitude, query.origin.longitude]])
    minutes: Floats = index.travel.minutes_for(great_circle_km(here, index.coordinates))[0]
    return minutes


def _conditions(index: Index, query: Query, wish: Wish, minutes: Floats) -> dict[str, Answers]:
    """What each condition that was asked for says of each offering."""
    found: dict[str, Answers] = {}
    if wish.asks:
        found["what"] = _what(index, query.what, wish)
    if query.age is not None:
        found["age"] = _ages(index, query.age, query.age)
    if query.grade:
        number = grade_number(query.grade)
        found["grade"] = _ages(index, number + 5, number + 6)
    if query.days:
        found["days"] = _within(index.days, bits(DAYS, query.days))
    if query.times:
        found["times"] = _within(index.times, bits(TIMES, query.times))
    if query.fee is not None:
        found["fee"] = _answers(index.maximum_fee <= query.fee, index.minimum_fee > query.fee)
    if query.language:
        found["language"] = _lists(index, "languages", query.language)
    for name in sorted(query.accommodations | set(wish.accommodations)):
        named = _lists(index, "accommodations", name)
        found["accommodations"] = np.minimum(found.get("accommodations", named), named)
    if query.contribution:
        found["contribution"] = _lists(index, "contributions", query.contribution)
    if query.mode:
        wanted = index.online if query.mode == "online" else ~index.online
        found["mode"] = _answers(wanted, ~wanted)
    for name in ("transport", "food"):
        if getattr(query, name):
            column: Floats = getattr(index, name)
            found[name] = _answers(column == 1, column == 0)
    if query.origin is not None and query.minutes is not None:
        found["minutes"] = _answers(index.online | (minutes <= query.minutes), minutes > query.minutes)
    if index.reserved.any():
        found[KEPT_FOR_SCHOOLS] = _reservations(index, query)
    return found


def _answers(yes: Mask, no: Mask) -> Answers:
    return np.where(no, NO, np.where(yes, YES, UNKNOWN)).astype(np.int8)


def _ages(index: Index, youngest: float, oldest: float) -> Answers:
    """Whether [minimum, maximum] meets [youngest, oldest], both ends counted; yes only where both ends are known."""
    out = (index.minimum_age > oldest) | (index.maximum_age < youngest)
    return _answers(np.isfinite(index.minimum_age) & np.isfinite(index.maximum_age) & ~out, out)


def _within(possible: NDArray[np.int64], wanted: int) -> Answers:
    """Whether all bits that are possible are wanted; no where none is."""
    return _answers((possible & ~wanted) == 0, (possible & wanted) == 0)


def _lists(index: Index, column: str, item: str) -> Answers:
    """Whether a list has an item. An empty list has not been filled in; one that names others says no."""
    has = index.listed[column].get(item, np.zeros(len(index), dtype=bool))
    return _answers(has, index.told[column] & ~has)


def _what(index: Index, text: str, wish: Wish) -> Answers:
    """Whether a program is of every kind and has every word that was asked for, or is called just so."""
    vocabulary, nothing = load_vocabulary(), np.zeros(len(index), dtype=bool)
    total = np.full(len(index), YES, dtype=np.int8)
    for concept in wish.concepts:
        named, may_have = nothing, nothing
        for kind in vocabulary.kinds[concept]:
            named = named | index.names.get(kind, nothing)
        for other in vocabulary.above[concept]:
            may_have = may_have | index.open_ends.get(other, nothing)
        total = np.minimum(total, _answers(named, ~named & ~may_have))
    for word in wish.words:
        has = nothing.copy()
        for each in starting(index.vocabulary, word):
            has[list(index.words[each])] = True
        total = np.minimum(total, _answers(has, ~has))
    name = plain(text)
    if " " in name:
        total[[name in title for title in index.titles]] = YES
    return total


def _reservations(index: Index, query: Query) -> Answers:
    """Seats that are kept for schools: yes for a student of one of them, no for one of another school."""
    school = query.origin.school if query.origin else ""
    mine = np.array([school in schools for schools in index.kept_for], dtype=bool) if school else ~index.reserved
    return _answers(~index.reserved | mine, index.reserved & ~mine & bool(school))


def _all_of(conditions: Mapping[str, Answers], offerings: int) -> Answers:
    total = np.full(offerings, YES, dtype=np.int8)
    for answers in conditions.values():
        np.minimum(total, answers, out=total)
    return total


def _rank(index: Index, sort: str, minutes: Floats, today: date) -> Floats:
    """(offerings,) what the results are sorted by, the lowest first. Online comes after every place, the unknown last."""
    if sort == "nearest":
        return np.where(index.online, np.finfo(np.float64).max, np.nan_to_num(minutes, nan=np.inf))
    if sort == "cheapest":
        fee = np.where(np.isfinite(index.maximum_fee), index.maximum_fee, index.minimum_fee)
        return np.nan_to_num(fee, nan=np.inf)
    begun = (index.start < today.toordinal()) & (index.end >= today.toordinal())
    return np.where(begun, today.toordinal(), index.start).astype(np.float64)


def _by_program(
    index: Index, passed: NDArray[np.intp], total: Answers, conditions: Mapping[str, Answers]
) -> tuple[Result, ...]:
    """Offerings that passed, in order, as programs in the order of their first. Where one fits, only those that do count."""
    fits: dict[int, list[int]] = {}
    may: dict[int, list[int]] = {}
    for offering, program, answer in zip(
        passed.tolist(), index.program[passed].tolist(), total[passed].tolist(), strict=True
    ):
        (fits if answer == YES else may).setdefault(program, []).append(offering)
    certain = [Result(tuple(offerings), True, ()) for offerings in fits.values()]
    rest = [
        Result(
            tuple(offerings),
            False,
            tuple(name for name, answers in conditions.items() if answers[offerings[0]] == UNKNOWN),
        )
        for program, offerings in may.items()
        if program not in fits
    ]
    return (*certain, *rest)


def _removed(index: Index, conditions: Mapping[str, Answers], season: Mask, found: int) -> dict[str, int]:
    """How many more programs there would be without each condition that keeps any away."""
    noes = np.zeros(len(index), dtype=np.int64)
    for answers in conditions.values():
        noes += answers == NO
    more = {}
    for name, answers in conditions.items():
        passed = season & ((noes == 0) | ((noes == 1) & (answers == NO)))
        more[name] = len(np.unique(index.program[passed])) - found
    return {name: number for name, number in more.items() if number}
