"""What the sample city's schools and districts ask for."""

import numpy as np
import polars as pl

from allcity.declaration.framework import Framework
from allcity.sample.draws import chosen, gaps, whole
from allcity.sample.names import ids
from allcity.sample.partnerships import link_years
from allcity.sample.schools import YEARS

_WANTED = {
    "instruments_and_resources": 18,
    "private_lessons": 13,
    "small_ensembles": 10,
    "new_instruments_and_styles": 12,
    "special_needs_instruction": 9,
    "challenging_ensembles": 6,
    "after_hours_care": 10,
    "mentorship": 6,
    "support_services": 8,
    "teacher_development": 8,
    "performance_expertise": 6,
}
"""How often schools ask for each contribution, relative to the others."""

_BANDS = {"elementary": ["PK-2", "3-5"], "k8": ["PK-2", "3-5", "6-8"], "middle": ["6-8"], "high": ["9-12"]}


def needs_table(
    rows: pl.DataFrame, links: pl.DataFrame, framework: Framework, random: np.random.Generator
) -> pl.DataFrame:
    """What the schools that answered ask for, the weaker ones more; a part of it is what a partner gives already."""
    asked = rows.filter("answered")
    number = np.floor(random.random(len(asked)) * 5.5 * (1.3 - asked["quality"].to_numpy())).astype(np.int64)
    weights = np.array(list(_WANTED.values())) / sum(_WANTED.values())
    wishes = asked[np.repeat(np.arange(len(asked)), number)]
    wishes = wishes.with_columns(
        contribution=chosen(list(_WANTED), random.choice(len(_WANTED), len(wishes), p=weights))
    )
    years = link_years(links).select("school", "year", "contribution")
    known = years.filter(pl.Series(random.random(len(years)) < 0.6)).join(
        asked, on=("school", "year"), maintain_order="left"
    )
    given = years.unique().with_columns(given=True)
    found = (
        pl.concat([known, wishes], how="diagonal")
        .unique(("school", "year", "contribution"), maintain_order=True)
        .join(given, on=("school", "year", "contribution"), how="left", maintain_order="left")
        .sort("year", "school", "contribution")
    )
    count = len(found)
    units = {name: contribution.unit for name, contribution in framework.contributions.items()}
    unit = pl.col("contribution").replace_strict(units)
    share = pl.Series(random.uniform(0.04, 0.2, count)) * pl.when("given").then(0.5).otherwise(1)
    students = 5 * (pl.col("students") * share / 5).ceil()
    amount = (
        pl.when(unit == "students")
        .then(students)
        .when(unit == "teachers")
        .then(1 + pl.Series(random.integers(0, 4, count)))
        .otherwise(2 * pl.Series(random.integers(2, 16, count)))
    )
    stated = pl.Series(random.choice(["stated", "offered", "agreed"], count, p=[0.7, 0.2, 0.1]))
    bands = found["level"].replace_strict(_BANDS, return_dtype=pl.List(pl.String))
    band = bands.list.get(pl.Series((random.random(count) * bands.list.len().to_numpy()).astype(np.int64)))
    special = pl.col("contribution") == "special_needs_instruction"
    return found.select(
        "school_id",
        "year",
        "contribution",
        need_id=pl.Series(ids("n", count)),
        amount=pl.when(pl.Series(random.random(count) >= 0.1)).then(amount),
        unit=unit,
        dosage_hours=pl.when(unit.is_in(["students", "teachers"]) & pl.Series(random.random(count) < 0.6)).then(
            pl.Series(random.choice([6.0, 8.0, 12.0, 16.0, 24.0], count))
        ),
        grade_band=pl.when(pl.Series(random.random(count) < 0.4)).then(band),
        group_id=pl.when(special).then(pl.lit("students_with_disabilities")),
        languages=pl.when(pl.Series(random.random(count) < 0.1)).then(pl.lit(["es"], pl.List(pl.String))),
        priority=gaps(
            random, 0.06, whole(np.clip(found["quality"].to_numpy() * 3 + random.normal(0.8, 0.6, count), 1, 3))
        ),
        state=pl.when("given")
        .then(pl.when(pl.col("year") == YEARS[-1]).then(pl.lit("delivering")).otherwise(pl.lit("closed")))
        .otherwise(stated),
    )


def district_needs(districts: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Each district asks for training for its music teachers, every year."""
    rows = districts.join(pl.DataFrame({"year": list(YEARS)}), how="cross", maintain_order="left_right")
    return rows.select(
        "district_id",
        "year",
        need_id=pl.lit("district-") + pl.Series(ids("n", len(rows))),
        contribution=pl.lit("teacher_development"),
        amount=pl.Series(random.integers(20, 60, len(rows))).cast(pl.Float64),
        unit=pl.lit("teachers"),
        dosage_hours=pl.lit(12.0),
        priority=pl.lit(2),
        state=pl.when(pl.col("year") == YEARS[-1]).then(pl.lit("delivering")).otherwise(pl.lit("closed")),
    )
