"""Ratings over the years: what was measured, how steady it is, and the screen on it; on Chicago's reports if they are there."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from allcity.analysis.ratings import measured, panel_of_ratings, stability
from allcity.analysis.supplanting import screen

CHICAGO = Path(__file__).parents[3] / "shared" / "data" / "chicago"
needs_chicago = pytest.mark.skipif(not CHICAGO.is_dir(), reason=f"Chicago's exports are not at {CHICAGO}")
STEPS = ("EMERGING", "DEVELOPING", "STRONG", "EXCELLING")


def reports(*years: tuple[int, str]) -> pl.DataFrame:
    """Reports of schools a, b, … of which each letter of a year's text is the rating; a dash is none."""
    return pl.DataFrame(
        [
            {"school_id": school, "year": year, "rating": None if rating == "-" else rating}
            for year, ratings in years
            for school, rating in zip("abcdefgh", ratings, strict=False)
        ]
    )


def test_a_rating_belongs_to_the_year_that_it_describes() -> None:
    found = measured(reports((2018, "SE"), (2019, "EE")))
    assert found["rating_year"].to_list() == [2017, 2017, 2018, 2018]
    said = reports((2018, "SE")).with_columns(rating_year=pl.Series([2016, None], dtype=pl.Int64))
    assert measured(said)["rating_year"].to_list() == [2016, 2017]


def test_a_report_that_repeats_the_one_before_measured_nothing() -> None:
    found = measured(reports((2020, "SEDS"), (2021, "----"), (2022, "SEDD"), (2023, "SEDD"), (2024, "SSDD")))
    assert found["year"].unique().sort().to_list() == [2020, 2022, 2024]


def test_stability_counts_schools_that_are_in_both_reports() -> None:
    found = stability(measured(reports((2020, "SEDS-"), (2022, "SEE-S"))))
    assert found.rows() == [(2020, 2022, 3, pytest.approx(2 / 3))]


def test_nothing_is_told_of_no_reports() -> None:
    assert stability(measured(reports((2020, "--")).cast({"rating": pl.String}))).is_empty()


def test_incomplete_data_is_unknown_and_a_year_without_a_report_too() -> None:
    panel, schools, years = panel_of_ratings(measured(reports((2018, "SXE"), (2020, "EES"))), steps=("E", "S"))
    assert (list(schools), list(years)) == (["a", "b", "c"], [2017, 2018, 2019])
    np.testing.assert_array_equal(panel.own, [[1, np.nan, 0], [np.nan, np.nan, 0], [0, np.nan, 1]])


@pytest.fixture(scope="module")
def chicago() -> pl.DataFrame:
    found = []
    for path in sorted(CHICAGO.glob("cps_progress_report_sy*.csv")):
        table = pl.read_csv(path, infer_schema=False)
        found.append(
            table.select(
                school_id="School_ID", rating="Creative_School_Certification", year=pl.lit(2000 + int(path.stem[-4:-2]))
            )
        )
    return pl.concat(found)


@needs_chicago
def test_chicagos_report_of_2023_24_was_carried_forward(chicago: pl.DataFrame) -> None:
    found = measured(chicago)
    # 2021-22 has no rating at all, and 2023-24 repeats the report before it.
    assert found["year"].unique().sort().to_list() == [2015, 2016, 2017, 2018, 2022, 2024]
    assert found.filter(pl.col("year") == 2018)["rating_year"].unique().to_list() == [2017]


@needs_chicago
def test_six_of_ten_of_chicagos_schools_keep_their_rating(chicago: pl.DataFrame) -> None:
    found = stability(measured(chicago))
    of_one_year = found.filter(pl.col("later") == pl.col("earlier") + 1)["kept"]
    assert len(of_one_year) == 3
    assert of_one_year.is_between(0.605, 0.635).all()
    # Over the years without reports, fewer do.
    assert (found.filter(pl.col("later") > pl.col("earlier") + 1)["kept"] < 0.45).all()


@needs_chicago
def test_the_screen_on_chicagos_ratings_calls_out_few_to_whom_nothing_happened(chicago: pl.DataFrame) -> None:
    """Partners drawn by lot at schools without any change of ours: whatever is called out is a false alarm."""
    ratings = measured(chicago)
    random = np.random.default_rng(7)
    called, told = 0, 0
    for _draw in range(20):
        plain, schools, years = panel_of_ratings(ratings, steps=STEPS)
        partnered = np.zeros(plain.own.shape, dtype=bool)
        start = len(years) - 4
        partnered[random.permutation(len(schools))[: len(schools) // 5], start:] = True
        panel, _schools, _years = panel_of_ratings(ratings, steps=STEPS, partnered=partnered)
        found = screen(panel, margin=0.5, draws=0).schools.drop_nulls("p")
        called += (found["category"] == "likely_replacing").sum()
        told += len(found)
    assert told > 1000
    assert called <= 0.06 * told
