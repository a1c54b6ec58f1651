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
from allcity.analysis.public import public_tables
from allcity.analysis.season import known
from allcity.analysis.suppression import Relation, suppress

_COUNTED = ("asked", "met", "met_low", "met_high", "unmet", "low", "high")
_ADDITIONAL = ("additional", "additional_low", "additional_high")


def ledger_table(city_year: CityYear, figures: Figures) -> pl.DataFrame:
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
    asked, met = _withheld(city_year, rows, figures)
    hidden = {name: asked if name == "asked" else asked | met for name in _COUNTED}
    return rows.with_columns(
        (pl.when(~pl.Series(hidden[name], dtype=pl.Boolean)).then(name).round(6) for name in _COUNTED),
        suppressed=pl.Series(asked | met, dtype=pl.Boolean),
    ).select(
        "need_id", "school_id", "district_id", "area_id", "contribution", "unit", "grade_band", "group_id", *_COUNTED,
        "state", "suppressed", "source_id", "as_of",
    )  # fmt: skip


def derived_table(city_year: CityYear, cells: Cells, access: pl.DataFrame) -> pl.DataFrame:
    """What each school needs by the figures, a row for each school in their order.

    Columns: school_id, `additional` (students who have no place and whom the school does not ask for itself, 0 where there
    is nobody) with _low and _high, `suppressed` (whether these are withheld), and what `owed_by_school` gives. `access` as in
    `additional_needs`.
    """
    found = additional_needs(city_year, cells, access).select(
        "school_id", additional="amount", additional_low="low", additional_high="high", there=pl.lit(value=True)
    )
    hidden = _named_in_withheld(city_year)
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


def _not_public(city_year: CityYear) -> BoolArray:
    """(needs,) whether the city's public table of needs leaves out how many students are asked for."""
    names = ("participants", "baselines", "students", "deliveries", "answers", "check_ins")
    tables = {name: getattr(city_year, name).clear() for name in names} | {"needs": city_year.needs}
    shown = public_tables(tables, threshold=_threshold(city_year))["needs"]
    return (city_year.needs["amount"].is_not_null() & shown["amount"].is_null()).to_numpy()


def _named_in_withheld(city_year: CityYear) -> list[str]:
    """The schools of which it is withheld how many students they ask for."""
    return list(city_year.needs.filter(pl.Series(_not_public(city_year)))["school_id"].drop_nulls().unique())


def _withheld(city_year: CityYear, rows: pl.DataFrame, figures: Figures) -> tuple[BoolArray, BoolArray]:
    """(needs,) of which to withhold what is asked for, and of which what is met and not met.

    What is asked for is as in the public table of needs; totals are public where a figure tells them.
    """
    not_public = _not_public(city_year)
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
            asked, met, not_public[at], [part for _by, part in groups], told, threshold=_threshold(city_year)
        )
    return not_public, result


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
    asked: IntArray,
    met: IntArray,
    not_public: BoolArray,
    groups: Sequence[IntArray],
    told: Sequence[Sequence[bool]],
    *,
    threshold: int,
) -> BoolArray:
    """(needs,) whether what is met or not met of each is withheld. `told` is which totals of the groups are public."""
    size = len(asked)
    counts = np.array([asked, met, asked - met])
    place = np.arange(3 * size).reshape(3, size)
    relations = [Relation(int(one), (int(two), int(three))) for one, two, three in place.T]
    totals = [int(counts[row, part].sum()) for row in (1, 2) for part in groups]
    parts = [tuple(place[row, part].tolist()) for row in (1, 2) for part in groups]
    relations += [Relation(3 * size + at, part) for at, part in enumerate(parts)]
    nothing = np.zeros(2 * size, dtype=bool)
    mask = suppress(
        np.append(counts.ravel(), totals),
        relations,
        threshold=threshold,
        exempt=np.concatenate([~not_public, nothing, np.ravel(told)]).astype(bool),
        already=np.concatenate([not_public, nothing, np.zeros(len(totals))]).astype(bool),
    )
    result: BoolArray = mask[place[1]] | mask[place[2]]
    return result


def _whole(counts: FloatArray) -> IntArray:
    """Counts as whole numbers of the same size: a part of a person is one, and what is too small stays so."""
    result: IntArray = np.where(counts >= 1, np.floor(counts + 1e-9), counts > 1e-9).astype(np.int64)
    return result
