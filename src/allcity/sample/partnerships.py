"""The sample city's partnerships with their agreements, goals and check-ins, and the seats they reserve."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from allcity.sample.draws import Integers, chosen, dates, day_number, gaps, next_monday, whole
from allcity.sample.links import KINDS
from allcity.sample.names import ids
from allcity.sample.schools import YEARS

_GOALS = [
    ("Each student plays a piece of their own choice for an audience.", "musical", "MU:Pr6"),
    ("Students read simple notation on their instrument by spring.", "curriculum", "MU:Pr4"),
    ("Students write and record a song about their neighborhood.", "curriculum", "MU:Cr2"),
    ("Students who have missed many days come more often.", "educational", None),
    ("Older students lead a section of the younger ones.", "social", None),
]
_NEXT_STEPS = ("Plan the spring concert together.", "Find a larger room.", "Agree on next year's dates.", None)
_FUNDERS = ("School budget", "District", "Lantern Fund (made up)", "Ropewalk Foundation (made up)", "Members' gifts")
_AGES = {"elementary": (5, 11), "k8": (5, 14), "middle": (11, 14), "high": (14, 18)}


def joined(
    links: pl.DataFrame, organizations: pl.DataFrame, roll: pl.DataFrame, random: np.random.Generator
) -> pl.DataFrame:
    """The links with the `partnership_id` they belong to, and what is known of both sides.

    Mostly it is one link; some organizations run the same work at several schools as one partnership.
    """
    together = random.random(links["organization"].to_numpy().max() + 1) < 0.2
    as_one = pl.Series(together[links["organization"].to_numpy()]) & (pl.col("size") > 5)
    own = pl.when(~(as_one | (pl.col("case") == "handover").fill_null(value=False))).then(pl.int_range(pl.len()))
    keys = links.select("organization", "kind", "contribution", "first", "last", own=own)
    number = keys.select(pl.struct(pl.all()).rank("dense") - 1).to_series()
    names = organizations.select("organization", "organization_id", organization_name="name")
    schools = roll.select("school", "school_id", "level", "dismissal", school_name="name")
    return (
        links.with_columns(partnership_id=chosen(ids("r", number.n_unique()), number.to_numpy().astype(np.int64)))
        .join(names, on="organization", maintain_order="left")
        .join(schools, on="school", maintain_order="left")
    )


def link_years(links: pl.DataFrame) -> pl.DataFrame:
    """A row for each link and school year of the folder in which it went on."""
    years = pl.DataFrame({"year": list(YEARS)})
    return links.join(years, how="cross", maintain_order="left_right").filter(
        pl.col("year").is_between(pl.col("first"), pl.col("last"))
    )


def partnerships_table(links: pl.DataFrame, needs: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Partnerships with the needs of their schools, years and contribution; a few have a second organization."""
    answered = (
        link_years(links)
        .join(needs.filter(pl.col("state").is_in(["delivering", "closed"])), on=("school_id", "year", "contribution"))
        .group_by("partnership_id")
        .agg(need_ids=pl.col("need_id").unique().sort())
    )
    table = (
        links.sort("partnership_id", "school_id")
        .group_by("partnership_id", maintain_order=True)
        .agg(
            pl.col("organization_id", "organization_name", "kind", "contribution", "first", "last", "case").first(),
            pl.col("school_id", "school_name").first(),
            school_ids=pl.col("school_id").unique().sort(),
        )
        .join(answered, on="partnership_id", how="left", maintain_order="left")
        .join(KINDS.select("kind", "setting"), on="kind", how="left", maintain_order="left")
    )
    schools = pl.col("school_ids").list.len()
    second = _second_organizations(table, links, random)
    at = pl.when(schools > 1).then(schools.cast(pl.String) + " schools").otherwise("school_name")
    return _dated(table, random).with_columns(
        name=pl.col("organization_name") + " with " + at,
        organization_ids=pl.concat_list("organization_id", second).list.drop_nulls(),
        contributions=gaps(random, 0.04, table.select(pl.concat_list("contribution")).to_series()),
        money=gaps(random, 0.3, whole(random.uniform(12, 90, len(table))) * 10_000) * schools,
        funding_source=gaps(random, 0.2, _pick(_FUNDERS, len(table), random)),
    )


