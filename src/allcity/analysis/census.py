"""Who is part of the ecosystem, who is alone, and who depends on whom."""

from dataclasses import replace

import polars as pl

from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Unit, at_least
from allcity.analysis.findings import Tally
from allcity.analysis.partners import accounts, links
from allcity.analysis.provenance import provenance
from allcity.analysis.withholding import Observed, Versions, withhold

LARGEST = 10


def measure_census(
    city_year: CityYear, versions: Versions | None = None
) -> tuple[list[Figure], pl.Series, list[Tally]]:
    """Count who takes part; the series says of each school whether it is alone, null where it is not known.

    Where no source speaks of partnerships in the year nobody is known to be alone. Where the sources name only part of
    them, those who seem alone may not be: the number is a high end.
    """
    origin = provenance(city_year, "partnerships", "deliveries")
    pairs = links(city_year)
    base = Figure("", None, "count", city_year.year, source=origin.source, as_of=origin.as_of)
    figures = _participants(city_year, versions) + _deliveries(city_year, versions)
    schools, organizations = city_year.schools["school_id"], city_year.organizations["organization_id"]
    if provenance(city_year, "partnerships").coverage == "none" and pairs.is_empty():
        return figures, pl.Series("alone", [None] * len(schools), dtype=pl.Boolean), [
            Tally("no_partnership_source", "sources", 1, 1)
        ]  # fmt: skip
    alone = ~schools.is_in(pairs["school_id"].to_list())
    busy = (*city_year.partnerships["organization_ids"].explode(), *city_year.deliveries["organization_id"])
    one_partner = int(
        (pairs.filter(pl.col("school_id").is_in(schools.to_list())).group_by("school_id").len()["len"] == 1).sum()
    )
    held = pairs.group_by("organization_id").len().sort("len", descending=True)["len"].head(LARGEST)
    largest = sum(held.to_list()) / len(pairs) if len(pairs) else None

    def count(figure_id: str, value: int, most: int, table: str) -> Figure:
        """A number that partnerships which no source names could lower to 0 or raise to `most`."""
        total, named = len(getattr(city_year, table)), provenance(city_year, table).bounded
        high = value if origin.bounded else most
        return replace(
            base, id=figure_id, value=value, low=value if origin.bounded else 0, high=high if named else None,
            high_if_complete=high, known=total, total=total, records=table,
            narrows=() if origin.bounded and named else ("coverage",),
        )  # fmt: skip

    seem_alone, lonely = int(alone.sum()), int((~organizations.is_in([o for o in busy if o is not None])).sum())
    named = provenance(city_year, "partnerships").bounded
    figures += [
        at_least(replace(base, id="partnerships", records="partnerships"), len(city_year.partnerships), bounded=named),
        count("census.alone.schools", seem_alone, seem_alone, "schools"),
        count("census.alone.organizations", lonely, lonely, "organizations"),
        # A school that has one may have more, and one that seems alone may have one.
        count("census.one_partner", one_partner, one_partner + seem_alone, "schools"),
        replace(
            base, id="census.largest_ten", unit="share", value=largest,
            low=largest if origin.bounded else 0.0, high=largest if origin.bounded else 1.0, high_if_complete=largest,
            known=len(pairs), total=len(pairs), records="partnerships",
            narrows=() if origin.bounded else ("coverage",),
        ),
    ]  # fmt: skip
    return figures, alone.alias("alone"), []


def _participants(city_year: CityYear, versions: Versions | None) -> list[Figure]:
    """People and bodies by participant type, as far as they were counted; small numbers of students are withheld."""
    origin = provenance(city_year, "participants")
    by_type = dict(city_year.participants.group_by("participant_type").agg(pl.col("number").sum()).iter_rows())
    threshold = city_year.framework.targets.suppression_threshold.value
    result = []
    for participant in city_year.framework.participants:
        figure = Figure(
            "census.participants", None, "count", city_year.year, by={"participant": participant}, records="participants",
            source=origin.source, as_of=origin.as_of,
        )  # fmt: skip
        number = by_type.get(participant)
        if number is not None:
            figure = at_least(figure, number, bounded=origin.bounded)
            if participant == "students":
                figure = withhold(Observed((figure,), (number,)), threshold=threshold, versions=versions)[0]
        elif origin.coverage == "complete":
            figure = at_least(figure, 0, bounded=True)
        result.append(figure)
    return result


def _deliveries(city_year: CityYear, versions: Versions | None) -> list[Figure]:
    """Students reached and hours they had: students × hours, summed. Where accounts differ, their mean, least and most.

    A student whom two deliveries reached is counted in both, and a delivery without a number adds nothing to the low end.
    """
    origin = provenance(city_year, "deliveries")
    told_by = accounts(city_year).select("delivery_id", "students", hours=pl.col("students") * pl.col("hours"))

    def figure(figure_id: str, unit: Unit, column: str) -> tuple[Figure, tuple[float, float, float]]:
        each = told_by.group_by("delivery_id").agg(
            value=pl.col(column).mean(), low=pl.col(column).min(), high=pl.col(column).max()
        )
        told = each.drop_nulls("value")
        value, low, high = (float(told[name].sum()) for name in ("value", "low", "high"))
        all_told = len(told) == len(each)
        narrows = (() if origin.bounded else ("coverage",)) + (() if all_told else ("delivery_hours",))
        return Figure(
            figure_id, value if len(told) or (origin.bounded and all_told) else None, unit, city_year.year, low=low,
            high=high if origin.bounded and all_told else None, high_if_complete=high, known=len(told), total=len(each),
            records="deliveries", source=origin.source, as_of=origin.as_of, narrows=narrows,
        ), (value, low, high)  # fmt: skip

    students, (value, *bounds) = figure("deliveries.students", "count", "students")
    hours, _ = figure("deliveries.hours", "hours", "hours")
    threshold = city_year.framework.targets.suppression_threshold.value
    observed = Observed((students,), (value,), bounds=tuple((bound,) for bound in bounds))
    shown = withhold(observed, threshold=threshold, versions=versions)[0]
    # The hours of few students would tell how many they are.
    return [shown, hours.withheld() if shown.suppressed else hours]
