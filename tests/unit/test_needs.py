"""The need ledger: met at the dosage, two accounts of one delivery, and what is not said."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import Row, school, spread

from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.needs import ledger, measure_needs
from allcity.analysis.owed import owed

AREAS = [{"area_id": "north"}, {"area_id": "south"}]
SCHOOLS = [school("a", 100, area_id="north"), school("b", 100, area_id="south"), school("c", 100)]


def need(need_id: str, amount: float | None, **more: Any) -> Row:
    return {"need_id": need_id, "school_id": "a", "amount": amount, **more}


def delivery(delivery_id: str, need_id: str, **more: Any) -> Row:
    return {"delivery_id": delivery_id, "need_id": need_id, **more}


def met(needs: list[Row], deliveries: list[Row]) -> list[tuple[float | None, ...]]:
    """Met, low and high of each need."""
    rows = ledger(spread(schools=SCHOOLS, needs=needs, deliveries=deliveries))
    return rows.select("met", "met_low", "met_high").rows()


def figures(city: CityYear) -> Figures:
    return Figures(measure_needs(city, students_by_cell(city))[0])


def range_of(figure: Figure | None) -> tuple[float | None, ...]:
    assert figure is not None
    return figure.value, figure.low, figure.high


class TestLedger:
    @pytest.mark.parametrize(("hours", "expected"), [(0, 0), (5, 10), (10, 20), (30, 20)])
    def test_students_count_in_full_from_the_dosage_on(self, hours: float, expected: float) -> None:
        rows = [delivery("d", "n", students=20, hours=hours)]
        assert met([need("n", 50, dosage_hours=10)], rows) == [(expected,) * 3]

    def test_no_more_is_met_than_was_asked(self) -> None:
        rows = [delivery("d", "n", students=20), delivery("e", "n", students=20)]
        assert met([need("n", 30)], rows) == [(30, 30, 30)]

    def test_without_a_dosage_whoever_was_reached_counts(self) -> None:
        for dosage in (None, 0.0):
            assert met([need("n", 30, dosage_hours=dosage)], [delivery("d", "n", students=20)]) == [(20, 20, 20)]

    def test_teachers_have_a_dosage_too_but_things_and_hours_have_none(self) -> None:
        needs = [need(unit, 50, unit=unit, dosage_hours=10.0) for unit in ("teachers", "items", "hours")]
        rows = [delivery(f"d {row['need_id']}", row["need_id"], amount=20, hours=5, students=3) for row in needs]
        assert met(needs, rows) == [(10,) * 3, (20,) * 3, (20,) * 3]

    def test_two_accounts_that_disagree_make_the_range(self) -> None:
        rows = [
            delivery("d", "n", students=20, hours=10),
            delivery("d", "n", students=16, hours=5, account="school"),
            delivery("e", "n", students=4, hours=10),
        ]
        assert met([need("n", 50, dosage_hours=10)], rows) == [(14 + 4, 8 + 4, 20 + 4)]

    def test_what_one_side_does_not_say_is_taken_from_the_other(self) -> None:
        rows = [delivery("d", "n", students=20, hours=5), delivery("d", "n", students=10, account="school")]
        assert met([need("n", 50, dosage_hours=10)], rows) == [(7.5, 5, 10)]

    def test_hours_that_nobody_knows_may_have_met_all_or_nothing(self) -> None:
        assert met([need("n", 50, dosage_hours=10)], [delivery("d", "n", students=20)]) == [(0, 0, 20)]

    def test_a_number_that_nobody_knows_may_have_met_everything(self) -> None:
        assert met([need("n", 50)], [delivery("d", "n")]) == [(0, 0, 50)]

    def test_a_need_that_does_not_say_how_much_has_no_amount(self) -> None:
        assert met([need("n", None), need("m", 5)], [delivery("d", "n", students=20)]) == [(None,) * 3, (0, 0, 0)]

    @given(
        st.lists(
            st.lists(st.tuples(st.none() | st.integers(0, 40), st.none() | st.integers(0, 20)), min_size=1, max_size=2),
            max_size=4,
        ),
        st.data(),
    )
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_unknown_numbers_are_the_met_students_are_in_range(
        self, deliveries: list[list[tuple[int | None, int | None]]], data: st.DataObject
    ) -> None:
        def rows(of_deliveries: list[list[tuple[int | None, int | None]]]) -> list[Row]:
            return [
                delivery(f"d{n}", "n", students=students, hours=hours, account=account)
                for n, sides in enumerate(of_deliveries)
                for (students, hours), account in zip(sides, ("organization", "school"), strict=False)
            ]

        def filled(sides: list[tuple[int | None, int | None]]) -> list[tuple[int | None, int | None]]:
            """Of what neither side says, one truth for both."""
            columns = []
            for values, most in zip(zip(*sides, strict=True), (200, 60), strict=True):
                said = [value for value in values if value is not None]
                columns.append(values if said else (data.draw(st.integers(0, most)),) * len(values))
            return list(zip(*columns, strict=True))

        asked = [need("n", 60, dosage_hours=10.0)]
        ((value, low, high),) = met(asked, rows(deliveries))
        ((truth, _, _),) = met(asked, rows([filled(sides) for sides in deliveries]))
        assert low <= value <= high
        assert low - 1e-9 <= truth <= high + 1e-9


class TestFigures:
    NEEDS = (
        need("n", 40, dosage_hours=10.0),
        need("m", 60, school_id="b", contribution="mentorship"),
        need("o", 30, school_id="c", contribution="mentorship"),
        need("p", 3, contribution="teacher_development", unit="teachers"),
    )
    DELIVERIES = (
        delivery("d", "n", students=20, hours=10),
        delivery("e", "m", students=45),
        delivery("f", "p", amount=2),
    )

    def city(self, **more: Any) -> CityYear:
        given: dict[str, Any] = {"needs": self.NEEDS, "deliveries": self.DELIVERIES, "areas": AREAS, **more}
        return spread(schools=SCHOOLS, **given)

    def test_of_students_for_the_city_and_its_areas_and_by_contribution_in_its_own_unit(self) -> None:
        found = figures(self.city())
        assert range_of(found.get("needs.stated")) == (130, 130, 130)
        assert range_of(found.get("needs.met")) == (65, 65, 65)
        assert range_of(found.get("needs.unmet")) == (65, 65, 65)
        assert range_of(found.get("needs.met", area="north")) == (20, 20, 20)
        assert range_of(found.get("needs.unmet", contribution="mentorship")) == (45, 45, 45)
        assert range_of(found.get("needs.met", contribution="teacher_development")) == (2, 2, 2)
        assert range_of(found.get("needs.met_share", contribution="private_lessons")) == (0.5, 0.5, 0.5)
        assert range_of(found.get("needs.met_share", contribution="small_ensembles")) == (None, None, None)

    def test_needs_that_no_source_names_leave_the_high_ends_open(self) -> None:
        found = figures(self.city(coverage={"needs": "partial", "deliveries": "complete"}))
        for name, value in (("stated", 130), ("met", 65), ("unmet", 65)):
            figure = found.get(f"needs.{name}")
            assert range_of(figure) == (value, value, None)
            assert figure.high_if_complete == value
        assert range_of(found.get("needs.met_share", contribution="private_lessons")) == (0.5, 0, None)

    def test_deliveries_that_no_source_names_may_have_met_the_rest(self) -> None:
        found = figures(self.city(coverage={"needs": "complete", "deliveries": "partial"}))
        assert range_of(found.get("needs.stated")) == (130, 130, 130)
        assert range_of(found.get("needs.met")) == (65, 65, 130)
        assert range_of(found.get("needs.unmet")) == (65, 0, 65)
        assert found.get("needs.met").high_if_complete == 65
        assert range_of(found.get("needs.met_share", contribution="private_lessons")) == (0.5, 0.5, 1)

    def test_where_nothing_is_known_of_deliveries_nobody_knows_what_is_met(self) -> None:
        found = figures(self.city(deliveries=[], coverage={"needs": "complete"}))
        assert range_of(found.get("needs.stated")) == (130, 130, 130)
        assert range_of(found.get("needs.met")) == (None, 0, 130)
        assert range_of(found.get("needs.unmet")) == (None, 0, 130)
        assert range_of(found.get("needs.met_share", contribution="mentorship")) == (None, 0, 1)

    def test_a_need_without_an_amount_leaves_the_high_ends_open(self) -> None:
        found = figures(self.city(needs=[*self.NEEDS, need("q", None)]))
        assert range_of(found.get("needs.stated")) == (130, 130, None)
        assert "amount" in found.get("needs.stated").narrows
        assert (found.get("needs.stated").known, found.get("needs.stated").total) == (3, 4)
        assert range_of(found.get("needs.met_share", contribution="private_lessons")) == (0.5, 0, None)

    def test_without_a_source_of_needs_there_are_no_figures_of_them(self) -> None:
        city = self.city(needs=[], deliveries=[], coverage={"deliveries": "complete"})
        found, tallies = measure_needs(city, students_by_cell(city))
        assert {figure.id for figure in found} == {"needs.owed.staff", "needs.owed.minutes"}
        assert [tally.id for tally in tallies] == ["no_need_source"]


class TestOwed:
    SCHOOLS = (school("a", 700), school("b", 350, grades=["10"]), school("c", 175), school("empty", 0))
    SAID = ({"school_id": "a", "music_staff": 0.5, "minutes_3_5": 60.0}, {"school_id": "b", "music_staff": 2.0})

    def test_staff_and_minutes(self) -> None:
        found = figures(spread(schools=self.SCHOOLS, baselines=self.SAID))
        assert range_of(found.get("needs.owed.staff")) == pytest.approx((1.5, 1.5, 2))
        assert range_of(found.get("needs.owed.minutes")) == pytest.approx((1, 1 / 2, 1))  # b has no target
        assert (found.get("needs.owed.minutes").known, found.get("needs.owed.minutes").total) == (1, 2)

    def test_by_school(self) -> None:
        city = spread(schools=self.SCHOOLS, baselines=self.SAID)
        amounts = owed(city, students_by_cell(city))
        assert amounts.staff.tolist() == pytest.approx([1.5, 0, float("nan"), float("nan")], nan_ok=True)
        assert amounts.minutes[:2].tolist() == [1, 0]

    def test_where_no_school_answered_the_staff_owed_is_not_told(self) -> None:
        found = figures(spread(schools=self.SCHOOLS))
        assert range_of(found.get("needs.owed.staff")) == (None, 0, pytest.approx(1225 / 350))

    def test_without_a_target_nothing_is_owed_by_it(self) -> None:
        off = "[targets]\nstudents_per_certified_teacher = { enabled = false }\nminutes_per_week = {}\n"
        found = figures(spread(schools=self.SCHOOLS, baselines=self.SAID, settings=off))
        assert found.get("needs.owed.staff") is None
