"""Additive: does it give what would otherwise be missing, on top of what the school itself gives?

Each function says which records stand for which level of a criterion. Where a level's words ask for more than any record
can tell, its high end stays open and its low end is one below. No level is a verdict on anyone.
"""

from collections.abc import Mapping

import polars as pl

from allcity.analysis.cells import students_by_cell
from allcity.analysis.conditions.collaborative import TRAINING
from allcity.analysis.conditions.ladder import HIGHEST, LOWEST, at_least, holds, in_part, judged, unknown
from allcity.analysis.conditions.met import ENDS, ROUNDING, needs_met
from allcity.analysis.conditions.records import Records
from allcity.analysis.supplanting import IN_SCHOOL_HOURS

BEYOND_LESSONS = ("new_instruments_and_styles", "private_lessons", "mentorship", "after_hours_care", "support_services")
"""Contributions that schools do not give in their own music lessons. An assumption of ours, by their descriptions."""
ENSEMBLES = ("small_ensembles", "challenging_ensembles")
"""Contributions that a school may give itself, where it has ensembles."""
LEAST = 0.25
"""The share of the city's schools whose students had least: those with the smallest shares in sequential music. An
assumption of ours: the lowest quarter."""
SCHOOL_WEEKS = 36
"""Weeks of a school year, to compare a partner's hours with a school's minutes a week. A convention: 180 days of five."""


def fills_unmet_need(records: Records) -> pl.DataFrame:
    """What was met of its needs before it first gave something for them, by itself, and in all.

    The first level is shown where each of its needs was met in full by then; the third where one of them was not, and it gave
    something for it; the fourth where all of them are met in full as well. Whether those who were served before are the same
    students is not on record.
    """
    needs = needs_met(records)
    asked = pl.col("asked")
    ends: dict[str, pl.Expr] = {}
    for end, opposite in (("", ""), ("_low", "_high"), ("_high", "_low")):
        possible = end == "_high"
        unmet = pl.col(f"before{opposite}") < asked - ROUNDING
        given = unmet.fill_null(possible) & (pl.col(f"own{end}") > ROUNDING).fill_null(possible)
        in_full = (pl.col(f"all{end}") >= asked - ROUNDING).fill_null(possible)
        # Of what nobody knows, the second level says just that.
        ends |= {
            f"not_met{end}": unmet.fill_null(end != "_low").cast(pl.Int8).max(),
            f"filled{end}": given.cast(pl.Int8).max(),
            f"in_full{end}": in_full.cast(pl.Int8).min(),
        }
    one_unit = pl.col("unit").n_unique() == 1
    sums = ("asked", *(f"{given}{end}" for given in ("before", "own", "all") for end in ENDS))
    found = needs.group_by("partnership_id").agg(
        needs=pl.len(),
        unit=pl.when(one_unit).then(pl.col("unit").first()),
        **{name: pl.when(one_unit & pl.col(name).is_not_null().all()).then(pl.col(name).sum()) for name in sums},
        **ends,
    )
    rows = records.beside(found).with_columns(pl.col("needs").fill_null(0))
    filled = at_least("filled", 1)
    return judged(
        rows,
        levels=(at_least("not_met", 1), filled, filled & at_least("in_full", 1)),
        told=pl.col("needs") > 0,
        evidence={name: pl.col(name) for name in ("needs", "unit", *sums)},
    )


def staff_kept(records: Records) -> pl.DataFrame:
    """What the screen of supplanting finds of the school's certified staff, at the least clear of its schools.

    Only where it gave something in school hours; elsewhere it cannot be told. Likely or documented replacing is the first
    level, as far as no other reason is known; cannot tell the second; additive the third, and the fourth where staff rose by
    as much as counts as a fall. The screen's own errors are no part of the range: see `supplanting.py`.
    """
    return _kept(records, records.staff_screened, {})


def minutes_kept(records: Records) -> pl.DataFrame:
    """What the screen finds of the school's own minutes of music a week, in the same way.

    Beside it stand the partner's minutes a week in school hours for each student it reached, over the weeks of a school year.
    """
    in_school = records.delivered.filter(pl.col("setting") == IN_SCHOOL_HOURS)
    hours = in_school.group_by("partnership_id", "school_id", "contribution").agg(
        hours=pl.when(pl.col("hours").is_not_null().all()).then(pl.col("hours").sum())
    )
    minutes = hours.group_by("partnership_id").agg(partner_minutes=pl.col("hours").max() * 60 / SCHOOL_WEEKS)
    return _kept(records, records.minutes_screened, {"partner_minutes": minutes})


