"""Who works with whom in the sample city, since when, and in what way.

Partnerships follow strength, not need, and few organizations hold many of them, in the proportions that Ingenuity
published for Chicago (State of the Arts 2015-16, pages 53 to 55, and 2016-17, page 54).
"""

import numpy as np
import polars as pl

from allcity.sample.draws import Booleans, Floats, Integers, chosen
from allcity.sample.place import KM_PER_DEGREE, PARALLEL
from allcity.sample.schools import NEVER, YEARS

ALONE = 9
"""How many schools have no partner in the newest year, at scale 1."""

WITH_ONE, WITH_FEW, WITH_MORE = 44, 24, 17
"""How many organizations work with one school, with two to five, and with more, at scale 1. The others are alone."""

LARGEST_TEN = (0.13, 0.14, 0.14, 0.15, 0.15, 0.16, 0.16, 0.22, 0.26, 0.32)
"""The share of all schools with which each of the ten largest organizations works."""

ENDED = 0.45
"""How many partnerships have ended, for each that goes on."""

EARLIEST = 2016

KINDS = pl.DataFrame(
    [
        ("field_trip", "out_of_school", 0.11, 0.18, 0.39, 0.45, 1, 2, 2.5, 40, 120),
        ("resources", "in_school_hours", 0.20, 0.18, 0.15, 0.25, None, None, None, None, None),
        ("out_of_school", "out_of_hours", 0.20, 0.14, 0.06, 0.15, 18, 56, 1.0, 12, 45),
        ("residency", "in_school_hours", 0.14, 0.14, 0.05, 0.20, 8, 30, 0.75, 30, 110),
        ("development", "out_of_hours", 0.08, 0.12, 0.21, 0.30, 2, 6, 2.0, None, None),
        ("performance", "in_school_hours", 0.17, 0.13, 0.07, 0.40, 1, 2, 1.0, 80, 280),
        ("other", "out_of_hours", 0.10, 0.11, 0.07, 0.25, 10, 20, 0.75, 6, 25),
    ],
    schema=[
        *("kind", "setting", "small", "middling", "largest", "fleeting"),
        *("fewest", "most", "each_hours", "smallest", "greatest"),
    ],
    orient="row",
)
"""Kinds of partnership: how common among small, middling and the ten largest organizations, how many of them begin in
the newest year, and between which bounds their sessions, hours of a session and students lie."""

_ELSEWHERE = {"residency": "out_of_school", "performance": "field_trip"}
"""What partners do in place of music in school hours, where a school does not open these."""

CONTRIBUTIONS = {
    "field_trip": ["performance_expertise"],
    "resources": ["instruments_and_resources"],
    "out_of_school": ["small_ensembles", "challenging_ensembles", "after_hours_care", "new_instruments_and_styles"],
    "residency": ["new_instruments_and_styles", "special_needs_instruction", "small_ensembles", "private_lessons"],
    "development": ["teacher_development"],
    "performance": ["performance_expertise"],
    "other": ["mentorship", "support_services"],
}

_STORIES = pl.DataFrame(
    [
        ("supplanting", 0, "residency", "new_instruments_and_styles", 2023, 2025),
        ("withdrawal", 3, "residency", "small_ensembles", 2024, 2025),
        ("alongside", 4, "residency", "private_lessons", 2023, 2025),
        ("single_source", 1, "out_of_school", "small_ensembles", 2019, 2025),
        ("handover", 2, "out_of_school", "challenging_ensembles", 2021, 2023),
        ("handover", 2, "development", "teacher_development", 2024, 2025),
    ],
    schema=["case", "number", "kind", "contribution", "first", "last"],
    orient="row",
)
"""Two partners come where a teacher goes, one where teachers come, too; one school hangs on one partner; one partner hands its
work over to the district."""