def district_partnerships(
    organizations: pl.DataFrame, needs: pl.DataFrame, after: int, random: np.random.Generator
) -> pl.DataFrame:
    """Universities that train the districts' music teachers; their ids come after so many others."""
    universities = organizations.filter(pl.col("participant_type") == "universities")["organization_id", "name"]
    wanted = needs.filter(pl.col("district_id").is_not_null()).group_by("district_id", maintain_order=True)
    districts = wanted.agg(need_ids=pl.col("need_id").sort()).sort("district_id")
    table = pl.concat([universities[: len(districts)], districts], how="horizontal")
    return _dated(table.with_columns(first=YEARS[0], last=YEARS[-1], case=pl.lit(None, pl.String)), random).select(
        "start_date",
        "planned_end_date",
        "need_ids",
        partnership_id=pl.Series(ids("r", after + len(table))[after:]),
        organization_id="organization_id",
        organization_ids=pl.concat_list("organization_id"),
        district_ids=pl.concat_list("district_id"),
        name=pl.col("name") + " with the district",
        contribution=pl.lit("teacher_development"),
        contributions=pl.concat_list(pl.lit("teacher_development")),
        setting=pl.lit("out_of_hours"),
        funding_source=pl.lit("District"),
        first="first",
        last="last",
    )


