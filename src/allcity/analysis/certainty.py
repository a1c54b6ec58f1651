"""What each missing answer costs in certainty: how much narrower a range of the city's would be if one school answered.

The range of a share is [Y ÷ N, (Y + N − A) ÷ N], where Y say yes of the A students of schools that answered, and N are all
(`baseline.bounded_share`). A school that has not answered for n students answers for them with between 0 and n times yes.
Whichever it is, the range loses

    n ÷ N                                                                                                            (1)

of its width. What schools are owed in staff loses the school's own range. Over all schools this adds up to the whole width.

Of the students who found no place, N itself depends on the answer: those who asked, at a school that did not answer from none
to all of its students. Then the least and the most that an answer takes away differ, and both are told. Of a range that would
be gone, because nobody is left to ask about, the whole width is taken away.

Schools are asked in the order of the percentage points that their answers take from the city's shares for certain, all shares
added up: each share counts alike, which is our own choice. Where that is equal, in the order of what they may take at most,
then of the schools table.
"""

import numpy as np
import polars as pl

from allcity.analysis.baseline import Answered, bounded_share, shares_of_schools
from allcity.analysis.cells import Cells, FloatArray
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.owed import owed, owed_by_school
from allcity.analysis.season import known

WITHOUT_PLACE, OWED_STAFF, OWED_MINUTES = "school_music.without_place", "needs.owed.staff", "needs.owed.minutes"
SCHEMA = {
    "school_id": pl.String, "figure": pl.String, "unit": pl.String,
    "low": pl.Float64, "high": pl.Float64, "least": pl.Float64, "most": pl.Float64,
}  # fmt: skip
_ROUNDING = 1e-9


def missing_answers(city_year: CityYear, cells: Cells, figures: Figures) -> pl.DataFrame:
    """How much narrower each of the city's ranges would be if a school answered that has not: a row for each of both.

    `figures` are those of the city-year that are published: of one that is withheld nothing is told.

    Columns: school_id, `figure` (its id), `unit` ("share" or "full-time equivalents"), the city's range `low` to `high` now,
    and how much of its width goes whatever the school answers, from `least` to `most`, in the figure's unit. Rows in which
    nothing can go are left out. In the order of the schools table, then of the figures.
    """
    shares = shares_of_schools(city_year, cells) | {OWED_MINUTES: _owed_minutes(city_year, cells)}
    ends = {figure_id: _narrowed(figure_id, city_year, of, figures) for figure_id, of in shares.items()}
    staff = owed_by_school(city_year, cells)
    width = np.nan_to_num(known(staff["owed_staff_high"]) - known(staff["owed_staff_low"]))
    ends[OWED_STAFF] = width, width
    rows = [
        (school_id, figure.id, figure.unit, figure.low, figure.high, float(least[at]), float(most[at]))
        for at, school_id in enumerate(city_year.schools["school_id"])
        for figure_id, (least, most) in ends.items()
        if (figure := figures.get(figure_id)) and figure.low is not None and most[at] > _ROUNDING
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def whom_to_ask(missing: pl.DataFrame) -> pl.DataFrame:
    """Schools in the order in which to ask them: school_id, `points` (what their answers take from shares), `rank` from 1.

    `missing` is what `missing_answers` gives.
    """
    of_shares = pl.col("unit") == "share"
    return (
        missing.group_by("school_id", maintain_order=True)
        .agg(pl.col("least", "most").filter(of_shares).sum().round(9))
        .sort("least", "most", descending=True, maintain_order=True)
        .select("school_id", points="least", rank=pl.int_range(1, pl.len() + 1))
    )


def _narrowed(figure_id: str, city_year: CityYear, of: Answered, figures: Figures) -> tuple[FloatArray, FloatArray]:
    """(schools,) the least and the most that a school's answer takes from the width of a share of the city."""
    least, most = np.zeros((2, len(city_year.schools)))
    now = figures.get(figure_id)
    if now is None or now.low is None or now.high is None:
        return least, most
    each = np.array([of.yes, of.asked, of.everyone])
    whole = each.sum(axis=1)
    answers = _answers(figure_id, city_year, of)
    for at in np.flatnonzero(of.everyone - of.asked > _ROUNDING):
        others = whole - each[:, at]
        widths = [_width(city_year.year, *(others + answer)) for answer in answers[:, :, at]]
        gone = np.clip(now.high - now.low - np.array(widths), 0, None)
        least[at], most[at] = gone.min(), gone.max()
    return least, most


def _width(year: int, yes: float, asked: float, everyone: float) -> float:
    """How wide the range of a share is; 0 where there is nobody to ask about."""
    figure = bounded_share(Figure("", None, "share", year), yes=yes, asked=asked, everyone=everyone)
    return 0.0 if figure.low is None or figure.high is None else figure.high - figure.low


def _answers(figure_id: str, city_year: CityYear, of: Answered) -> FloatArray:
    """(answers, 3, schools) how many yes, asked and everyone are if a school that has not answered does: the extremes."""
    nobody, everybody = (of.yes, of.everyone, of.everyone), (of.yes + of.everyone - of.asked, of.everyone, of.everyone)
    if figure_id != WITHOUT_PLACE:
        return np.array([nobody, everybody])
    rows = city_year.schools.select("school_id").join(
        city_year.baselines.drop("year"), on="school_id", how="left", maintain_order="left"
    )
    # What the school has said of those who asked stands; nobody else may have asked.
    enrolled, without = (np.nan_to_num(known(rows[f"students_{name}"])) for name in ("enrolled", "without_place"))
    return np.array([nobody, everybody, (without, enrolled + without, enrolled + without)])


def _owed_minutes(city_year: CityYear, cells: Cells) -> Answered:
    """Of the schools that have a target for minutes, which have too few."""
    found = owed(city_year, cells)
    concerned = found.concerned.astype(np.float64)
    told = np.isfinite(found.minutes) * concerned
    return Answered(np.nan_to_num(found.minutes) * told, told, concerned)
