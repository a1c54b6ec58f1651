"""The screen of supplanting: what it compares, when it cannot tell, and how often it is wrong where we know the truth."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import city_year, school
from tests.factories.panels import MINUTES, STAFF, Own, made_panel

from allcity.analysis.conditions.records import MINUTES_MARGIN
from allcity.analysis.supplanting import COMPARABLE, LEVEL, Panel, Screened, panel_of, screen

MARGIN = 0.25


def panel(own: list[list[float]], others: list[list[float]], *, starts: int = 2, **more: Any) -> Panel:
    """Schools with a partner from a year on, then schools without; all teach the same grades."""
    values = np.array([*own, *others], dtype=float)
    partnered = np.zeros(values.shape, dtype=bool)
    partnered[: len(own), starts:] = True
    nobody = np.zeros(len(values), dtype=bool)
    return replace(Panel(values, partnered, np.zeros(len(values), dtype=np.int64), nobody), **more)


def first(found: Screened) -> dict[str, Any]:
    return found.schools.row(0, named=True)


STEADY = [[2.0 + 0.01 * school, 2.0, 2.0] for school in range(COMPARABLE)]


class TestOneSchool:
    def test_its_change_is_told_beside_that_of_comparable_schools(self) -> None:
        row = first(screen(panel([[2, 1, 0.5]], [[3, 3, 2.9]] * COMPARABLE), margin=MARGIN))
        assert (row["before"], row["since"], row["change"]) == (1.5, 0.5, -1.0)
        assert row["expected"] == pytest.approx(-0.1)
        assert row["p"] == pytest.approx(1 / (COMPARABLE + 1))

    def test_too_few_comparable_schools_tell_nothing(self) -> None:
        row = first(screen(panel([[2, 2, 0]], STEADY[1:]), margin=MARGIN))
        assert (row["comparable"], row["p"], row["category"]) == (COMPARABLE - 1, None, "cannot_tell")

    @pytest.mark.parametrize("own", [[2, 0, 0], [np.nan, 2, 0], [2, 2, np.nan]])
    def test_too_few_years_tell_nothing(self, own: list[float]) -> None:
        starts = 1 if np.isfinite(own).all() else 2
        row = first(screen(panel([own], STEADY, starts=starts), margin=MARGIN))
        assert (row["p"], row["fall"], row["category"]) == (None, None, "cannot_tell")

    def test_schools_that_teach_other_grades_or_ever_had_a_partner_are_not_comparable(self) -> None:
        kind = np.array([0, *[1] * COMPARABLE])
        assert first(screen(panel([[2, 2, 0]], STEADY, kind=kind), margin=MARGIN))["comparable"] == 0
        both = screen(panel([[2, 2, 0], [2, 2, 2]], STEADY), margin=MARGIN)
        assert both.schools["comparable"].to_list() == [COMPARABLE, COMPARABLE]

    def test_a_document_says_more_than_figures(self) -> None:
        documented = np.array([True, *[False] * COMPARABLE])
        row = first(screen(panel([[2, 2, 2]], STEADY, documented=documented), margin=MARGIN))
        assert row["category"] == "documented_replacing"

    def test_staff_that_grew_where_it_falls_elsewhere_adds(self) -> None:
        falling = [[3.0, 3.0, 2.0 + 0.01 * school] for school in range(COMPARABLE)]
        assert first(screen(panel([[2, 2, 2.5]], falling), margin=MARGIN))["category"] == "additive"

    def test_nobody_with_a_partner_is_nothing_to_tell(self) -> None:
        found = screen(panel([], STEADY), margin=MARGIN)
        assert found.schools.is_empty()
        assert np.isnan([found.mean, found.p]).all()


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.3))
@settings(max_examples=30, deadline=None)
def test_it_is_what_a_plain_count_says(seed: int, unknown: float) -> None:
    random = np.random.default_rng(seed)
    made, _ = made_panel(random, partnered=4, others=16, share=0.5, drop=0.5)
    own = np.where(random.random(made.own.shape) < unknown, np.nan, made.own)
    found = screen(replace(made, own=own), margin=MARGIN, draws=9)
    for row in found.schools.iter_rows(named=True):
        mine = {year: value for year, value in enumerate(own[row["school"]]) if value == value}
        before, since = [y for y in mine if y < 3], [y for y in mine if y >= 3]

        def change(values: Any, before: list[int] = before, since: list[int] = since) -> float:
            return sum(values[y] for y in since) / len(since) - sum(values[y] for y in before) / len(before)

        if not before or not since:
            assert row["change"] is None
            continue
        others = [change(values) for values in own[4:]]
        others = [one for one in others if one == one]
        assert row["change"] == pytest.approx(change(mine))
        assert row["comparable"] == len(others)
        if len(before) >= 2 and len(others) >= 10:
            as_low = sum(one <= change(mine) + 1e-9 for one in others)
            assert row["p"] == pytest.approx((1 + as_low) / (1 + len(others)))
        else:
            assert row["p"] is None


@given(st.integers(0, 2**32 - 1), st.floats(-5, 5))
@settings(max_examples=20, deadline=None)
def test_what_happens_to_all_schools_alike_says_nothing_of_one(seed: int, shift: float) -> None:
    made, _ = made_panel(np.random.default_rng(seed), share=0.3, drop=0.5)
    moved = replace(made, own=made.own + np.where(np.arange(made.own.shape[1]) >= 3, shift, 0))
    one, other = (screen(each, margin=MARGIN, draws=19) for each in (made, moved))
    assert other.schools["p"].to_list() == pytest.approx(one.schools["p"].to_list())
    assert other.schools["fall"].to_list() == pytest.approx(one.schools["fall"].to_list(), abs=1e-6)
    assert (other.mean, other.p) == pytest.approx((one.mean, one.p))


def flags(
    *, share: float, drop: float, times: int = 40, of: Own = STAFF, margin: float = MARGIN
) -> tuple[pl.DataFrame, list[float]]:
    """Over many made cities: each school with a partner, whether it was called out, and whether it did replace."""
    random = np.random.default_rng(20181)
    rows, chances = [], []
    for _ in range(times):
        made, replaced = made_panel(random, share=share, drop=drop, of=of)
        found = screen(made, margin=margin, draws=99)
        called = found.schools["category"] == "likely_replacing"
        rows.append(pl.DataFrame({"called": called, "did": replaced[found.schools["school"].to_numpy()]}))
        chances.append(found.p)
    return pl.concat(rows), chances


def test_where_nothing_happened_few_are_called_out() -> None:
    schools, cities = flags(share=0, drop=0)
    assert schools["called"].mean() <= 0.06
    assert np.mean(np.array(cities) <= LEVEL) <= 0.15  # 40 cities: twice the deviation above 5 of 100


def test_of_minutes_a_week_it_is_wrong_as_rarely() -> None:
    schools, _ = flags(share=0, drop=0, of=MINUTES, margin=MINUTES_MARGIN)
    assert schools["called"].mean() <= 0.06
    schools, _ = flags(share=0.25, drop=60, of=MINUTES, margin=MINUTES_MARGIN)
    assert schools.filter("did")["called"].mean() >= 0.8
    assert schools.filter("called")["did"].mean() >= 0.8


def test_where_some_replaced_most_that_are_called_out_did() -> None:
    schools, cities = flags(share=0.25, drop=1.0)
    assert schools.filter("did")["called"].mean() >= 0.7
    assert schools.filter("called")["did"].mean() >= 0.8
    assert schools.filter(~pl.col("did"))["called"].mean() <= 0.06
    assert np.mean(np.array(cities) <= LEVEL) >= 0.6


class TestPanelOf:
    SCHOOLS = (school("a", 100, grades=["2", "3", "4", "5"]), school("b", 100), school("c", 100))

    def panel(self, *deliveries: dict[str, Any], value: Any = "music_staff", **more: Any) -> Panel:
        """Two years of three schools; deliveries in the later one."""
        own = [("a", 1.0, 30.0), ("b", 2.0, None), ("c", None, 60.0)]
        baselines = [
            {"school_id": id_, "music_staff": staff, "minutes_pk_2": 60.0, "minutes_3_5": minutes}
            for id_, staff, minutes in own
        ]
        given = [{"delivery_id": f"{n}", "contribution": "small_ensembles", **row} for n, row in enumerate(deliveries)]
        years = [
            city_year(year=2024, schools=self.SCHOOLS[:2], baselines=baselines[:2]),
            city_year(year=2025, schools=self.SCHOOLS, baselines=baselines, deliveries=given, **more),
        ]
        found, schools = panel_of(years, value=value)
        assert list(schools) == ["a", "b", "c"]
        return found

    def test_it_has_what_each_school_gave_itself_in_each_year(self) -> None:
        np.testing.assert_array_equal(self.panel().own, [[1, 1], [2, 2], [np.nan, np.nan]])

    def test_minutes_are_those_of_the_grades_that_it_teaches(self) -> None:
        minutes = self.panel(value="minutes").own
        np.testing.assert_array_equal(minutes, [[37.5, 37.5], [np.nan, np.nan], [np.nan, 60]])

    def test_a_partner_in_school_hours_counts_in_the_year_of_its_delivery(self) -> None:
        came = self.panel(
            {"school_id": "a", "setting": "in_school_hours"}, {"school_id": "b", "setting": "out_of_hours"}
        ).partnered
        np.testing.assert_array_equal(came, [[False, True], [False, False], [False, False]])

    def test_what_a_delivery_does_not_say_its_partnership_does(self) -> None:
        partnership = {"partnership_id": "p", "school_ids": ["b", "c"], "setting": "in_school_hours"}
        came = self.panel({"partnership_id": "p"}, partnerships=[partnership]).partnered
        np.testing.assert_array_equal(came[:, 1], [False, True, True])

    def test_training_and_instruments_are_not_music_in_its_place(self) -> None:
        for contribution in ("teacher_development", "instruments_and_resources"):
            row = {"school_id": "a", "setting": "in_school_hours", "contribution": contribution}
            assert not self.panel(row).partnered.any()

    def test_schools_are_alike_that_teach_the_same_grade_bands(self) -> None:
        a, b, c = self.panel().kind
        assert b == c != a
