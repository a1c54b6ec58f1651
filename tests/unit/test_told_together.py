"""What is public of a city beside each other, its records and its figures: together they tell no small count either."""

import json
from typing import Any

import pytest
from tests.factories.city import Row, school, spread

from allcity.analysis.city import CityYear
from allcity.analysis.examine import examine
from allcity.analysis.findings import Findings
from allcity.analysis.public import Told, publish
from allcity.formats.schema import SCHEMA

THRESHOLD = 10
TOWN: dict[str, list[Row]] = {
    "areas": [{"area_id": "north"}, {"area_id": "south"}],
    "schools": [
        school(name, 100, area_id=area)
        for name, area in (("a", "north"), ("b", "north"), ("c", "south"), ("d", "south"))
    ],
}
COUNTS = {"a": 3, "b": 40, "c": 12, "d": 30}


def told_of(city: CityYear, before: Told | None = None, figures: Told | None = None) -> tuple[Any, Told, Findings]:
    """The public records, what they tell, and the findings beside them; in view of an earlier edition of both."""
    tables = {name: getattr(city, name) for name in SCHEMA}
    shown, told = publish(tables, threshold=THRESHOLD, told=before or {})
    return shown, json.loads(json.dumps(told)), examine(city, told=figures, records=told)


def hidden_together(shown: Any, table: str, column: str, key: str, whole: float | None) -> bool:
    """Whether of one area the withheld rows are at least two that are many together, or their total is not told."""
    rows = shown[table]
    mine = [row for row in rows.iter_rows(named=True) if row[key] in ("a", "b")]
    withheld = [row for row in mine if row[column] is None]
    return whole is None or len(withheld) != 1


def test_what_schools_say_of_their_students_stays_hidden_beside_the_share_of_an_area() -> None:
    rows = [{"school_id": name, "students_enrolled": count} for name, count in COUNTS.items()]
    shown, _told, found = told_of(spread(**TOWN, baselines=rows))
    share = found.figures.get("school_music.enrolled", area="north")
    assert share is not None
    assert hidden_together(shown, "baselines", "students_enrolled", "school_id", share.value)
    assert dict(shown["baselines"].select("school_id", "students_enrolled").rows())["a"] is None


def test_a_small_need_stays_hidden_beside_what_is_asked_for_in_an_area() -> None:
    rows = [{"need_id": name, "school_id": name, "amount": count} for name, count in COUNTS.items()]
    shown, _told, found = told_of(spread(**TOWN, needs=rows))
    stated = found.figures.get("needs.stated", area="north")
    assert stated is not None
    assert hidden_together(shown, "needs", "amount", "school_id", stated.value)
    assert found.ledger["asked"].to_list() == shown["needs"]["amount"].to_list()


def test_a_small_delivery_stays_hidden_beside_what_is_met_in_an_area() -> None:
    needs = [{"need_id": name, "school_id": name, "amount": 60} for name in COUNTS]
    given = [
        {"delivery_id": name, "need_id": name, "school_id": name, "students": count, "organization_id": "o"}
        for name, count in COUNTS.items()
    ]
    shown, _told, found = told_of(spread(**TOWN, needs=needs, deliveries=given))
    met = found.figures.get("needs.met", area="north")
    assert met is not None
    assert hidden_together(shown, "deliveries", "students", "school_id", met.value)
    withheld = set(shown["deliveries"].filter(shown["deliveries"]["students"].is_null())["need_id"])
    assert withheld <= set(found.ledger.filter("suppressed")["need_id"])


@pytest.mark.parametrize("kind", ["needs", "deliveries"])
def test_a_count_that_has_grown_tells_nothing_of_what_it_was(kind: str) -> None:
    def city(count: int) -> CityYear:
        counts = {"a": count, "b": 15, "c": 40}
        schools = [school(name, 100) for name in counts]
        amounts = counts if kind == "needs" else dict.fromkeys(counts, 60)
        needs = [{"need_id": name, "school_id": name, "amount": amount} for name, amount in amounts.items()]
        given = [
            {"delivery_id": name, "need_id": name, "school_id": name, "students": number}
            for name, number in counts.items()
        ]
        return spread(schools=schools, needs=needs, deliveries=given if kind == "deliveries" else [], offerings=[])

    _shown, told, found = told_of(city(3))
    _shown, _told, after = told_of(city(12), told, found.tells)
    for findings in (found, after):
        row = findings.ledger.row(0, named=True)
        assert row["suppressed"]
        assert row["asked" if kind == "needs" else "met"] is None
    if kind == "needs":
        assert [findings.derived["suppressed"][0] for findings in (found, after)] == [True, True]


def test_families_answers_are_no_cover_for_those_of_students() -> None:
    def answer(who: str, where: str, number: int, asked: int) -> Row:
        more = {"question_id": "informal_music", "participant_type": who, "number": number, "asked": asked}
        return {"answer_id": f"{who} {where}", "school_id": where, **more}

    rows = [
        answer("students", "a", 3, 50), answer("students", "b", 30, 60),
        answer("families", "a", 12, 40), answer("families", "b", 33, 60),
    ]  # fmt: skip
    shown, _told, _found = told_of(spread(**TOWN, answers=rows))
    assert not shown["answers"].filter(shown["answers"]["participant_type"] == "students").height
