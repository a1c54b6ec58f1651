"""Who worked with whom in the year, and what each side says was given."""

import polars as pl

from allcity.analysis.city import CityYear


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
    """Each pair of an organization and a school that had a partnership or a delivery in the year, once.

    A partnership with a district alone names no school, and leaves a school that has no other as alone as it was.
    """
    partnered = (
        city_year.partnerships.select(organization_id="organization_ids", school_id="school_ids")
        .explode("organization_id")
        .explode("school_id")
    )
    delivered = city_year.deliveries.select("organization_id", "school_id")
    return pl.concat([partnered, delivered]).drop_nulls().unique(maintain_order=True)


def accounts(city_year: CityYear) -> pl.DataFrame:
    """The deliveries, with students, hours and amount filled in from the other side's account where one does not say."""
    return city_year.deliveries.with_columns(
        pl.col("students").cast(pl.Float64).fill_null(pl.col("students").mean().over("delivery_id")),
        *(pl.col(name).fill_null(pl.col(name).mean().over("delivery_id")) for name in ("hours", "amount")),
    )
