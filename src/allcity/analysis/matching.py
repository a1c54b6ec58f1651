"""Which program could answer which need, in what order, and why.

A program is paired with a need where it gives what the need asks for, one of its offerings in the year is not out of reach,
fits an age and has a seat that is not reserved, and its organization has no partnership that answers this need already. Needs
are those that schools and districts state, as far as they are not met in full, and the *additional* ones that follow from
figures: students who have no place, whom whatever is counted in students may serve, and what does not say what it gives. What
a school is *owed* by the city's targets is never matched.

Each pair has seven parts, from 0 to 1:

    unmet      not yet met ÷ asked; of an additional need, students without a place ÷ the most that could be without one
    fit        share of the need's grades whose ages the offering's ages meet, as in `season.py`
    reach      1 − minutes ÷ the city's limit; 1 for an offering online
    seats      min(1, free seats ÷ what is not yet met)
    language   share of the need's languages in which the offering is given; 1 where it names none
    time       share of the offering's days that are among the need's; 1 where it names none
    scarcity   1 − what the school has: its students in sequential music ÷ all, else its minutes of music ÷ the city's target

    score = (unmet + fit + reach + seats + language + time + scarcity) ÷ 7                                            (1)

Equal weights are our own starting point: we know of nothing that says one part matters more than another. What is not known
has the range 0 to 1 and counts half. Where a part has no meaning it is 1: teachers and things have no grade, things are
brought, things and hours take no seat. For students with disabilities, an offering that names no accommodation may fit or
not. Of a program's offerings the best counts; a program without any in the year is paired by what is known. Pairs of equal
score stand in the order of the need's priority, then of ids.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from allcity.analysis.baseline import band_minutes
from allcity.analysis.cells import LOWEST_GRADE, BoolArray, Cells, FloatArray, IntArray, divided
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.season import known, season, travel_of
from allcity.analysis.travel import great_circle_km

PARTS = ("unmet", "fit", "reach", "seats", "language", "time", "scarcity")
REASONS = ("contribution", "reach", "ages", "seats", "in_hand")
"""Why nobody can answer a need, by what comes nearest to it: nobody gives it; of those who do nobody is in reach; of those
nobody fits the ages; of those nobody has a free seat; whoever has one has a partnership that answers it."""

ADDITIONAL = {
    "school_id": pl.String, "contribution": pl.String, "unit": pl.String,
    "amount": pl.Float64, "low": pl.Float64, "high": pl.Float64,
}  # fmt: skip
"""The columns of additional needs."""

_DISABILITY = "disability"
_PAIRS_AT_ONCE = 1 << 20
_GRADE_NUMBERS = np.arange(len(GRADES)) + LOWEST_GRADE

Range = tuple[FloatArray, FloatArray, FloatArray]
"""Low, value and high."""


@dataclass(frozen=True)
class Matches:
    """Who could answer what.

    Attributes:
        pairs: need_id (null for an additional need), school_id, district_id, contribution (null: any that is counted in
            students), unit, organization_id, program_id, offering_id (null where the program has none in the year), `score`
            and each of `PARTS` with `_low` and `_high`, `rank_for_need` and `rank_for_organization` from 1, and what they
            rest on: `asked`, `not_met`, `free_seats`, `minutes` on the way, `online`, and of the school `music_staff`
            (full-time equivalents) and `minutes_share` of the city's target; null where it is not known. Sorted by the
            need's priority and ids, then by rank for it.
        unanswered: need_id, school_id, district_id, contribution, unit, and the `reason`, one of `REASONS`.
        idle: organization_id and `free_seats` of those who have some and could answer nothing with them.
    """

    pairs: pl.DataFrame
    unanswered: pl.DataFrame
    idle: pl.DataFrame


def match_needs(
    city_year: CityYear,
    cells: Cells,
    ledger: pl.DataFrame,
    additional: pl.DataFrame,
    *,
    most_for_need: int | None = None,
    most_for_organization: int | None = None,
) -> Matches:
    """Pair needs with programs and rank them.

    Args:
        ledger: what `needs.ledger` makes of the city-year.
        additional: school_id, contribution (null: any that is counted in students), unit, and how much is not met: amount,
            low and high, null where it is not known.
        most_for_need, most_for_organization: keep pairs of which either rank is at most this; all pairs without either.
    """
    wants, offers = _wants(city_year, cells, ledger, additional), _offers(city_year)
    nearest = np.zeros(len(wants.frame), dtype=np.int64)
    found = _candidates(city_year, wants, offers, nearest)
    parts = _parts(found, wants, offers, limit=travel_of(city_year).minutes)
    # Rounded, so that no last digit of a sum comes before priority and ids.
    low, value, high = (np.mean([part[end] for part in parts.values()], axis=0).round(9) for end in range(3))

    best = _first_best(found.want * len(offers.frame) + offers.program[found.offer], value)
    want, organization = found.want[best], offers.organization[found.offer[best]]
    by_value = np.argsort(-value[best], kind="stable")
    for_need, for_organization = _ranks(want, by_value), _ranks(organization, by_value)
    kept = np.full(len(best), fill_value=most_for_need is None and most_for_organization is None)
    for rank, most in ((for_need, most_for_need), (for_organization, most_for_organization)):
        kept |= rank <= (most or 0)

    shown = best[kept]
    measured = {"score": (low, value, high), **parts}
    numbers = {
        f"{name}{suffix}": ends[at][shown]
        for name, ends in measured.items()
        for at, suffix in ((1, ""), (0, "_low"), (2, "_high"))
    }
    ranks = {"want": want, "rank_for_need": for_need, "rank_for_organization": for_organization}
    pairs = pl.concat(
        [
            wants.frame.select(*_OF_NEED, "asked", "not_met", "music_staff", "minutes_share")[want[kept]],
            offers.frame.select("organization_id", "program_id", "offering_id", "free_seats", "online")[
                found.offer[shown]
            ],
            pl.DataFrame({"minutes": found.minutes[shown], **numbers}),
            pl.DataFrame({name: values[kept] for name, values in ranks.items()}),
        ],
        how="horizontal",
    )
    answered = np.bincount(want, minlength=len(wants.frame)) > 0
    reasons = pl.Series("reason", [REASONS[at] for at in nearest], dtype=pl.String)
    return Matches(
        pairs.with_columns(pl.col("minutes").fill_nan(None)).sort("want", "rank_for_need").drop("want"),
        wants.frame.select(*_OF_NEED, reasons).filter(pl.Series(~answered, dtype=pl.Boolean)),
        _idle(offers, organization),
    )


_OF_NEED = ("need_id", "school_id", "district_id", "contribution", "unit")


@dataclass(frozen=True)
class _Wants:
    """Needs, in the order of their priority and ids.

    Of the frame `asked` and `not_met` are null where they are not known. `of_ages`, `of_seats` and `on_the_way`, (wants,),
    are whether ages, seats and the way there mean anything to a need; `left` is how much of it is not met.
    """

    frame: pl.DataFrame
    places: FloatArray
    grades: BoolArray
    unmet: Range
    left: Range
    scarcity: Range
    of_ages: BoolArray
    of_seats: BoolArray
    on_the_way: BoolArray
    disability: BoolArray


@dataclass(frozen=True)
class _Offers:
    """The year's offerings, and programs without any, in the order of the ids of organization, program and offering.

    `fits` and `may_fit`, (offers, grades), are the grades whose ages are known to meet the offering's, and may meet them.
    """

    frame: pl.DataFrame
    places: FloatArray
    organization: IntArray
    program: IntArray
    fits: BoolArray
    may_fit: BoolArray
    free: FloatArray
    online: BoolArray


def _wants(city_year: CityYear, cells: Cells, ledger: pl.DataFrame, additional: pl.DataFrame) -> _Wants:
    stated = (
        city_year.needs.filter(pl.col("state") != "closed")
        .join(ledger.select("need_id", "asked", "met", "met_low", "met_high"), on="need_id", how="left")
        .with_columns(
            pl.col("asked").sub(pl.col(met)).alias(left)
            for left, met in (("not_met", "met"), ("least", "met_high"), ("most", "met_low"))
        )
    )
    derived = additional.rename({"amount": "not_met", "low": "least", "high": "most"}).with_columns(asked="most")
    frame = (
        pl.concat([stated, derived], how="diagonal_relaxed")
        .filter(pl.col("not_met").is_null() | (pl.col("not_met") > 0))
        .sort("priority", "need_id", "school_id", "contribution", nulls_last=True)
        .join(_schools(city_year, cells), on="school_id", how="left", maintain_order="left")
    )
    left: Range = (known(frame["least"]), known(frame["not_met"]), known(frame["most"]))
    asked = known(frame["asked"])
    unit = np.array(frame["unit"].to_list(), dtype=object)
    disability = city_year.groups.filter(pl.col("dimension") == _DISABILITY)["group_id"]
    return _Wants(
        frame=frame,
        places=np.column_stack([known(frame["latitude"]), known(frame["longitude"])]),
        grades=_grades(city_year, frame),
        unmet=_half_known(*(np.divide(end, asked, out=np.full(len(frame), np.nan), where=asked > 0) for end in left)),
        left=left,
        scarcity=_half_known(*(1 - known(frame[name]) for name in ("has_high", "has", "has_low"))),
        of_ages=np.isin(unit, ("students", "hours")),
        of_seats=np.isin(unit, ("students", "teachers")),
        on_the_way=~np.isin(unit, ("items",)),
        disability=np.isin(np.array(frame["group_id"].to_list(), dtype=object), disability.to_list()),
    )


def _schools(city_year: CityYear, cells: Cells) -> pl.DataFrame:
    """Of each school: its place and grades, music_staff, minutes_share, and `has` with low and high, what it has of music."""
    rows = city_year.schools.select("school_id", "latitude", "longitude", school_grades="grades").join(
        city_year.baselines.drop("year"), on="school_id", how="left", maintain_order="left"
    )
    students = cells.by_school(cells.students)
    told = np.isfinite(known(rows["students_enrolled"])) & (students > 0)
    enrolled = np.minimum(divided(np.nan_to_num(known(rows["students_enrolled"])), students), 1)
    least, most, concerned = (np.zeros(len(rows)) for _ in range(3))
    for band_id, target in city_year.framework.targets.minutes_per_week.value.items():
        taught, within = band_minutes(city_year, cells, rows, band_id)
        weights, share = within * cells.students, np.minimum(taught / target, 1)
        concerned += cells.by_school(weights)
        least += cells.by_school(weights * np.nan_to_num(share))
        most += cells.by_school(weights * np.nan_to_num(share, nan=1))
    low, high = divided(least, concerned), np.where(concerned > 0, divided(most, concerned), 1)
    known_minutes = (concerned > 0) & (high - low < 1e-9)
    columns = {
        "minutes_share": np.where(known_minutes, low, np.nan),
        "has_low": np.where(told, enrolled, low),
        "has": np.where(told, enrolled, (low + high) / 2),
        "has_high": np.where(told, enrolled, high),
    }
    return rows.select("school_id", "latitude", "longitude", "school_grades", "music_staff").with_columns(
        pl.Series(name, values).fill_nan(None) for name, values in columns.items()
    )


def _grades(city_year: CityYear, frame: pl.DataFrame) -> BoolArray:
    """(wants, grades) those of its band that the school, or any school of the district, has; of all bands without one."""
    of_schools = {row[0]: set(row[1] or ()) for row in city_year.schools.select("school_id", "grades").iter_rows()}
    of_districts: dict[str, set[str]] = {}
    for district, grades in city_year.schools.select("district_id", "grades").iter_rows():
        of_districts.setdefault(district, set()).update(grades or ())
    bands = {
        band_id: {grade for number, grade in zip(_GRADE_NUMBERS, GRADES, strict=True) if band.first <= number <= band.last}
        for band_id, band in city_year.framework.grade_bands.items()
    }  # fmt: skip
    everything = set(GRADES)
    result = np.zeros((len(frame), len(GRADES)), dtype=bool)
    for at, (school, district, band) in enumerate(frame.select("school_id", "district_id", "grade_band").iter_rows()):
        here = of_schools.get(school) or of_districts.get(district) or everything
        asked = bands.get(band, everything)
        result[at] = [grade in ((here & asked) or asked) for grade in GRADES]
    return result


def _offers(city_year: CityYear) -> _Offers:
    programs = city_year.programs.select("program_id", "organization_id", "contributions")
    offerings = season(city_year).frame.drop_nulls("organization_id")
    without = programs.join(offerings, on="program_id", how="anti").with_columns(in_person=True)
    frame = (
        pl.concat([offerings, without], how="diagonal_relaxed")
        .sort("organization_id", "program_id", "offering_id")
        .with_columns(
            online=~pl.col("in_person"),
            free_seats=pl.when(pl.col("partnership_id").is_not_null()).then(0).otherwise("seats"),
        )
    )
    youngest, oldest = (known(frame[name])[:, None] for name in ("minimum_age", "maximum_age"))
    may_fit = ~(youngest > _GRADE_NUMBERS + 6) & ~(oldest < _GRADE_NUMBERS + 5)
    return _Offers(
        frame=frame,
        places=np.column_stack([known(frame["latitude"]), known(frame["longitude"])]),
        organization=_numbered(frame, "organization_id"),
        program=_numbered(frame, "program_id"),
        fits=may_fit & np.isfinite(youngest) & np.isfinite(oldest),
        may_fit=may_fit,
        free=known(frame["free_seats"]),
        online=frame["online"].to_numpy(),
    )


def _numbered(frame: pl.DataFrame, column: str) -> IntArray:
    """A number for each distinct value."""
    result: IntArray = frame[column].rank("dense").cast(pl.Int64).to_numpy() - 1
    return result


@dataclass(frozen=True)
class _Candidates:
    """Pairs of a want and an offer, sorted by both: `minutes` on the way, NaN where not known; grades that fit, of how many."""

    want: IntArray
    offer: IntArray
    minutes: FloatArray
    fits: FloatArray
    may_fit: FloatArray


def _candidates(city_year: CityYear, wants: _Wants, offers: _Offers, nearest: IntArray) -> _Candidates:
    """Every pair that nothing known rules out. `nearest` is filled in: how far each need came, as an index of `REASONS`."""
    blocks = list(_blocks(city_year, wants, offers, nearest))
    columns = (np.concatenate([getattr(block, field.name) for block in blocks]) for field in fields(_Candidates))
    found = _Candidates(*columns)
    in_hand = (
        city_year.partnerships.select(need_id="need_ids", organization_id="organization_ids")
        .explode("need_id")
        .explode("organization_id")
        .join(wants.frame.with_row_index("want").select("need_id", "want"), on="need_id")
        .join(_organizations(offers), on="organization_id")
    )
    count = len(offers.frame) + 1
    pair = found.want * count + offers.organization[found.offer]
    free = ~np.isin(pair, in_hand["want"].cast(pl.Int64).to_numpy() * count + in_hand["organization"].to_numpy())
    order = np.flatnonzero(free)
    order = order[np.argsort(found.want[order] * count + found.offer[order], kind="stable")]
    return _Candidates(*(getattr(found, field.name)[order] for field in fields(_Candidates)))


def _organizations(offers: _Offers) -> pl.DataFrame:
    """organization_id and its number."""
    return offers.frame.select("organization_id", organization=offers.organization).unique(maintain_order=True)


def _blocks(city_year: CityYear, wants: _Wants, offers: _Offers, nearest: IntArray) -> Iterator[_Candidates]:
    """The candidates of some needs for one contribution after the other, without regard to partnerships."""
    travel = travel_of(city_year)
    counted = [id_ for id_, entry in city_year.framework.contributions.items() if entry.unit == "students"]
    given = offers.frame["contributions"].fill_null([])
    for contribution in (None, *wants.frame["contribution"].drop_nulls().unique().sort()):
        gives = given.list.set_intersection(counted if contribution is None else [contribution]).list.len() > 0
        if contribution is None:
            gives |= given.list.len() == 0
        offer = np.flatnonzero(gives.to_numpy())
        asks = wants.frame.select(pl.col("contribution").eq_missing(pl.lit(contribution, pl.String))).to_series()
        for want in _some_at_once(np.flatnonzero(asks.to_numpy()), len(offer)):
            minutes = travel.minutes_for(great_circle_km(wants.places[want], offers.places[offer]))
            minutes[~wants.on_the_way[want]] = 0
            minutes[:, offers.online[offer]] = 0
            grades = wants.grades[want].astype(np.float32)
            ageless = ~wants.of_ages[want, None]
            may_fit = np.where(ageless, grades.sum(axis=1, keepdims=True), grades @ offers.may_fit[offer].T)
            fits = np.where(ageless, grades.sum(axis=1, keepdims=True), grades @ offers.fits[offer].T)
            possible = ~(minutes > travel.minutes)
            steps = [possible.any(axis=1)]
            for further in (may_fit > 0, ~(offers.free[offer] <= 0) | ~wants.of_seats[want, None]):
                possible &= further
                steps.append(possible.any(axis=1))
            nearest[want] = (len(offer) > 0) + np.sum(steps, axis=0)
            row, column = np.nonzero(possible)
            yield _Candidates(
                want=want[row],
                offer=offer[column],
                minutes=minutes[row, column],
                fits=(fits[row, column] / grades.sum(axis=1)[row]).astype(np.float64),
                may_fit=(may_fit[row, column] / grades.sum(axis=1)[row]).astype(np.float64),
            )


def _some_at_once(rows: IntArray, columns: int) -> Sequence[IntArray]:
    """Rows in parts small enough for tables of so many columns; at least one part."""
    return np.array_split(rows, len(rows) * columns // _PAIRS_AT_ONCE + 1)


def _parts(found: _Candidates, wants: _Wants, offers: _Offers, *, limit: float) -> dict[str, Range]:
    """The parts of the score, by name: each (candidates,)."""
    want, offer = found.want, found.offer
    accommodated = offers.frame["accommodations"].fill_null([]).list.len().to_numpy() > 0
    doubtful = wants.disability[want] & ~accommodated[offer]
    fits = np.where(doubtful, 0, found.fits)
    reach = 1 - found.minutes / limit
    free = offers.free[offer]
    least, left, most = (end[want] for end in wants.left)
    seats = _half_known(
        *(np.minimum(1, np.divide(free, end, out=np.ones(len(free)), where=~(end <= 0))) for end in (most, left, least))
    )
    seatless = ~wants.of_seats[want]
    return {
        "unmet": _gathered(wants.unmet, want),
        "fit": (fits, (fits + found.may_fit) / 2, found.may_fit),
        "reach": _half_known(reach, reach, reach),
        "seats": tuple(np.where(seatless, 1.0, end) for end in seats),  # type: ignore[dict-item] # of three
        "language": _named_share(wants.frame["languages"], want, offers.frame["languages"], offer, of_offer=False),
        "time": _named_share(wants.frame["days"], want, offers.frame["days"], offer, of_offer=True),
        "scarcity": _gathered(wants.scarcity, want),
    }  # fmt: skip


def _gathered(ends: Range, rows: IntArray) -> Range:
    low, value, high = ends
    return low[rows], value[rows], high[rows]


def _half_known(low: FloatArray, value: FloatArray, high: FloatArray) -> Range:
    """A part of which what is not known is between 0 and 1 and counts half."""
    low, high = np.nan_to_num(low, nan=0), np.nan_to_num(high, nan=1)
    return low, np.clip(np.where(np.isnan(value), (low + high) / 2, value), low, high), high


def _named_share(asked: pl.Series, want: IntArray, named: pl.Series, offer: IntArray, *, of_offer: bool) -> Range:
    """What wants and offers both name, as a share of what either names; 1 where a want names nothing."""
    words = sorted({word for each in asked.drop_nulls() for word in each})
    ask, name = (_table(series, words) for series in (asked, named))
    low, high = np.ones(len(want)), np.ones(len(want))
    number: IntArray = ask.sum(axis=1)
    some = np.flatnonzero(number[want])
    told = named.list.n_unique().fill_null(0).to_numpy()[offer[some]]
    both = (ask[want[some]] & name[offer[some]]).sum(axis=1)
    of = told if of_offer else number[want[some]]
    share = np.divide(both, of, out=np.zeros(len(some)), where=of > 0)
    low[some], high[some] = np.where(told > 0, share, 0), np.where(told > 0, share, 1)
    return low, (low + high) / 2, high


def _table(lists: pl.Series, words: Sequence[str]) -> BoolArray:
    """(lists, words) which list has which word."""
    result = np.zeros((len(lists), len(words)), dtype=bool)
    for at, word in enumerate(words):
        result[:, at] = lists.list.contains(word).fill_null(value=False).to_numpy()
    return result


def _first_best(run: IntArray, value: FloatArray) -> IntArray:
    """Where in each run of equal numbers the largest value first stands."""
    if not len(run):
        return np.zeros(0, dtype=np.int64)
    start = np.flatnonzero(np.diff(run, prepend=-1))
    best = np.repeat(np.maximum.reduceat(value, start), np.diff(start, append=len(run)))
    at_best = np.flatnonzero(value == best)
    result: IntArray = at_best[np.flatnonzero(np.diff(run[at_best], prepend=-1))]
    return result


def _ranks(of: IntArray, by_value: IntArray) -> IntArray:
    """The rank from 1 of each row among those `of` the same number, in the order `by_value` of all rows."""
    # Few numbers need few bits, and what is short is sorted in linear time.
    number = of.astype(np.min_scalar_type(of.max(initial=0)))
    order = by_value[np.argsort(number[by_value], kind="stable")]
    start = np.flatnonzero(np.diff(of[order], prepend=-1))
    ranks = np.empty(len(of), dtype=np.int64)
    ranks[order] = np.arange(len(of)) - np.repeat(start, np.diff(start, append=len(of))) + 1
    return ranks


def _idle(offers: _Offers, busy: IntArray) -> pl.DataFrame:
    return (
        offers.frame.select("organization_id", "free_seats", organization=offers.organization)
        .filter(~pl.col("organization").is_in(np.unique(busy)))
        .group_by("organization_id")
        .agg(pl.col("free_seats").sum())
        .filter(pl.col("free_seats") > 0)
        .sort("organization_id")
    )