def make_links(
    organizations: pl.DataFrame, locations: pl.DataFrame, rows: pl.DataFrame, scale: int, random: np.random.Generator
) -> pl.DataFrame:
    """A row for each organization, school and kind of work, from its `first` to its `last` school year.

    Those that still go on have the newest year as their last. `case` names the stories, as at the schools; `size` is the
    number of schools that the organization works with now. `rows` are the schools' provision, year by year.
    """
    now = rows.filter(pl.col("year") == YEARS[-1])
    pull = _pull(now, scale, random)
    others = (organizations["participant_type"] != "partner_organizations").fill_null(value=True).to_numpy()
    # The first in this order tell the stories, the last are alone, and the ten largest are just before those.
    order = np.argsort(random.random(len(organizations)) + 0.7 * others)
    sizes = _sizes(len(now), scale, random)
    home, away = (frame.select("latitude", "longitude").to_numpy() for frame in (locations, now))
    drawn = _choices(sizes, pull, home[order], away, random)
    number = np.repeat(np.arange(len(sizes)), [len(schools) for schools in drawn])
    school = now["school"].to_numpy()[np.concatenate(drawn)]
    past_number, past_school = _past(sizes, rows, round(ENDED * len(number)), random)
    kind = _kinds(np.append(sizes[number], sizes[past_number]), len(now), random)
    since = rows.select("school", "in_hours_since").unique("school")
    kind = _where_open(kind, np.append(school, past_school), since)
    links = pl.DataFrame(
        {
            "number": np.append(number, past_number),
            "school": np.append(school, past_school),
            "kind": kind,
            "contribution": _contributions(kind, random),
            "goes_on": np.arange(len(kind)) < len(number),
        }
    )
    links = _spanned(links, random).join(
        rows.select("school", "in_hours_since", opened="first", closed="last").unique("school"),
        on="school",
        maintain_order="left",
    )
    links = links.with_columns(
        first=pl.max_horizontal(
            "first",
            pl.when(pl.col("opened") > YEARS[0]).then("opened"),
            pl.when(pl.col("kind").is_in(list(_ELSEWHERE)), pl.col("in_hours_since") > YEARS[0]).then("in_hours_since"),
        ),
        last=pl.min_horizontal("last", "closed"),
    ).filter(pl.col("first") <= pl.col("last"))
    stories = _STORIES.join(now.select("case", "school"), on="case", maintain_order="left_right").with_columns(
        goes_on=pl.col("last") == YEARS[-1]
    )
    links = pl.concat([stories, links], how="diagonal_relaxed").unique(
        ("number", "school", "kind"), keep="first", maintain_order=True
    )
    return links.select(
        "case",
        "kind",
        "contribution",
        "first",
        "last",
        "school",
        pl.Series("size", sizes).gather(links["number"]),
        pl.Series("organization", order).gather(links["number"]),
    )


def _pull(now: pl.DataFrame, scale: int, random: np.random.Generator) -> Floats:
    """How much each school draws partners: better provided ones draw more, the ones that are alone none."""
    quality, told = now["quality"].to_numpy(), now["case"].is_not_null().to_numpy()
    alone = np.argsort(quality + 0.5 * random.random(len(now)) + 9 * told)[: ALONE * scale]
    pull = 0.1 + quality**2
    pull[alone] = 0
    pull[now["case"].is_in(["single_source", "handover"]).fill_null(value=False).to_numpy()] = 0
    return pull


def _sizes(schools: int, scale: int, random: np.random.Generator) -> Integers:
    """With how many schools each organization works; those that tell a story come first, the ten largest last."""
    largest = np.rint(schools * np.array(LARGEST_TEN)).astype(np.int64)
    return np.concatenate(
        [
            [1, 1, 2, 1, 2],
            np.ones(WITH_ONE * scale - 3, np.int64),
            random.integers(2, 6, WITH_FEW * scale - 2),
            random.integers(6, 9, WITH_MORE * scale - len(largest)),
            largest,
        ]
    )


