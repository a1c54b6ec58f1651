"""What people in the sample city answered when they were asked."""

import numpy as np
import polars as pl

from allcity.declaration.framework import Framework
from allcity.sample.draws import Floats, Integers, whole
from allcity.sample.names import ids
from allcity.sample.schools import YEARS

INFORMAL = (0, 4, 8, 10, 12)
"""At how many schools families were asked about music at home, at worship and with friends, at scale 1."""

VOICE = ("belonging", "heard", "valued", "students_heard")
"""What students of a partnership are asked."""

ASKED_STUDENTS, COUNTED_GROWTH = 0.3, 0.35
"""The shares of partnerships and schools, in the last two years, in which students were asked, and growth was counted."""

FEWEST = 10
"""Of fewer students no answers are kept."""


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
    answers = [
        (year, question_id, participant, level, int(number), int(asked))
        for (year, question_id, participant), asked, counts in zip(
            askings, people, _counts(people, mood, random), strict=True
        )
        for level, number in enumerate(counts, 1)
    ]
    columns = ["year", "question_id", "participant_type", "level", "number", "asked"]
    return pl.DataFrame(answers, schema=columns, orient="row")


def partnership_answers(deliveries: pl.DataFrame, goals: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """What students of some partnerships said without a name, and how far they have come on the goals that were agreed."""
    reached = (
        deliveries.drop_nulls(["partnership_id", "school_id", "students"])
        .filter(pl.col("year").is_in(YEARS[-2:]), pl.col("sessions") > 1)
        .group_by("partnership_id", "school_id", "year")
        .agg(pl.col("students").min())
        .sort("partnership_id", "school_id", "year")
    )
    part = random.uniform(0.4, 0.9, len(reached)) * (random.random(len(reached)) < ASKED_STUDENTS)
    said = reached.with_columns(asked=whole(reached["students"].to_numpy() * part)).filter(pl.col("asked") >= FEWEST)
    voice = said.join(pl.DataFrame({"question_id": VOICE}), how="cross", maintain_order="left_right")
    counted = reached.filter(pl.Series(random.random(len(reached)) < COUNTED_GROWTH)).with_columns(asked="students")
    growth = counted.join(
        goals.drop_nulls("agreed_on").select("partnership_id", question_id="goal_id"),
        on="partnership_id",
        maintain_order="left_right",
    )
    table = pl.concat([voice, growth.select(voice.columns)])
    levels = pl.DataFrame(
        _counts(table["asked"].to_numpy(), random.normal(2.8, 0.5, len(table)), random),
        schema=["1", "2", "3", "4"],
        orient="row",
    )
    rows = pl.concat([table, levels], how="horizontal").unpivot(
        ["1", "2", "3", "4"], index=table.columns, variable_name="level", value_name="number"
    )
    rows = rows.with_columns(pl.col("level").cast(pl.Int64)).sort(*table.columns[:3], "question_id", "level")
    return rows.select(
        "year",
        "school_id",
        "partnership_id",
        "question_id",
        "level",
        "number",
        "asked",
        participant_type=pl.lit("students"),
        answer_id=pl.Series(ids("s", len(rows))),
    )


def _counts(asked: Integers, middles: Floats, random: np.random.Generator) -> Integers:
    """(rows, 4) how many of those asked chose each level."""
    counts = [
        np.bincount(np.clip(np.rint(random.normal(middle, 0.8, number)), 1, 4).astype(np.int64), minlength=5)[1:]
        for number, middle in zip(asked, middles, strict=True)
    ]
    found: Integers = np.array(counts)
    return found
