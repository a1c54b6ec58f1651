"""Needs one by one, ready to publish: counts of too few students are withheld, with what would let them be worked out."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.needs import deliveries_told, ledger
from allcity.analysis.owed import OF_STUDENTS, additional_needs, owed_by_school
from allcity.analysis.provenance import provenance
from allcity.analysis.public import Told, publish, withheld_rows
from allcity.analysis.season import known
from allcity.analysis.suppression import Relation
from allcity.analysis.withholding import Versions

_COUNTED = ("asked", "met", "met_low", "met_high", "unmet", "low", "high")
_ADDITIONAL = ("additional", "additional_low", "additional_high")


def ledger_table(
    city_year: CityYear, figures: Figures, records: Told | None = None, versions: Versions | None = None
) -> pl.DataFrame:
    """Each stated need: who asks for what, and how much of it is met.

    Columns: need_id, school_id, district_id, area_id, contribution, unit, grade_band, group_id, `asked`, `met` with
    `met_low` and `met_high`, `unmet` with `low` and `high`, `state`, `suppressed`, source_id, as_of. What is not known is
    null, and what is withheld, where `suppressed` is true. Of students a number under the city's threshold is withheld.
    `figures` are those of `measure_needs`, which are published beside it.
    """
    deliveries = provenance(city_year, "deliveries")
    rows = ledger(city_year).with_columns(
        met=pl.when(deliveries_told(city_year)).then("met"),
        # Deliveries that no source names may have met all the rest.
        met_high=pl.col("met_high" if deliveries.bounded else "asked"),
    )
    rows = rows.with_columns(
        unmet=pl.col("asked") - pl.col("met"),
        low=pl.col("asked") - pl.col("met_high"),
        high=pl.col("asked") - pl.col("met_low"),
    )
    more = city_year.needs.select(
        "need_id", "school_id", "district_id", "grade_band", "group_id", "state", "source_id", "as_of"
    )
    rows = rows.join(more, on="need_id", how="left", maintain_order="left")
    asked, met = _withheld(city_year, rows, figures, records_of(city_year) if records is None else records, versions)
    hidden = {name: asked if name == "asked" else asked | met for name in _COUNTED}
    return rows.with_columns(
        (pl.when(~pl.Series(hidden[name], dtype=pl.Boolean)).then(name).round(6) for name in _COUNTED),
        suppressed=pl.Series(asked | met, dtype=pl.Boolean),
    ).select(
        "need_id", "school_id", "district_id", "area_id", "contribution", "unit", "grade_band", "group_id", *_COUNTED,
        "state", "suppressed", "source_id", "as_of",
    )  # fmt: skip


def derived_table(city_year: CityYear, cells: Cells, access: pl.DataFrame, records: Told | None = None) -> pl.DataFrame:
    """What each school needs by the figures, a row for each school in their order.

    Columns: school_id, `additional` (students who have no place and whom the school does not ask for itself, 0 where there
    is nobody) with _low and _high, `suppressed` (whether these are withheld), and what `owed_by_school` gives. `access` as in
    `additional_needs`.
    """
    found = additional_needs(city_year, cells, access).select(
        "school_id", additional="amount", additional_low="low", additional_high="high", there=pl.lit(value=True)
    )
    hidden = _named_in_withheld(city_year, records_of(city_year) if records is None else records)
    rows = city_year.schools.select("school_id").join(found, on="school_id", how="left", maintain_order="left")
    small = pl.any_horizontal(_is_small(pl.col(name), city_year) for name in _ADDITIONAL)
    # With the students of the school and those placed, which are published, it would tell for how many the school asks.
    suppressed = (pl.col("school_id").is_in(hidden) | small).fill_null(value=False)
    return (
        rows.with_columns(pl.when("there").then(name).otherwise(0.0).alias(name) for name in _ADDITIONAL)
        .with_columns(suppressed=suppressed)
        .with_columns(pl.when(~pl.col("suppressed")).then(name).alias(name) for name in _ADDITIONAL)
        .drop("there")
        .join(owed_by_school(city_year, cells), on="school_id", how="left", maintain_order="left")
    )


def _threshold(city_year: CityYear) -> int:
    return city_year.framework.targets.suppression_threshold.value


def _is_small(count: pl.Expr, city_year: CityYear) -> pl.Expr:
    return (count > 0) & (count < _threshold(city_year))


def records_of(city_year: CityYear) -> Told:
    """What an edition of the records of this year alone would tell, where none was published before."""
    names = ("participants", "baselines", "students", "deliveries", "needs", "answers", "check_ins", "schools")
    tables = {name: getattr(city_year, name) for name in names}
    return publish(tables, threshold=_threshold(city_year), told={})[1]


def _not_public(city_year: CityYear, records: Told) -> BoolArray:
    """(needs,) whether the city's public table of needs leaves out how many students are asked for."""
    withheld = list(withheld_rows(records, "needs"))
    of_students = (city_year.needs["unit"] == OF_STUDENTS) & city_year.needs["amount"].is_not_null()
    result: BoolArray = (of_students & city_year.needs["need_id"].is_in(withheld)).to_numpy()
    return result


