"""What the sample city's schools ask for, what was given, and what people answered when they were asked."""

import numpy as np
import polars as pl

from allcity.declaration.framework import Framework
from allcity.sample.draws import chosen, dates, day_number, gaps, next_monday, whole
from allcity.sample.links import KINDS
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

INFORMAL = (0, 4, 8, 10, 12)
"""At how many schools families were asked about music at home, at worship and with friends, at scale 1."""


def needs_table(
    rows: pl.DataFrame, links: pl.DataFrame, framework: Framework, random: np.random.Generator
) -> pl.DataFrame:
    """What the schools that answered ask for, the weaker ones more; a part of it is what a partner gives already."""
    asked = rows.filter("answered")
    number = np.floor(random.random(len(asked)) * 8 * (1.3 - asked["quality"].to_numpy())).astype(np.int64)
    weights = np.array(list(_WANTED.values())) / sum(_WANTED.values())
    wishes = asked[np.repeat(np.arange(len(asked)), number)]
    wishes = wishes.with_columns(
        contribution=chosen(list(_WANTED), random.choice(len(_WANTED), len(wishes), p=weights))
    )
    years = link_years(links).select("school", "year", "contribution")
    known = years.filter(pl.Series(random.random(len(years)) < 0.25)).join(
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
    students = 5 * (pl.col("students") * pl.Series(random.uniform(0.03, 0.15, count)) / 5).ceil()
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


def deliveries_table(
    links: pl.DataFrame, needs: pl.DataFrame, rows: pl.DataFrame, random: np.random.Generator
) -> pl.DataFrame:
    """Each link's work of a year, as the partner and the school tell it. Some is told by one alone, some by neither."""
    answered = rows.select("school_id", "year", "answered", "students")
    table = (
        link_years(links)
        .join(KINDS, on="kind", how="left", maintain_order="left")
        .join(answered, on=("school_id", "year"), how="left", maintain_order="left")
        .join(
            needs.select("school_id", "year", "contribution", "need_id"),
            on=("school_id", "year", "contribution"),
            how="left",
            maintain_order="left",
        )
    )
    table = table.filter(pl.Series(random.random(len(table)) >= 0.05) | pl.col("case").is_not_null())
    count = len(table)
    replaced = pl.col("case") == "supplanting"
    part = pl.Series(random.random(count))
    days = next_monday(day_number(table["year"].to_numpy(), 9, 29)) + 7 * random.integers(0, 12, count)
    sessions = (pl.col("fewest") + part * (pl.col("most") - pl.col("fewest") + 1)).floor().cast(pl.Int64)
    sessions = pl.when(replaced).then(64).otherwise(sessions)
    students = pl.col("smallest") + pl.Series(random.random(count)) * (pl.col("greatest") - pl.col("smallest"))
    students = pl.min_horizontal(students.round(), (pl.col("students") * 0.9).round())
    weeks = pl.when(pl.col("most") <= 2).then(pl.col("fewest") * 0).otherwise(pl.min_horizontal(sessions - 1, 24))
    amount = (
        pl.when(pl.col("kind") == "resources")
        .then(pl.Series(random.integers(5, 40, count)))
        .when(pl.col("kind") == "development")
        .then(pl.Series(random.integers(1, 4, count)))
        .when(pl.col("contribution") == "performance_expertise")
        .then(sessions * pl.col("each_hours"))
    )
    in_hours = pl.col("setting") == "in_school_hours"
    table = table.with_columns(
        delivery_id=pl.Series(ids("d", count)),
        start_date=dates(days),
        end_date=dates(days) + pl.duration(days=7 * weeks.fill_null(0)),
        sessions=sessions,
        hours=sessions * pl.col("each_hours"),
        students=pl.when(pl.col("smallest").is_not_null()).then(students.cast(pl.Int64)),
        amount=amount,
        certified_teacher=pl.when(in_hours).then(
            pl.Series(random.random(count) < 0.68) & ~replaced.fill_null(value=False)
        ),
    )
    return pl.concat([_account(table, account, random) for account in ("organization", "school")]).sort(
        "delivery_id", "account"
    )


def district_deliveries(partnerships: pl.DataFrame, needs: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """The universities' courses for the districts' teachers, each answering that year's need."""
    table = link_years(partnerships).explode("district_ids").rename({"district_ids": "district_id"})
    table = table.join(
        needs.select("district_id", "year", "need_id"), on=("district_id", "year"), maintain_order="left"
    )
    count = len(table)
    start = next_monday(day_number(table["year"].to_numpy(), 10, 10))
    return table.select(
        "partnership_id",
        "organization_id",
        "contribution",
        "need_id",
        "setting",
        "year",
        delivery_id=pl.lit("district-") + pl.Series(ids("d", count)),
        account=pl.lit("organization"),
        start_date=dates(start),
        end_date=dates(start + 7 * 20),
        sessions=pl.lit(6),
        hours=pl.lit(12.0),
        amount=pl.Series(random.integers(12, 30, count)).cast(pl.Float64),
    )


def answers_table(rows: pl.DataFrame, scale: int, framework: Framework, random: np.random.Generator) -> pl.DataFrame:
    """Families at a few schools on music of their own, and the levels that people chose in the self-examination."""
    asked = rows.filter("answered")
    asked = asked.with_columns(draw=pl.Series(random.random(len(asked))))
    informal = pl.concat(
        asked.filter(pl.col("year") == year).sort("draw").head(number * scale).sort("school_id")
        for year, number in zip(YEARS, INFORMAL, strict=True)
    )
    number = whole(informal["students"].to_numpy() * random.uniform(0.3, 0.7, len(informal)))
    share = np.clip(0.36 + 0.3 * informal["hardship"].to_numpy() + random.normal(0, 0.08, len(informal)), 0.1, 0.9)
    music = informal.select(
        "year",
        "school_id",
        question_id=pl.lit("informal_music"),
        participant_type=pl.lit("families"),
        asked=number,
        number=whole(number.to_numpy() * share),
    )
    return pl.concat([music, _levels(framework, random)], how="diagonal").with_columns(
        answer_id=pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5).str.replace("^", "q")
    )


def _levels(framework: Framework, random: np.random.Generator) -> pl.DataFrame:
    """Counts of the four levels of each question by who answered it, in the last two years; the second looks better."""
    askings = [
        (year, question_id, participant)
        for year in YEARS[-2:]
        for question_id, question in framework.questions().items()
        for participant in question.answered_by
    ]
    people = random.integers(4, 60, len(askings))
    mood = random.normal(2.0, 0.5, len(askings)) + 0.2 * np.array([year == YEARS[-1] for year, *_ in askings])
    answers = []
    for (year, question_id, participant), asked, middle in zip(askings, people, mood, strict=True):
        levels = np.clip(np.rint(random.normal(middle, 0.8, asked)), 1, 4).astype(np.int64)
        for level, number in enumerate(np.bincount(levels, minlength=5)[1:], 1):
            answers.append((year, question_id, participant, level, int(number), int(asked)))
    columns = ["year", "question_id", "participant_type", "level", "number", "asked"]
    return pl.DataFrame(answers, schema=columns, orient="row")


def _account(table: pl.DataFrame, account: str, random: np.random.Generator) -> pl.DataFrame:
    """One side's account: often complete, sometimes with other numbers than the other side's, sometimes missing."""
    count = len(table)
    by_school = account == "school"
    drawn = pl.Series(random.random(count) < (0.75 if by_school else 0.92))
    told = (drawn & pl.col("answered")) if by_school else (drawn | pl.col("case").is_not_null())
    differs = random.random(count) < (0.3 if by_school else 0)
    factor = pl.Series(np.where(differs, random.uniform(0.55, 1.15, count), 1))
    return (
        table.with_columns(
            account=pl.lit(account),
            hours=pl.when(pl.Series(random.random(count) >= 0.15)).then((pl.col("hours") * factor * 4).round() / 4),
            students=pl.when(pl.Series(random.random(count) >= 0.08)).then(
                (pl.col("students") * factor).round().cast(pl.Int64)
            ),
            certified_teacher=pl.when(pl.Series(random.random(count) >= 0.1)).then("certified_teacher"),
        )
        .filter(told)
        .select(
            *("delivery_id", "account", "partnership_id", "organization_id", "school_id", "need_id", "contribution"),
            *(
                "start_date",
                "end_date",
                "sessions",
                "hours",
                "students",
                "amount",
                "setting",
                "certified_teacher",
                "year",
            ),
        )
    )
