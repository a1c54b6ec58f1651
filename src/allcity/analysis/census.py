"""Who is part of the ecosystem, who is alone, and who depends on whom."""

from dataclasses import replace

import polars as pl

from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, at_least
from allcity.analysis.findings import Tally
from allcity.analysis.provenance import provenance
from allcity.analysis.withholding import Observed, withhold

LARGEST = 10


def schools_of_partnerships(city_year: CityYear) -> pl.DataFrame:
    """Each pair of a partnership and a school it is with; one that names no school is with all of its districts' schools."""
    partnerships = city_year.partnerships.select("partnership_id", "school_ids", "district_ids")
    named = partnerships.select("partnership_id", school_id="school_ids").explode("school_id").drop_nulls()
    of_districts = (
        partnerships.join(named, on="partnership_id", how="anti")
        .select("partnership_id", district_id="district_ids")
        .explode("district_id")
        .join(city_year.schools.select("district_id", "school_id"), on="district_id")
        .select("partnership_id", "school_id")
    )
    return pl.concat([named, of_districts])


def links(city_year: CityYear) -> pl.DataFrame:
    """Each pair of an organization and a school that had a partnership or a delivery in the year, once."""
    partnered = (
        city_year.partnerships.select("partnership_id", organization_id="organization_ids")
        .explode("organization_id")
        .join(schools_of_partnerships(city_year), on="partnership_id")
        .select("organization_id", "school_id")
    )
    delivered = city_year.deliveries.select("organization_id", "school_id")
    return pl.concat([partnered, delivered]).drop_nulls().unique(maintain_order=True)


def measure_census(city_year: CityYear) -> tuple[list[Figure], pl.Series, list[Tally]]:
    """Count who takes part; the series says of each school whether it is alone, null where it is not known.

    Where no source speaks of partnerships in the year nobody is known to be alone. Where the sources name only part of
    them, those who seem alone may not be: the number is a high end.
    """
    origin = provenance(city_year, "partnerships", "deliveries")
    pairs = links(city_year)
    base = Figure("", None, "count", city_year.year, source=origin.source, as_of=origin.as_of)
    figures = _participants(city_year)
    schools = city_year.schools["school_id"]
    if provenance(city_year, "partnerships").coverage == "none" and pairs.is_empty():
        return figures, pl.Series("alone", [None] * len(schools), dtype=pl.Boolean), [
            Tally("no_partnership_source", "sources", 1, 1)
        ]  # fmt: skip
    bounded = origin.bounded
    alone = ~schools.is_in(pairs["school_id"].to_list())
    partners = pairs.group_by("school_id").len()
    organizations = city_year.organizations["organization_id"]
    lonely = ~organizations.is_in(pairs["organization_id"].to_list())
    held = pairs.group_by("organization_id").len().sort("len", descending=True)["len"].head(LARGEST)
    largest = sum(held.to_list()) / len(pairs) if len(pairs) else None

    def count(figure_id: str, value: int, total: int, records: str) -> Figure:
        return replace(
            base, id=figure_id, value=value, low=value if bounded else 0, high=value, high_if_complete=value,
            known=total, total=total, records=records, narrows=() if bounded else ("coverage",),
        )  # fmt: skip

    figures += [
        at_least(replace(base, id="partnerships", records="partnerships"), len(city_year.partnerships), bounded=bounded),
        count("census.alone.schools", int(alone.sum()), len(schools), "schools"),
        count("census.alone.organizations", int(lonely.sum()), len(organizations), "organizations"),
        count("census.one_partner", partners.filter(pl.col("len") == 1).height, len(schools), "schools"),
        replace(
            base, id="census.largest_ten", unit="share", value=largest,
            low=largest if bounded else 0.0,
            high=largest if bounded else 1.0,
            known=len(pairs), total=len(pairs), records="partnerships",
        ),
    ]  # fmt: skip
    figures += _deliveries(city_year)
    return figures, alone.alias("alone"), []


def _participants(city_year: CityYear) -> list[Figure]:
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
                figure = withhold(Observed((figure,), (number,)), threshold=threshold)[0]
        elif origin.coverage == "complete":
            figure = at_least(figure, 0, bounded=True)
        result.append(figure)
    return result


def _deliveries(city_year: CityYear) -> list[Figure]:
    """Students reached and hours they had: students × hours, summed. Where accounts differ, their mean, least and most.

    A student whom two deliveries reached is counted in both, and a delivery without a number adds nothing to the low end.
    """
    origin = provenance(city_year, "deliveries")
    hours = pl.col("students") * pl.col("hours")
    accounts = city_year.deliveries.select("delivery_id", students=pl.col("students").cast(pl.Float64), hours=hours)
    figures = []
    for name in ("students", "hours"):
        each = accounts.group_by("delivery_id").agg(
            value=pl.col(name).mean(), low=pl.col(name).min(), high=pl.col(name).max()
        )
        told = each.drop_nulls("value")
        whole = origin.bounded and len(told) == len(each)
        figure = Figure(
            f"deliveries.{name}", float(told["value"].sum()) if len(told) or origin.bounded else None,
            "count" if name == "students" else "hours", city_year.year, low=float(told["low"].sum()),
            high=float(told["high"].sum()) if whole else None, high_if_complete=float(told["high"].sum()),
            known=len(told), total=len(each), records="deliveries", source=origin.source, as_of=origin.as_of,
            narrows=(() if origin.bounded else ("coverage",)) + (() if len(told) == len(each) else ("delivery_hours",)),
        )  # fmt: skip
        figures.append(figure)
    reached = figures[0].value or 0
    threshold = city_year.framework.targets.suppression_threshold.value
    return [*withhold(Observed((figures[0],), (reached,)), threshold=threshold), figures[1]]
