"""A city's tables as everybody may have them: counts of students of small groups are withheld from the rows themselves.

Enrolments (the table of students) are published by others and stay as they are. All other counts of students are
observed: those that schools, partners and surveys gave. They go through `allcity.analysis.suppression`, where the totals
that figures and pages publish are taken to be known, so that no withheld cell can be worked out from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from allcity.analysis.city import ALL
from allcity.analysis.editions import Count, weigh

Tables = Mapping[str, pl.DataFrame]
OF_STUDENTS = "students"
Told = Mapping[str, Sequence[Any]]
"""What an edition told, as JSON can hold it: for each table and column a list of rows' keys with their `Count`."""


def public_tables(tables: Tables, *, threshold: int) -> dict[str, pl.DataFrame]:
    """The tables without what would tell of fewer than `threshold` students, where none was published before.

    A cell that may be empty is emptied; a row of which the count is the whole meaning (participants, answers) is left
    out. The tables given are all of a city's, with the columns of the city folder.
    """
    shown, _ = publish(tables, threshold=threshold, told={})
    return shown


def publish(tables: Tables, *, threshold: int, told: Told) -> tuple[dict[str, pl.DataFrame], Told]:
    """The tables as `public_tables` gives them in view of what the last edition `told`, and what this edition tells.

    The reader is taken to hold both editions and to know which counts did not change. What was withheld stays withheld
    as long as its row is there, even if it was gone in between, and nothing that was published before is relied on to
    protect another count. Totals stay public in both editions, so that how much one changed from edition to edition is
    not hidden. The same tables once more make the same edition.
    """
    edition = _Edition(threshold, told)
    shown = {
        **tables,
        "participants": _participants(tables["participants"], edition),
        "baselines": _baselines(tables["baselines"], tables["students"], edition),
        "deliveries": _deliveries(tables["deliveries"], edition),
        "needs": _needs(tables["needs"], edition),
        "answers": _answers(tables["answers"], edition),
        # What the sides write to each other is theirs.
        "check_ins": tables["check_ins"].with_columns(next_step=pl.lit(None, dtype=pl.String)),
    }
    return shown, edition.tells


@dataclass(frozen=True)
class _Edition:
    threshold: int
    told: Told
    tells: dict[str, list[Any]] = field(default_factory=dict)

    def is_small(self, counts: pl.Series) -> pl.Series:
        return ((counts > 0) & (counts < self.threshold)).fill_null(False)

    def hidden(
        self,
        name: str,
        rows: pl.DataFrame,
        values: pl.Series,
        *,
        counted: pl.Series,
        key: Sequence[str],
        within: pl.DataFrame,
        groups: Sequence[Sequence[str]],
        already: pl.Series | None = None,
    ) -> pl.Series:
        """Which rows to withhold: of those that are counted, and those that are withheld `already`.

        For each set of values of `within` (a year, say), its total and that of each of `groups` is taken to be public.
        """
        mask = [False] * len(rows) if already is None else already.to_list()
        places = zip(within.rows(), *(rows.select(group).rows() for group in groups), strict=True)
        counts = zip(rows.select(key).rows(), places, values, mask, counted.fill_null(False), strict=True)
        now = {one: Count(place, int(value), small) for one, place, value, small, is_counted in counts if is_counted}
        before = {tuple(one): Count(tuple(map(tuple, place)), *rest) for one, place, *rest in self.told.get(name, ())}
        told = weigh(now, before, threshold=self.threshold)
        self.tells[name] = [
            [list(one), [list(part) for part in count.place], *count[1:]] for one, count in told.items()
        ]
        hidden = (
            told[one].withheld if one in now else small
            for one, small in zip(rows.select(key).rows(), mask, strict=True)
        )
        return pl.Series(hidden, dtype=pl.Boolean)


def _participants(rows: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    hidden = edition.hidden(
        "participants",
        rows,
        rows["number"],
        counted=rows["participant_type"] == OF_STUDENTS,
        key=["participant_id"],
        within=rows.select("year"),
        groups=[["school_id"], ["area_id"]],
    )
    return rows.filter(~hidden)


def _baselines(rows: pl.DataFrame, students: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    total = pl.col("grade") == ALL  # a school has a total, or its grades, or both
    everyone = (
        students.filter(pl.col("group_id") == ALL)
        .group_by("school_id", "year")
        .agg(pl.col("students").filter(total).max(), graded=pl.col("students").filter(~total).sum())
        .with_columns(pl.coalesce("students", "graded").alias("students"))
    )
    enrolled = rows.join(everyone, on=["school_id", "year"], how="left", maintain_order="left")["students"]
    for column in ("students_enrolled", "students_without_place"):
        hidden = edition.hidden(
            f"baselines.{column}",
            rows,
            rows[column],
            counted=rows[column].is_not_null(),
            key=["school_id", "year"],
            within=rows.select("year"),
            groups=[],
            # With the enrolment, which is published, those who have something tell of those who have not.
            already=edition.is_small(enrolled - rows[column]),
        )
        rows = _emptied(rows, column, hidden)
    return rows


def _deliveries(rows: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    hidden, before = pl.Series([False] * len(rows), dtype=pl.Boolean), None
    while before is None or hidden.sum() > before:
        before = hidden.sum()
        hidden = edition.hidden(
            "deliveries",
            rows,
            rows["students"],
            counted=rows["students"].is_not_null(),
            key=["delivery_id", "account"],
            # A school year begins in July.
            within=rows.select("account", year=pl.col("start_date").dt.year() - (pl.col("start_date").dt.month() < 7)),
            groups=[["school_id"], ["organization_id"], ["partnership_id"]],
            already=hidden,
        )
        # What one side says of a delivery would tell what the other does.
        hidden = rows["delivery_id"].is_in(rows.filter(hidden)["delivery_id"].implode())
    return _emptied(rows, "students", hidden)


def _needs(rows: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    hidden = edition.hidden(
        "needs",
        rows,
        rows["amount"].ceil().cast(pl.Int64),
        counted=(rows["unit"] == OF_STUDENTS) & rows["amount"].is_not_null(),
        key=["need_id"],
        within=rows.select("year"),
        groups=[["school_id"], ["contribution"]],
    )
    # What a school writes to those who might help is for them.
    return _emptied(rows, "amount", hidden).with_columns(description=pl.lit(None, dtype=pl.String))


def _answers(rows: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    """Of whoever answered, be it students or adults: a small number of people who said something is nobody's business."""
    hidden = edition.hidden(
        "answers",
        rows,
        rows["number"],
        counted=rows["number"].is_not_null(),
        key=["answer_id"],
        within=rows.select("year", "question_id"),
        groups=[["school_id"], ["area_id"]],
        already=edition.is_small(rows["asked"] - rows["number"]) | edition.is_small(rows["asked"]),
    )
    return rows.filter(~hidden)


def _emptied(rows: pl.DataFrame, column: str, hidden: pl.Series) -> pl.DataFrame:
    return rows.with_columns(pl.when(~hidden).then(pl.col(column)).alias(column))
