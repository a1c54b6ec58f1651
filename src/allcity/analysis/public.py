"""A city's tables as everybody may have them: counts of students of small groups are withheld from the rows themselves.

Enrolments (the table of students) are published by others and stay as they are. All other counts of students are
observed: those that schools, partners and surveys gave. They go through `allcity.analysis.suppression`, where the totals
that figures and pages publish are taken to be known, so that no withheld cell can be worked out from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from allcity.analysis.city import ALL
from allcity.analysis.suppression import Mask, Relation, suppress

Tables = Mapping[str, pl.DataFrame]
OF_STUDENTS = "students"


def public_tables(tables: Tables, *, threshold: int) -> dict[str, pl.DataFrame]:
    """The tables without what would tell of fewer than `threshold` students.

    A cell that may be empty is emptied; a row of which the count is the whole meaning (participants, answers) is left
    out. The tables given are all of a city's, with the columns of the city folder.
    """
    return {
        **tables,
        "participants": _participants(tables["participants"], threshold),
        "baselines": _baselines(tables["baselines"], tables["students"], threshold),
        "deliveries": _deliveries(tables["deliveries"], threshold),
        "needs": _needs(tables["needs"], threshold),
        "answers": _answers(tables["answers"], threshold),
        # What the sides write to each other is theirs.
        "check_ins": tables["check_ins"].with_columns(next_step=pl.lit(None, dtype=pl.String)),
    }


def _participants(rows: pl.DataFrame, threshold: int) -> pl.DataFrame:
    counted = rows["participant_type"] == OF_STUDENTS
    hidden = _hidden(rows["number"], counted, rows.select("year"), [[], ["school_id"], ["area_id"]], rows, threshold)
    return rows.filter(~hidden)


def _baselines(rows: pl.DataFrame, students: pl.DataFrame, threshold: int) -> pl.DataFrame:
    total = pl.col("grade") == ALL  # a school has a total, or its grades, or both
    everyone = (
        students.filter(pl.col("group_id") == ALL)
        .group_by("school_id", "year")
        .agg(pl.col("students").filter(total).max(), graded=pl.col("students").filter(~total).sum())
        .with_columns(pl.coalesce("students", "graded").alias("students"))
    )
    enrolled = rows.join(everyone, on=["school_id", "year"], how="left", maintain_order="left")["students"]
    for column in ("students_enrolled", "students_without_place"):
        hidden = _hidden(rows[column], rows[column].is_not_null(), rows.select("year"), [[]], rows, threshold)
        # Times the enrolment, which is published, those who have something tell of those who have not.
        rest = enrolled - rows[column]
        hidden |= ((rest > 0) & (rest < threshold)).fill_null(False)
        rows = _emptied(rows, column, hidden)
    return rows


def _deliveries(rows: pl.DataFrame, threshold: int) -> pl.DataFrame:
    # A school year begins in July.
    within = rows.select("account", year=pl.col("start_date").dt.year() - (pl.col("start_date").dt.month() < 7))
    known = rows["students"].is_not_null()
    groups = [[], ["school_id"], ["organization_id"], ["partnership_id"]]
    hidden = _hidden(rows["students"], known, within, groups, rows, threshold)
    # What one side says of a delivery would tell what the other does.
    ids = rows.filter(hidden)["delivery_id"]
    return _emptied(rows, "students", rows["delivery_id"].is_in(ids.implode()))


def _needs(rows: pl.DataFrame, threshold: int) -> pl.DataFrame:
    counted = (rows["unit"] == OF_STUDENTS) & rows["amount"].is_not_null()
    whole = rows["amount"].ceil().cast(pl.Int64)
    groups = [[], ["school_id"], ["contribution"]]
    return _emptied(rows, "amount", _hidden(whole, counted, rows.select("year"), groups, rows, threshold))


def _answers(rows: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Of whoever answered, be it students or adults: a small number of people who said something is nobody's business."""
    rest = rows["asked"] - rows["number"]
    small = [((one > 0) & (one < threshold)).fill_null(False) for one in (rows["number"], rest, rows["asked"])]
    of_question = rows.select("year", "question_id")
    groups = [[], ["school_id"], ["area_id"]]
    known = rows["number"].is_not_null()
    hidden = _hidden(rows["number"], known, of_question, groups, rows, threshold) | small[0] | small[1] | small[2]
    return rows.filter(~hidden)


def _hidden(
    values: pl.Series,
    counted: pl.Series,
    within: pl.DataFrame,
    groups: Iterable[Sequence[str]],
    rows: pl.DataFrame,
    threshold: int,
) -> pl.Series:
    """Which rows to withhold of those that are counted.

    For each set of values of `within` (a year, say), the total of each of `groups` is taken to be public.
    """
    indices: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index in counted.fill_null(False).arg_true().to_list():
        indices[within.row(index)].append(index)
    hidden = np.zeros(len(rows), dtype=np.bool_)
    for members in indices.values():
        hidden[members] = _withheld(
            [int(values[index]) for index in members],
            [[rows.select(group).row(index) if group else () for index in members] for group in groups],
            threshold,
        )
    return pl.Series(hidden)


def _withheld(counts: Sequence[int], groupings: Iterable[Sequence[tuple[object, ...]]], threshold: int) -> Mask:
    cells, relations = list(counts), []
    for keys in groupings:
        parts: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for cell, key in enumerate(keys):
            parts[key].append(cell)
        for of_key in parts.values():
            relations.append(Relation(len(cells), tuple(of_key)))
            cells.append(sum(counts[cell] for cell in of_key))
    totals = np.arange(len(cells)) >= len(counts)
    # A total under the threshold is withheld wherever it is shown.
    known = totals & (np.array(cells) >= threshold)
    return suppress(cells, relations, threshold=threshold, exempt=known)[: len(counts)]


def _emptied(rows: pl.DataFrame, column: str, hidden: pl.Series) -> pl.DataFrame:
    return rows.with_columns(pl.when(~hidden).then(pl.col(column)).alias(column))