def _choices(
    sizes: Integers, pull: Floats, home: Floats, schools: Floats, random: np.random.Generator
) -> list[Integers]:
    """The schools of each organization. Small ones look near `home`, the ten largest everywhere.

    The very largest goes first to whom no one else has chosen, so that no school is alone but those that draw nobody.
    """
    drawn = [np.empty(0, np.int64)] * _STORIES["number"].n_unique()
    for number, size in enumerate(sizes[len(drawn) : -1], len(drawn)):
        local = number < len(sizes) - len(LARGEST_TEN)
        drawn.append(_draw(size, pull * _nearness(home[number], schools) if local else pull, random))
    missed = np.setdiff1d(np.flatnonzero(pull), np.concatenate(drawn))
    rest = pull.copy()
    rest[missed] = 0
    drawn.append(np.append(missed, _draw(max(0, sizes[-1] - len(missed)), rest, random)))
    return drawn


def _draw(size: int, weights: Floats, random: np.random.Generator) -> Integers:
    """(size,) different places, heavier ones more often."""
    waiting = np.full(len(weights), np.inf)
    np.divide(random.exponential(size=len(weights)), weights, out=waiting, where=weights > 0)
    return np.sort(np.argpartition(waiting, size - 1)[:size]) if size else np.empty(0, np.int64)


def _nearness(home: Floats, schools: Floats) -> Floats:
    """(schools,) 1 next door, a half at four kilometers and where either place is not known."""
    north, east = ((schools - home) * KM_PER_DEGREE * [1, PARALLEL]).T
    nearness: Floats = np.nan_to_num(1 / (1 + (north**2 + east**2) / 16), nan=0.5)
    return nearness


def _past(sizes: Integers, rows: pl.DataFrame, count: int, random: np.random.Generator) -> tuple[Integers, Integers]:
    """Organizations (their number) and schools that no longer work together."""
    schools = rows.filter(pl.col("year") == YEARS[0])
    weights = 0.15 + schools["quality"].to_numpy() ** 2
    told = schools["case"].is_not_null().to_numpy()
    weights[told] = 0
    number = random.integers(_STORIES["number"].n_unique(), len(sizes), count)
    return number, random.choice(schools["school"].to_numpy(), count, p=weights / weights.sum())


def _kinds(sizes: Integers, schools: int, random: np.random.Generator) -> pl.Series:
    groups = np.select([sizes == 1, sizes < schools * LARGEST_TEN[0] - 0.5], [0, 1], 2)
    shares = KINDS.select("small", "middling", "largest").to_numpy().cumsum(axis=0)
    drawn = (random.random(len(sizes))[:, None] > shares.T[groups]).sum(axis=1)
    return chosen(KINDS["kind"].to_list(), np.minimum(drawn, len(KINDS) - 1))


def _where_open(kinds: pl.Series, schools: Integers, since: pl.DataFrame) -> pl.Series:
    """The kinds; where a school lets nobody into its school day, what its partners do instead."""
    at = pl.DataFrame({"kind": kinds, "school": schools}).join(since, on="school", maintain_order="left")
    elsewhere = pl.col("kind").replace(_ELSEWHERE)
    return at.select(pl.when(pl.col("in_hours_since") == NEVER).then(elsewhere).otherwise("kind")).to_series()


def _contributions(kinds: pl.Series, random: np.random.Generator) -> pl.Series:
    lists = kinds.replace_strict(CONTRIBUTIONS, return_dtype=pl.List(pl.String))
    place = (random.random(len(kinds)) * lists.list.len().to_numpy()).astype(np.int64)
    return lists.list.get(pl.Series(place))


def _spanned(links: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """First and last school years; some kinds are mostly for a single year, others return."""
    goes_on = links["goes_on"].to_numpy()
    fleeting = links.join(KINDS.select("kind", "fleeting"), on="kind", maintain_order="left")["fleeting"].to_numpy()
    last = np.where(goes_on, YEARS[-1], random.integers(YEARS[0], YEARS[-1], len(links)))
    once: Booleans = random.random(len(links)) < fleeting
    years = np.where(once, 0, random.geometric(0.33, len(links)))
    return links.with_columns(first=pl.Series(np.maximum(EARLIEST, last - years)), last=pl.Series(last))
