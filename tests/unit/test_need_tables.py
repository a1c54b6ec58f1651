"""What is published of each need, and what schools need by the figures: nobody is counted twice, nothing small is told."""

from typing import Any

import polars as pl
import pytest
from tests.factories.city import school, spread

from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figures
from allcity.analysis.need_tables import derived_table, ledger_table
from allcity.analysis.needs import measure_needs
from allcity.analysis.owed import additional_needs

SCHOOLS = [school("a", 100, area_id="north"), school("b", 200, area_id="north"), school("c", None)]


def need(need_id: str, amount: float | None, **more: Any) -> dict[str, Any]:
    return {"need_id": need_id, "school_id": "a", "amount": amount, **more}


def placed(*shares: tuple[float | None, float | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame(shares, schema=dict.fromkeys(("placed", "placed_low", "placed_high"), pl.Float64), orient="row")


HALF = placed((0.5, 0.4, 0.7), (1, 1, 1), (None, None, None))


def additional(city: CityYear, access: pl.DataFrame = HALF) -> list[tuple[Any, ...]]:
    rows = additional_needs(city, students_by_cell(city), access)
    assert set(rows["unit"]) <= {"students"}
    return rows.select("school_id", "amount", "low", "high").rows()


class TestAdditional:
    def test_students_without_a_place_with_the_range_of_placed(self) -> None:
        assert additional(spread(schools=SCHOOLS)) == [("a", 50, 30, 60), ("c", None, None, None)]

    def test_whom_a_school_asks_for_itself_is_not_counted_twice(self) -> None:
        needs = [need("n", 20), need("m", 8, contribution="mentorship"), need("o", 40, unit="items")]
        assert additional(spread(schools=SCHOOLS, needs=needs))[0] == ("a", 22, 2, 32)

    def test_what_is_closed_is_not_taken_off_and_nothing_falls_below_zero(self) -> None:
        city = spread(schools=SCHOOLS, needs=[need("n", 20, state="closed"), need("m", 55)])
        assert additional(city)[0] == ("a", 0, 0, 5)

    def test_a_need_that_does_not_say_for_how_many_may_be_for_all(self) -> None:
        assert additional(spread(schools=SCHOOLS, needs=[need("n", None), need("m", 10)]))[0] == ("a", None, 0, 50)

    def test_what_a_district_asks_for_is_of_no_school(self) -> None:
        city = spread(schools=SCHOOLS, needs=[need("n", 20, school_id=None, district_id="d")])
        assert additional(city)[0] == ("a", 50, 30, 60)

    def test_where_nothing_is_known_of_places_anybody_may_be_without_one(self) -> None:
        unknown = placed((None, 0, None), (0.5, 0.5, None), (None, None, None))
        assert additional(spread(schools=SCHOOLS), unknown)[:2] == [("a", None, 0, 100), ("b", 100, 0, 100)]


def derived(city: CityYear, access: pl.DataFrame = HALF) -> list[dict[str, Any]]:
    return derived_table(city, students_by_cell(city), access).to_dicts()


class TestDerivedTable:
    def test_one_row_for_each_school_with_what_it_is_owed(self) -> None:
        a, b, c = derived(spread(schools=SCHOOLS, baselines=[{"school_id": "a", "music_staff": 0.1}]))
        assert (a["additional"], a["additional_low"], a["additional_high"], a["suppressed"]) == (50, 30, 60, False)
        assert a["owed_staff"] == pytest.approx(100 / 350 - 0.1, abs=1e-6)
        assert (b["additional"], b["additional_high"]) == (0, 0)
        assert (b["owed_staff"], b["owed_staff_low"]) == (None, 0)
        assert b["owed_staff_high"] == pytest.approx(200 / 350, abs=1e-6)
        assert (c["additional"], c["owed_staff"], c["owed_staff_high"]) == (None, None, None)

    @pytest.mark.parametrize("needs", [[need("n", 4)], [need("n", 43)]])
    def test_it_is_withheld_where_it_is_small_or_would_tell_of_a_small_number_asked_for(self, needs: list[Any]) -> None:
        row = derived(spread(schools=SCHOOLS, needs=needs))[0]
        assert row["suppressed"]
        assert {row[name] for name in ("additional", "additional_low", "additional_high")} == {None}


class TestLedgerTable:
    def table(self, *needs: Any, deliveries: Any = (), **more: Any) -> list[dict[str, Any]]:
        city = spread(schools=SCHOOLS, areas=[{"area_id": "north"}], needs=needs, deliveries=deliveries, **more)
        return ledger_table(city, Figures(measure_needs(city, students_by_cell(city))[0])).to_dicts()

    def test_asked_met_and_unmet_with_their_range(self) -> None:
        given = [
            {"delivery_id": "d", "need_id": "n", "students": 20},
            {"delivery_id": "d", "need_id": "n", "students": 16, "account": "school"},
        ]
        (row,) = self.table(need("n", 50), deliveries=given)
        assert [row[name] for name in ("asked", "met", "met_low", "met_high")] == [50, 18, 16, 20]
        assert [row[name] for name in ("unmet", "low", "high", "suppressed", "state")] == [32, 30, 34, False, "stated"]

    def test_where_nothing_is_known_of_deliveries_nobody_knows_what_is_met(self) -> None:
        (row,) = self.table(need("n", 50), coverage={"needs": "complete"})
        assert [row[name] for name in ("asked", "met", "met_low", "met_high")] == [50, None, 0, 50]
        assert [row[name] for name in ("unmet", "low", "high")] == [None, 0, 50]

    def test_a_small_rest_is_withheld_with_what_would_tell_it(self) -> None:
        first, *_ = self.table(need("n", 50), deliveries=[{"delivery_id": "d", "need_id": "n", "students": 45}])
        assert first["suppressed"]
        assert first["asked"] == 50
        assert {first[name] for name in ("met", "met_low", "met_high", "unmet", "low", "high")} == {None}

    def test_the_others_do_not_tell_a_small_one_by_the_total(self) -> None:
        needs = [need("n", 50), need("m", 60, contribution="mentorship"), need("o", 70, contribution="small_ensembles")]
        given = [
            {"delivery_id": "d", "need_id": "n", "students": 3},
            {"delivery_id": "e", "need_id": "m", "students": 20},
            {"delivery_id": "f", "need_id": "o", "students": 30},
        ]
        rows = self.table(*needs, deliveries=given)
        assert [row["suppressed"] for row in rows] == [True, True, False]

    def test_a_small_number_asked_for_is_withheld_whole(self) -> None:
        (row,) = self.table(need("n", 4))
        assert row["suppressed"]
        assert {row[name] for name in ("asked", "unmet", "low", "high")} == {None}

    def test_teachers_and_things_are_not_students(self) -> None:
        given = [{"delivery_id": "d", "need_id": "n", "amount": 2}]
        (row,) = self.table(need("n", 3, unit="items"), deliveries=given)
        assert (row["asked"], row["met"], row["unmet"], row["suppressed"]) == (3, 2, 1, False)