_LEVELS = {
    "documented_replacing": (1, 1, 1), "likely_replacing": (1, 1, 3), "cannot_tell": (1, 2, 4),
    "likely_additive": (3, 3, 3), "additive": (3, 3, 3),
}  # fmt: skip
"""Low end, level and high end for each category of the screen: a likely fall may have another reason, documented elsewhere."""
_SCREENED = ("before", "since", "change", "expected", "comparable", "p", "fall", "category")


def _kept(records: Records, screened: pl.DataFrame, more: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    category = pl.col("category").cast(pl.String)
    low, level, high = (
        category.replace_strict({key: ends[at] for key, ends in _LEVELS.items()}, return_dtype=pl.Int64)
        for at in range(3)
    )
    adds = (category == "additive") & pl.col("grown")
    unsure = pl.col("gaps") | (not records.complete("deliveries", every_year=True))
    of_schools = screened.with_columns(
        level=pl.when(adds).then(HIGHEST).otherwise(level),
        low=pl.when(unsure).then(LOWEST).when(adds).then(HIGHEST).otherwise(low),
        high=pl.when(unsure | adds).then(HIGHEST).otherwise(high),
    )
    # The least clear comes first: of two alike, the one whose fall is rarer elsewhere.
    order = pl.struct(pl.col("level").fill_null(2), pl.col("p").fill_null(1), "school_id")
    found = (
        records.taught_in_school_hours.join(of_schools, on="school_id", how="left")
        .group_by("partnership_id")
        .agg(
            pl.col("level").fill_null(2).min(),
            pl.col("low").fill_null(LOWEST).min(),
            pl.col("high").fill_null(HIGHEST).min(),
            pl.col("school_id", *_SCREENED).sort_by(order).first(),
            schools=pl.len(),
        )
    )
    rows = records.beside(found, *more.values())
    unset = records.deliveries.filter(pl.col("setting").is_null()).select("partnership_id")
    open_ = pl.col("partnership_id").is_in(unset["partnership_id"].implode()) | pl.col("level").is_null()
    return rows.select(
        "partnership_id",
        "level",
        low=pl.when(open_).then(pl.lit(LOWEST, pl.Int64)).otherwise("low"),
        high=pl.when(open_).then(pl.lit(HIGHEST, pl.Int64)).otherwise("high"),
        evidence=pl.struct("schools", "school_id", *_SCREENED, *more).struct.json_encode(),
    )


def not_already_owed(records: Records) -> pl.DataFrame:
    """What its schools had for music besides staff, before it began and this year: all that records hold of the three signs.

    What policy asks for, what local money paid for and what the district signed is in no table: the level cannot be told.
    """
    budgets = pl.concat(
        [year.baselines.select("school_id", "music_budget", year=pl.lit(year.year)) for year in records.city_years]
    )
    started = records.partnerships.select("partnership_id", "start_year")
    of_years = records.schools.join(started, on="partnership_id").join(budgets, on="school_id", how="left")

    def in_year(year: pl.Expr | int, name: str) -> pl.DataFrame:
        return (
            of_years.filter(pl.col("year") == year)
            .group_by("partnership_id")
            .agg(_if_known("music_budget").alias(name))
        )

    rows = records.beside(
        in_year(pl.col("start_year") - 1, "budget_before"), in_year(records.newest.year, "budget_this_year")
    )
    return unknown(
        rows, evidence={name: pl.col(name) for name in ("budget_before", "budget_this_year", "funding_source")}
    )


def _if_known(name: str) -> pl.Expr:
    """A sum, null where one part of it is."""
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum())