def agreements_table(partnerships: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """A new version every second year for those partnerships that have an agreement; one side may not have signed."""
    has = pl.Series(random.random(len(partnerships)) < 0.7) | pl.col("case").is_not_null()
    table = (
        partnerships.filter(has)
        .with_columns(version=pl.int_ranges(1, (pl.col("last") - pl.col("first")) // 2 + 2))
        .explode("version")
    )
    count = len(table)
    start = pl.col("start_date") + pl.duration(days=730 * (pl.col("version") - 1))
    signed = [start + _days(random.integers(-40, 0, count)) for _ in range(2)]
    end = pl.min_horizontal(start + pl.duration(days=729), pl.coalesce("end_date", pl.date(2100, 1, 1)))
    return table.select(
        "partnership_id",
        "version",
        agreement_id=pl.Series(ids("g", count)),
        start_date=start,
        end_date=end,
        signed_by_organization=pl.when(pl.Series(random.random(count) >= 0.07)).then(signed[0]),
        signed_by_school=pl.when(pl.Series(random.random(count) >= 0.18)).then(signed[1]),
    )


def goals_table(partnerships: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One or two goals for most partnerships, of which some were never agreed on."""
    number = random.choice([0, 1, 2], len(partnerships), p=[0.25, 0.45, 0.3])
    table = partnerships[np.repeat(np.arange(len(partnerships)), number)]
    count = len(table)
    first = np.repeat(random.integers(0, len(_GOALS), len(partnerships)), number)
    which = (first + pl.Series(table["partnership_id"]).is_first_distinct().to_numpy()) % len(_GOALS)
    texts, types, standards = (chosen(values, which) for values in zip(*_GOALS, strict=True))
    agreed = table["start_date"] + _days(random.integers(5, 60, count))
    return table.select(
        "partnership_id",
        goal_id=pl.Series(ids("t", count)),
        goal=texts,
        goal_type=types,
        standard=standards,
        agreed_on=gaps(random, 0.2, agreed),
    )


def check_ins_table(partnerships: pl.DataFrame, goals: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """What each side says each winter, where it says anything; they do not always agree."""
    sides = pl.DataFrame({"side": ["organization", "school", "teacher"], "share": [0.65, 0.5, 0.25]})
    rows = link_years(partnerships).join(sides, how="cross", maintain_order="left_right")
    rows = rows.with_columns(mood=pl.Series(random.normal(2.8, 0.7, len(partnerships)))[_numbers(rows)])
    rows = rows.filter(pl.Series(random.random(len(rows))) < pl.col("share")).join(
        goals.group_by("partnership_id").agg(pl.col("goal_id").min()),
        on="partnership_id",
        how="left",
        maintain_order="left",
    )
    count = len(rows)
    progress, communication = np.clip(rows["mood"].to_numpy() + random.normal(0, 0.6, (2, count)), 1, 4)
    days = day_number(rows["year"].to_numpy(), 2, 1) + random.integers(0, 28, count)
    return rows.select(
        "partnership_id",
        "year",
        "side",
        "goal_id",
        check_in_id=pl.Series(ids("c", count)),
        date=dates(days),
        progress=pl.when(pl.col("goal_id").is_not_null()).then(whole(progress)),
        communication=gaps(random, 0.05, whole(communication)),
        next_step=_pick(_NEXT_STEPS, count, random),
    )


def reserved(links: pl.DataFrame, random: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Programs, and their offerings after school in the schools' own music rooms, with seats for their students alone."""
    at_school = links.filter(
        pl.col("kind") == "out_of_school",
        pl.Series(random.random(len(links)) < 0.5) | pl.col("case").is_not_null(),
    )
    programs = at_school.unique("organization_id", keep="first", maintain_order=True).select(
        "organization_id",
        program_id=pl.lit("partner-") + pl.col("organization_id"),
        name=pl.lit("Music after school with ") + pl.col("organization_name"),
        description=pl.lit("An ensemble in the schools' own music rooms, made up for the sample city."),
        contributions=pl.concat_list("contribution"),
    )
    rows = link_years(at_school)
    count = len(rows)
    begins = next_monday(day_number(rows["year"].to_numpy(), 9, 22)) + 1
    weeks = random.integers(24, 31, count)
    ages = [pl.col("level").replace_strict({k: v[end] for k, v in _AGES.items()}) for end in (0, 1)]
    offerings = rows.select(
        "partnership_id",
        "organization_id",
        "year",
        offering_id=pl.Series(ids("after-", count)),
        program_id=pl.lit("partner-") + pl.col("organization_id"),
        location_id=pl.lit("at-") + pl.col("school_id"),
        mode=pl.lit("in_person"),
        start_date=dates(begins),
        end_date=dates(begins + 7 * (weeks - 1) + 2),
        sessions=pl.Series(weeks * 2),
        days=pl.lit(["tu", "th"], pl.List(pl.String)),
        start_time=pl.col("dismissal").fill_null(915) + 15,
        end_time=pl.col("dismissal").fill_null(915) + 75,
        seats=gaps(random, 0.06, random.integers(14, 36, count)),
        minimum_age=ages[0],
        maximum_age=ages[1],
        minimum_fee=pl.lit(0),
        maximum_fee=pl.lit(0),
        languages=pl.lit(["en", "es"], pl.List(pl.String)),
        accommodations=pl.lit(["step_free"], pl.List(pl.String)),
        food=pl.Series(random.random(count) < 0.5),
    )
    return programs, offerings


def _second_organizations(table: pl.DataFrame, links: pl.DataFrame, random: np.random.Generator) -> pl.Series:
    """For a few partnerships, another organization that works with the same school until the same year."""
    others = links.group_by("school_id", "last").agg(other=pl.col("organization_id").min())
    both = table.join(others, on=("school_id", "last"), how="left", maintain_order="left")
    fits = (pl.col("other") != pl.col("organization_id")) & (pl.col("school_ids").list.len() == 1)
    teaches = pl.col("kind").is_in(["out_of_school", "residency"]) & pl.col("case").is_null()
    drawn = pl.Series(random.random(len(both)) < 0.25)
    return both.select(pl.when(fits & teaches & drawn).then("other")).to_series()


def _dated(table: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Partnerships begin in autumn and end in June; many have an end that was planned, some ended before it or go on after it."""
    count = len(table)
    first, last = table["first"].to_numpy(), table["last"].to_numpy()
    start = next_monday(day_number(first, 9, 8)) + 7 * random.integers(0, 8, count)
    end = day_number(last, 6, 2) + random.integers(0, 16, count)
    ended = last < YEARS[-1]
    later = np.where(random.random(count) < 0.3, 365 * random.integers(1, 3, count), 0)
    planned = np.where(ended, end + later, day_number(np.maximum(first, last + random.integers(-1, 3, count)), 6, 12))
    told = table["case"] == "handover"
    return table.with_columns(
        start_date=dates(start),
        end_date=pl.when(pl.Series(ended)).then(dates(end)),
        planned_end_date=pl.when(told.fill_null(value=False))
        .then(dates(end))
        .otherwise(gaps(random, 0.35, dates(planned))),
    )


def _days(days: Integers) -> pl.Series:
    return pl.Series(days * 86_400_000).cast(pl.Duration("ms"))


def _numbers(rows: pl.DataFrame) -> pl.Series:
    return rows["partnership_id"].rank("dense").cast(pl.Int64) - 1


def _pick(values: Sequence[str | None], count: int, random: np.random.Generator) -> pl.Series:
    places: Integers = random.integers(0, len(values), count)
    return chosen(values, places)