def _named_in_withheld(city_year: CityYear, records: Told) -> list[str]:
    """The schools of which it is withheld how many students they ask for."""
    return list(city_year.needs.filter(pl.Series(_not_public(city_year, records)))["school_id"].drop_nulls().unique())


def _withheld(
    city_year: CityYear, rows: pl.DataFrame, figures: Figures, records: Told, versions: Versions | None
) -> tuple[BoolArray, BoolArray]:
    """(needs,) of which to withhold what is asked for, and of which what is met and not met.

    What is asked for is as in the public table of needs; totals are public where a figure tells them.
    """
    not_public = _not_public(city_year, records)
    versions = versions or Versions({})
    result = np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(((rows["unit"] == OF_STUDENTS) & rows["asked"].is_not_null()).to_numpy())
    of = rows[at]
    if not (of["met_high"] > 0).any():
        return not_public, result  # nothing is told beyond what is asked for
    asked = np.ceil(known(of["asked"])).astype(np.int64)
    groups = list(_groups(city_year, of))
    told = [[_is_told(figures.get(f"needs.{name}", **by)) for by, _rows in groups] for name in ("met", "unmet")]
    for end in ("met", "met_low", "met_high"):
        met = np.minimum(_whole(np.nan_to_num(known(of[end]))), asked)
        result[at] |= _hidden(
            f"ledger {end}", of, asked, met, not_public[at], groups, told, versions, threshold=_threshold(city_year)
        )
    given = city_year.deliveries.filter(pl.col("delivery_id").is_in(list(withheld_rows(records, "deliveries"))))
    return not_public, result | rows["need_id"].is_in(given["need_id"].drop_nulls().implode()).to_numpy()


def _groups(city_year: CityYear, needs: pl.DataFrame) -> Iterator[tuple[dict[str, str], IntArray]]:
    """The parts of the city of which figures tell what students need: how each is named, and its rows of `needs`."""
    yield {}, np.arange(len(needs))
    named = [("area", "area_id", set(needs["area_id"].drop_nulls()))]
    entries = city_year.framework.contributions.items()
    named.append(("contribution", "contribution", {id_ for id_, entry in entries if entry.unit == OF_STUDENTS}))
    for dimension, column, keys in named:
        for key in sorted(keys):
            rows = np.flatnonzero((needs[column] == key).fill_null(value=False).to_numpy())
            if len(rows):
                yield {dimension: key}, rows


def _is_told(figure: Figure | None) -> bool:
    return figure is not None and not figure.suppressed


def _hidden(
    table: str,
    needs: pl.DataFrame,
    asked: IntArray,
    met: IntArray,
    not_public: BoolArray,
    groups: Sequence[tuple[dict[str, str], IntArray]],
    told: Sequence[Sequence[bool]],
    versions: Versions,
    *,
    threshold: int,
) -> BoolArray:
    """(needs,) whether what is met or not met of each is withheld. `told` is which totals of the groups are public.

    A line is a need with asked, met and not met, or the total of a group; a need that is of other groups now is another.
    """
    names = ["\t".join(str(one) for one in row) for row in needs.select("need_id", "area_id", "contribution").rows()]
    gone = versions.gone(table, "", [*names, *(_group_name(by) for by, _part in groups)])
    lines: list[tuple[str, IntArray | None]] = list(zip(names, np.array([asked, met, asked - met]).T, strict=True))
    lines += [(name, None) for name in gone]
    exempt, hidden = np.zeros((2, len(lines) + len(groups), 3), dtype=bool)
    exempt[: len(names), 0], hidden[: len(names), 0] = ~not_public, not_public
    relations = [Relation(3 * row, (3 * row + 1, 3 * row + 2)) for row in range(len(lines))]
    for number, (by, part) in enumerate(groups):
        row = len(names) + len(gone) + number
        lines.append((_group_name(by), np.array([asked[part].sum(), met[part].sum(), (asked - met)[part].sum()])))
        exempt[row, 1:] = [totals[number] for totals in told]
        hidden[row, 1:] = ~exempt[row, 1:]
        exempt[row, 0] = exempt[row, 1:].all()
        hidden[row, 0] = ~exempt[row, 0]
        was = [len(names) + at for at, name in enumerate(gone) if _is_of(name, by)]
        relations += [
            Relation(3 * row + column, tuple(3 * int(one) + column for one in [*part, *was])) for column in (1, 2)
        ]
    mask = versions.weigh(table, lines, relations, exempt, threshold, hidden)
    result: BoolArray = np.any(mask[: len(names), 1:], axis=1)
    return result


def _group_name(by: dict[str, str]) -> str:
    return "total " + " ".join(f"{dimension}={key}" for dimension, key in by.items())


def _is_of(line: str, by: dict[str, str]) -> bool:
    """Whether a need that is gone was of a group."""
    if line.startswith("total "):
        return False
    _need, area, contribution = line.split("\t")
    return by.get("area", area) == area and by.get("contribution", contribution) == contribution


def _whole(counts: FloatArray) -> IntArray:
    """Counts as whole numbers of the same size: a part of a person is one, and what is too small stays so."""
    result: IntArray = np.where(counts >= 1, np.floor(counts + 1e-9), counts > 1e-9).astype(np.int64)
    return result