def beyond_school(records: Records) -> pl.DataFrame:
    """What it gives beside what its schools had themselves, before it began or as soon after as is known.

    Shown for the third level are contributions that schools do not give in their lessons, whatever is given out of school
    hours, ensembles where the school has none, and anything where nobody is enrolled in music. The fourth asks that at one of
    these schools students had least: nobody enrolled, no certified staff, or a share enrolled that is in the lowest quarter of
    the city. Whether the same students get the same twice is not on record, so that the first level is never shown.
    """
    given = pl.concat(
        [
            records.deliveries.select("partnership_id", "school_id", "contribution", "setting"),
            records.partnerships.select("partnership_id", "setting", contribution="contributions")
            .explode("contribution")
            .drop_nulls("contribution")
            .join(records.schools, on="partnership_id", how="left")
            .select("partnership_id", "school_id", "contribution", "setting"),
        ]
    ).unique()
    by_itself = pl.col("contribution").is_in(BEYOND_LESSONS) | (pl.col("setting") != IN_SCHOOL_HOURS).fill_null(
        value=False
    )
    nobody, none = pl.col("students_enrolled") == 0, pl.col("ensembles") == 0
    new = by_itself | (pl.col("contribution").is_in(ENSEMBLES) & none) | nobody
    least = nobody | (pl.col("music_staff") == 0) | pl.col("lowest")
    nothing = nobody & (pl.col("music_staff") == 0) & none
    new, least, nothing = (one.fill_null(value=False) for one in (new, least, nothing))
    found = (
        given.join(_had_before(records), on=["partnership_id", "school_id"], how="left")
        .group_by("partnership_id")
        .agg(
            given=pl.col("contribution").n_unique(),
            beyond=pl.col("contribution").filter(new).n_unique(),
            to_those_with_least=(new & least).any(),
            where_nothing_was=nothing.all(),
            **{name: pl.col(name).min() for name in ("ensembles", "students_enrolled", "music_staff")},
        )
    )
    rows = records.beside(found).with_columns(pl.col("given", "beyond").fill_null(0))
    surely = holds(pl.when("where_nothing_was").then(True))
    return judged(
        rows,
        levels=(
            in_part(pl.lit(value=True)) | surely,
            in_part(pl.col("beyond") > 0) | surely,
            in_part(pl.col("to_those_with_least")) | surely,
        ),
        told=pl.col("given") > 0,
        evidence={
            name: pl.col(name)
            for name in (
                "given", "beyond", "to_those_with_least", "ensembles", "students_enrolled", "music_staff",
            )
        },
    )  # fmt: skip


def _had_before(records: Records) -> pl.DataFrame:
    """What each school of a partnership had: the last that is known of the years before it began, else the first since.

    `lowest` is whether the school's share of students enrolled in music is in the lowest quarter of the city in that year.
    """
    newest = records.newest
    cells = students_by_cell(newest)
    students = newest.schools.select("school_id", students=pl.Series(cells.by_school(cells.students)))
    share = pl.col("students_enrolled") / pl.when(pl.col("students") > 0).then("students")
    had = pl.concat(
        [
            year.baselines.select("school_id", "ensembles", "students_enrolled", "music_staff", year=pl.lit(year.year))
            .join(students, on="school_id", how="left")
            .with_columns(lowest=share <= share.quantile(LEAST))
            for year in records.city_years
        ]
    )
    pairs = records.schools.join(records.partnerships.select("partnership_id", "start_year"), on="partnership_id")
    back = pl.col("start_year") - pl.col("year")
    order = (
        pl.when(back > 0).then(back).otherwise(pl.col("year"))
    )  # any year is more than the years that a school goes back
    return (
        pairs.join(had, on="school_id")
        .sort(order, maintain_order=True)
        .group_by("partnership_id", "school_id")
        .agg(pl.col("ensembles", "students_enrolled", "music_staff", "lowest").drop_nulls().first())
    )


def leaves_something(records: Records) -> pl.DataFrame:
    """Whether an end is planned, teachers were trained, and the school's own staff has grown.

    What the school takes over, when and with what money is not on record: training stands for it in part. An end that is not
    written down is shown as not planned, and may be unknown.
    """
    trained = records.deliveries.group_by("partnership_id").agg(trainings=(pl.col("contribution") == TRAINING).sum())
    grown = staff_kept(records).select("partnership_id", staff_has_grown=pl.col("level") == HIGHEST)
    ends = records.agreements.group_by("partnership_id").agg(
        agreed_end=pl.col("end_date").sort_by("version").drop_nulls().last()
    )
    rows = records.beside(trained, grown, ends).with_columns(
        pl.col("trainings").fill_null(0),
        planned_end=pl.coalesce("planned_end_date", "agreed_end"),
    )
    planned = holds(pl.when(pl.col("planned_end").is_not_null()).then(True))
    return judged(
        rows,
        levels=(
            planned,
            planned & in_part(pl.col("trainings") > 0),
            planned & in_part(pl.col("staff_has_grown")),
        ),
        told=pl.col("planned_end").is_not_null() | records.complete("partnerships"),
        evidence={name: pl.col(name) for name in ("planned_end", "trainings", "staff_has_grown")},
    )


CRITERIA = {
    "fills_unmet_need": fills_unmet_need,
    "staff_kept": staff_kept,
    "minutes_kept": minutes_kept,
    "not_already_owed": not_already_owed,
    "beyond_school": beyond_school,
    "leaves_something": leaves_something,
}
