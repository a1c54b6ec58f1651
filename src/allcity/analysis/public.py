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
AREA_AXIS, CONTRIBUTION_AXIS = 1, 2
"""By what the totals of baselines and needs are weighed, and figures told."""
Told = Mapping[str, Sequence[Any]]
"""What an edition told, as JSON can hold it: for each table and column a list of rows' keys with their `Count`."""


def public_tables(tables: Tables, *, threshold: int) -> dict[str, pl.DataFrame]:
    """The tables without what would tell of fewer than `threshold` students, where none was published before.

    A cell that may be empty is emptied; a row of which the count is the whole meaning (participants, answers) is left
    out. The tables given are all of a city's, with the columns of the city folder.
    """
    shown, _ = publish(tables, threshold=threshold, told={})
    return shown


def publish(
    tables: Tables, *, threshold: int, told: Told, schools: pl.DataFrame | None = None
) -> tuple[dict[str, pl.DataFrame], Told]:
    """The tables as `public_tables` gives them in view of what the last edition `told`, and what this edition tells.

    The reader is taken to hold both editions and to know which counts did not change. What was withheld stays withheld
    as long as its row is there, even if it was gone in between, and nothing that was published before is relied on to
    protect another count. Totals stay public in both editions, so that how much one changed from edition to edition is
    not hidden. The same tables once more make the same edition. `schools` is the table of schools with the area of each as
    figures have it, where that is more than is on record.
    """
    edition = _Edition(threshold, told)
    areas = (tables["schools"] if schools is None else schools).select("school_id", "year", "area_id")
    shown = {
        **tables,
        "participants": _participants(tables["participants"], edition),
        "baselines": _baselines(tables["baselines"], tables["students"], areas, edition),
        "deliveries": _deliveries(tables["deliveries"], edition),
        "needs": _needs(tables["needs"], areas, edition),
        "answers": _answers(tables["answers"], edition),
        # What the sides write to each other is theirs.
        "check_ins": tables["check_ins"].with_columns(next_step=pl.lit(None, dtype=pl.String)),
    }
    return shown, edition.tells


def withheld_rows(told: Told, name: str) -> set[Any]:
    """The ids of rows of which an edition withheld the count, by the name of a table with one column of counts."""
    return {key[0] for key, _place, _number, withheld, there in told.get(name, ()) if withheld and there and key[0]}


def withheld_totals(told: Told, name: str, year: int, axis: int) -> set[Any]:
    """The groups of which no figure may tell the total in a year, as single rows would tell of others by it."""
    return {
        key[-1]
        for key, _place, _number, withheld, there in told.get(name, ())
        if withheld and there and key[0] is None and key[1] == axis and key[-2] == year
    }


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

        For each set of values of `within` (a year, say), its total is taken to be public; the totals of `groups` are weighed
        with the rows, so that those withheld are in `hidden_totals`.
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


def _baselines(rows: pl.DataFrame, students: pl.DataFrame, areas: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
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
            rows.join(areas, on=["school_id", "year"], how="left", maintain_order="left"),
            rows[column],
            counted=rows[column].is_not_null(),
            key=["school_id", "year"],
            within=rows.select("year"),
            groups=[["area_id"]],
            # With the enrolment, which is published, those who have something tell of those who have not.
            already=edition.is_small(enrolled - rows[column]),
        )
        rows = _emptied(rows, column, hidden)
    return rows


def _deliveries(rows: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    """Figures tell what met needs: where that would tell of a delivery that is withheld here, they follow (`needs`)."""
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
            groups=[],
            already=hidden,
        )
        # What one side says of a delivery would tell what the other does.
        hidden = rows["delivery_id"].is_in(rows.filter(hidden)["delivery_id"].implode())
    return _emptied(rows, "students", hidden)


def _needs(rows: pl.DataFrame, areas: pl.DataFrame, edition: _Edition) -> pl.DataFrame:
    hidden = edition.hidden(
        "needs",
        rows.join(areas, on=["school_id", "year"], how="left", maintain_order="left"),
        rows["amount"].ceil().cast(pl.Int64, strict=False),
        counted=(rows["unit"] == OF_STUDENTS) & rows["amount"].is_not_null(),
        key=["need_id"],
        within=rows.select("year"),
        groups=[["area_id"], ["contribution"]],
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
        within=rows.select("year", _whole(rows), _in_figures(rows)),
        groups=[],
        already=edition.is_small(rows["asked"] - rows["number"]) | edition.is_small(rows["asked"]),
    )
    return rows.filter(~hidden)


def _whole(rows: pl.DataFrame) -> pl.Series:
    """What makes a public total: the question; with levels, which add up to `asked`, the question and who was asked."""
    whose = ("school_id", "area_id", "partnership_id", "participant_type", "grade_band", "group_id")
    by_level = pl.concat_str("question_id", *whose, separator="\x1f", ignore_nulls=False)
    named = rows.with_columns(pl.col(whose).cast(pl.String).fill_null(""))
    return named.select(question_id=pl.when(pl.col("level").is_null()).then("question_id").otherwise(by_level))[
        "question_id"
    ]


def _in_figures(rows: pl.DataFrame) -> pl.Series:
    """Whether figures count an answer: families' count where no student of the school was asked."""
    families = (pl.col("participant_type") == "families").fill_null(value=False)
    alone = families.all().over("school_id", "year", "question_id")
    return rows.select((~families | alone).alias("in_figures"))["in_figures"]


def _emptied(rows: pl.DataFrame, column: str, hidden: pl.Series) -> pl.DataFrame:
    return rows.with_columns(pl.when(~hidden).then(pl.col(column)).alias(column))
