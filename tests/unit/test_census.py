"""Who takes part, who is alone, and who depends on whom, against plain sets."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import Row, school, spread

from allcity.analysis.census import measure_census
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures

SCHOOLS = ["a", "b", "c", "d"]
ORGANIZATIONS = [f"o{n}" for n in range(13)]


def ecosystem(**more: Any) -> CityYear:
    return spread(
        schools=[school(id_, 50, district_id="one" if id_ in "ab" else "two") for id_ in SCHOOLS],
        organizations=[{"organization_id": id_} for id_ in ORGANIZATIONS],
        districts=[{"district_id": "one"}, {"district_id": "two"}],
        **more,
    )


def figures(city: CityYear) -> Figures:
    return Figures(measure_census(city)[0])


def range_of(figure: Figure | None) -> tuple[float | None, ...]:
    assert figure is not None
    return figure.value, figure.low, figure.high


def partnership(id_: str, organizations: list[str], schools: list[str] | None, **more: Any) -> Row:
    return {"partnership_id": id_, "organization_ids": organizations, "school_ids": schools, **more}


def delivery(id_: str, organization: str, school_id: str | None, **more: Any) -> Row:
    return {"delivery_id": id_, "organization_id": organization, "school_id": school_id, **more}


SETS = st.tuples(
    st.lists(st.sampled_from(ORGANIZATIONS), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from([*SCHOOLS, "elsewhere"]), max_size=4, unique=True),
    st.sets(st.sampled_from(["one", "two"])),
)
DELIVERED = st.tuples(st.sampled_from(ORGANIZATIONS), st.none() | st.sampled_from(SCHOOLS))


@given(st.lists(SETS, max_size=5), st.lists(DELIVERED, max_size=4))
@settings(max_examples=80, deadline=None)
def test_the_census_is_that_of_plain_sets(
    partnerships: list[tuple[list[str], list[str], set[str]]], deliveries: list[tuple[str, str | None]]
) -> None:
    pairs: set[tuple[str, str]] = {(o, s) for o, s in deliveries if s is not None}
    busy = {o for o, _ in deliveries}
    for organizations, schools, _ in partnerships:
        busy |= set(organizations)
        pairs |= {(o, s) for o in organizations for s in schools}
    partners = {s: {o for o, at in pairs if at == s} for s in SCHOOLS}
    held = sorted((sum(o == mine for o, _ in pairs) for mine in ORGANIZATIONS), reverse=True)

    city = ecosystem(
        partnerships=[
            partnership(f"p{n}", organizations, schools, district_ids=sorted(of))
            for n, (organizations, schools, of) in enumerate(partnerships)
        ],
        deliveries=[delivery(f"d{n}", o, s) for n, (o, s) in enumerate(deliveries)],
    )
    found, alone, tallies = measure_census(city)
    exact = {figure.id: figure for figure in found if figure.by is None}
    expected = {
        "partnerships": len(partnerships),
        "census.alone.schools": sum(not mine for mine in partners.values()),
        "census.alone.organizations": len(set(ORGANIZATIONS) - busy),
        "census.one_partner": sum(len(mine) == 1 for mine in partners.values()),
        "census.largest_ten": sum(held[:10]) / len(pairs) if pairs else None,
    }
    for figure_id, value in expected.items():
        assert range_of(exact[figure_id]) == (value,) * 3, figure_id
    assert alone.to_list() == [not partners[s] for s in SCHOOLS]
    assert tallies == []

    # Whatever lies beyond sources that name only a part: any of the records may be all that they name.
    partly = figures(ecosystem(partnerships=city_rows(city, "partnerships")[:1], deliveries=[], coverage="partial"))
    for figure_id, value in expected.items():
        if value is not None:
            figure = partly.get(figure_id)
            assert figure.low is None or figure.low <= value, figure_id
            assert figure.high is None or value <= figure.high, figure_id


def city_rows(city: CityYear, table: str) -> list[Row]:
    return list(getattr(city, table).to_dicts())


def test_who_seems_alone_in_sources_that_name_a_part_may_not_be() -> None:
    covered = dict.fromkeys(("schools", "students", "organizations"), "complete")
    city = ecosystem(partnerships=[partnership("p", ["o1"], ["a"])], coverage={**covered, "partnerships": "partial"})
    found = figures(city)
    assert range_of(found.get("census.alone.schools")) == (3, 0, 3)
    assert range_of(found.get("census.one_partner")) == (1, 0, 4)
    assert range_of(found.get("census.largest_ten")) == (1, 0, 1)
    assert range_of(found.get("partnerships")) == (1, 1, None)
    assert "coverage" in found.get("census.alone.schools").narrows


def test_where_the_directory_names_a_part_of_the_organizations_more_may_be_alone() -> None:
    names = ("schools", "students", "partnerships", "deliveries")
    city = ecosystem(
        partnerships=[partnership("p", ["o1"], ["a"])],
        coverage={**dict.fromkeys(names, "complete"), "organizations": "partial"},
    )
    found = figures(city).get("census.alone.organizations")
    assert range_of(found) == (12, 12, None)
    assert found.high_if_complete == 12


def test_without_a_source_of_partnerships_nobody_is_known_to_be_alone() -> None:
    found, alone, tallies = measure_census(ecosystem(coverage={"schools": "complete", "students": "complete"}))
    assert not any(figure.id.startswith("census.alone") for figure in found)
    assert alone.to_list() == [None] * 4
    assert [tally.id for tally in tallies] == ["no_partnership_source"]


def test_participants_are_counted_by_type_and_few_students_withheld() -> None:
    rows = [
        {"participant_id": str(n), "participant_type": type_, "number": number}
        for n, (type_, number) in enumerate((("musicians", 3), ("musicians", 4), ("students", 7)))
    ]
    found = figures(ecosystem(participants=rows))
    assert range_of(found.get("census.participants", participant="musicians")) == (7, 7, 7)
    assert found.get("census.participants", participant="students").suppressed
    assert range_of(found.get("census.participants", participant="families")) == (0, 0, 0)
    partly = figures(ecosystem(participants=rows, coverage="partial"))
    assert range_of(partly.get("census.participants", participant="musicians")) == (7, 7, None)
    assert range_of(partly.get("census.participants", participant="families"))[0] is None


class TestDeliveries:
    def test_students_and_the_hours_they_had(self) -> None:
        rows = [
            delivery("d", "o1", "a", students=20, hours=10.0),
            delivery("d", "o1", "a", students=30, account="school"),
            delivery("e", "o2", "b", students=50, hours=2.0),
        ]
        found = figures(ecosystem(deliveries=rows))
        assert range_of(found.get("deliveries.students")) == (75, 70, 80)
        assert range_of(found.get("deliveries.hours")) == (350, 300, 400)

    def test_a_delivery_without_a_number_leaves_the_high_end_open(self) -> None:
        rows = [delivery("d", "o1", "a", students=20), delivery("e", "o2", "b", students=50, hours=2.0)]
        found = figures(ecosystem(deliveries=rows))
        assert range_of(found.get("deliveries.students")) == (70, 70, 70)
        assert range_of(found.get("deliveries.hours")) == (100, 100, None)
        assert (found.get("deliveries.hours").known, found.get("deliveries.hours").total) == (1, 2)

    def test_none_is_unknown_where_no_source_speaks_of_them_and_a_zero_where_one_does(self) -> None:
        assert range_of(figures(ecosystem()).get("deliveries.students")) == (0, 0, 0)
        covered = {"partnerships": "complete"}
        assert range_of(figures(ecosystem(coverage=covered)).get("deliveries.students")) == (None, 0, None)

    @pytest.mark.parametrize("accounts", [[9], [4, 20], [4, 15], [9, 10]])
    def test_few_students_are_withheld_whoever_says_so_and_their_hours_too(self, accounts: list[int]) -> None:
        sides = zip(accounts, ("organization", "school"), strict=False)
        rows = [delivery("d", "o1", "a", students=n, hours=2.0, account=account) for n, account in sides]
        found = figures(ecosystem(deliveries=rows))
        assert found.get("deliveries.students").suppressed
        assert found.get("deliveries.hours").suppressed
