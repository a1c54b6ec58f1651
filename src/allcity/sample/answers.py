"""What people in the sample city answered when they were asked."""

import numpy as np
import polars as pl

from allcity.declaration.framework import Framework
from allcity.sample.draws import whole
from allcity.sample.schools import YEARS

INFORMAL = (0, 4, 8, 10, 12)
"""At how many schools families were asked about music at home, at worship and with friends, at scale 1."""


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
