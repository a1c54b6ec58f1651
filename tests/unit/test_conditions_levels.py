"""Hand-made partnerships for the levels of each criterion, and what is said where records are missing."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.factories.city import Row, city_year, enrolment, school

from allcity.analysis.city import CityYear
from allcity.analysis.conditions import CRITERIA, by_condition, judge
from allcity.declaration import load_framework

SCHOOLS = [school("a", 100), school("b", 100)]
FIRST, LAST = date(2025, 9, 1), date(2026, 5, 31)


def made(year: int = 2025, *, coverage: Any = "complete", settings: str = "", **rows: Any) -> CityYear:
    """A city-year with one partnership at school a, which `partnership` changes; `rows` are those of other tables."""
    own: Row = {"partnership_id": "p", "school_ids": ["a"], "start_date": FIRST, "end_date": None}
    more = rows.pop("partnership", {})
    for name in ("deliveries", "goals", "check_ins", "agreements"):
        rows[name] = [
            {"partnership_id": "p", f"{KEY[name]}_id": f"{n}", **row} for n, row in enumerate(rows.get(name, ()))
        ]
    rows["deliveries"] = [
        {"school_id": "a", "start_date": FIRST, "end_date": LAST, **row} for row in rows["deliveries"]
    ]
    return city_year(
        year=year, coverage=coverage, settings=settings,
        **{"schools": SCHOOLS, "students": enrolment(SCHOOLS), "partnerships": [{**own, **more}], **rows},
    )  # fmt: skip


KEY = {"deliveries": "delivery", "goals": "goal", "check_ins": "check_in", "agreements": "agreement"}


def found(criterion: str, *city_years: CityYear, partnership_id: str = "p", **more: Any) -> dict[str, Any]:
    rows = judge(city_years, **more).filter(
        (pl.col("criterion") == criterion) & (pl.col("partnership_id") == partnership_id)
    )
    return rows.row(0, named=True)


def levels(criterion: str, *city_years: CityYear, **more: Any) -> tuple[Any, ...]:
    row = found(criterion, *city_years, **more)
    return row["level"], row["low"], row["high"]


def earlier(years: int, **rows: Any) -> list[CityYear]:
    """City-years before 2025, each with a delivery of the same partnership, from the first year on."""
    return [
        made(
            year, partnership={"start_date": date(2025 - years, 9, 1)}, **rows,
            deliveries=[{"delivery_id": f"{year}", "start_date": date(year, 9, 1), "end_date": date(year + 1, 5, 31)}],
        )
        for year in range(2025 - years, 2025)
    ]  # fmt: skip


NEED = {"need_id": "n", "school_id": "a", "amount": 20, "as_of": date(2025, 8, 1)}
ANSWERS = {"need_ids": ["n"]}
GIVEN = {"need_id": "n", "students": 20, "hours": 10.0, "sessions": 10, "contribution": "private_lessons"}
SESSION = {"sessions": 1, "students": 20, "hours": 1.0, "start_date": FIRST, "end_date": FIRST}
MUSIC: Row = {"goal": "Read", "goal_type": "curriculum", "agreed_on": date(2025, 8, 1)}
SIGNED = {
    "version": 1,
    "start_date": FIRST,
    "end_date": None,
    "signed_by_organization": FIRST,
    "signed_by_school": FIRST,
}


def checks(*terms: int, sides: tuple[str, ...] = ("organization", "school"), **more: Any) -> list[Row]:
    """A check-in of each side in terms, each by one of its months."""
    return [
        {"date": date(2025 if month > 6 else 2026, month, 5), "side": side, **more} for month in terms for side in sides
    ]


@pytest.mark.parametrize(
    ("criterion", "expected", "rows"),
    [
        ("need_named_first", (1, 1, 3), {}),
        ("need_named_first", (2, 2, 3), {"partnership": ANSWERS, "needs": [{**NEED, "year": 2026, "as_of": LAST}]}),
        ("need_named_first", (None, 2, 3), {"partnership": ANSWERS, "needs": [{**NEED, "as_of": LAST}]}),
        ("need_named_first", (3, 3, 3), {"partnership": ANSWERS, "needs": [NEED]}),
        ("hours_per_student", (1, 1, 1), {"deliveries": [SESSION]}),
        ("hours_per_student", (2, 1, 2), {"deliveries": [SESSION] * 7}),
        ("hours_per_student", (3, 1, 4), {"deliveries": [SESSION] * 8}),
        ("hours_per_student", (3, 3, 4), {"deliveries": [{**GIVEN, "need_id": None}]}),
        ("hours_per_student", (3, 1, 4), {"deliveries": [{}]}),
        ("hours_per_student", (3, 3, 3), {"deliveries": [GIVEN], "needs": [{**NEED, "amount": 30}]}),
        ("hours_per_student", (3, 3, 3), {"deliveries": [GIVEN], "needs": [{**NEED, "dosage_hours": 20.0}]}),
        ("hours_per_student", (4, 4, 4), {"deliveries": [GIVEN], "needs": [{**NEED, "dosage_hours": 10.0}]}),
        ("continuity", (1, 1, 1), {"deliveries": [SESSION]}),
        ("continuity", (2, 2, 2), {"deliveries": [{"end_date": date(2026, 2, 1)}]}),
        ("continuity", (2, 2, 3), {"deliveries": [{}]}),
        ("continuity", (3, 3, 3), {"deliveries": [{}], "partnership": {"planned_end_date": date(2027, 6, 1)}}),
        ("continuity", (3, 3, 3), {"deliveries": [{}], "agreements": [{**SIGNED, "end_date": date(2027, 6, 1)}]}),
        ("goals_reviewed", (1, 1, 1), {}),
        ("goals_reviewed", (2, 2, 3), {"goals": [{"goal": "Come", "goal_type": "social"}]}),
        ("goals_reviewed", (3, 3, 3), {"goals": [MUSIC]}),
        ("goals_reviewed", (3, 3, 3), {"goals": [{"goal": "Come", "goal_type": "social", "standard": "MU:Cr1"}]}),
        ("goals_reviewed", (3, 3, 4), {"goals": [MUSIC], "check_ins": checks(10)}),
        ("goals_reviewed", (4, 3, 4), {"goals": [MUSIC], "check_ins": checks(10, goal_id="0", progress=2)}),
        (
            "goals_reviewed",
            (4, 4, 4),
            {"goals": [MUSIC], "check_ins": checks(10, goal_id="0", progress=2, next_step="More songs")},
        ),
        ("agreement_signed", (1, 1, 1), {}),
        ("agreement_signed", (2, 2, 3), {"agreements": [{**SIGNED, "signed_by_school": None}]}),
        ("agreement_signed", (3, 3, 3), {"agreements": [SIGNED]}),
        ("goals_shared", (1, 1, 1), {}),
        ("goals_shared", (2, 2, 4), {"goals": [{**MUSIC, "agreed_on": None}]}),
        ("goals_shared", (2, 2, 2), {"goals": [{**MUSIC, "agreed_on": date(2025, 10, 1)}]}),
        ("goals_shared", (3, 3, 4), {"goals": [MUSIC]}),
        (
            "goals_shared",
            (4, 3, 4),
            {"goals": [MUSIC], "check_ins": checks(10, sides=("organization", "school", "teacher"), goal_id="0")},
        ),
        ("in_conversation", (1, 1, 1), {"deliveries": [{}]}),
        ("in_conversation", (2, 2, 2), {"deliveries": [{}], "check_ins": checks(10, 2)}),
        ("in_conversation", (2, 2, 2), {"deliveries": [{}], "check_ins": checks(10, 2, 5, sides=("school", "teacher"))}),
        ("in_conversation", (3, 3, 4), {"deliveries": [{}], "check_ins": checks(10, 2, 5)}),
        ("in_conversation", (4, 3, 4), {"deliveries": [{}], "check_ins": checks(10, 2, 5, next_step="Meet the choir")}),
        ("teacher_present", (None, 1, 4), {"deliveries": [{"setting": "out_of_school"}]}),
        ("teacher_present", (1, 1, 1), {"deliveries": [{"setting": "in_school_hours", "certified_teacher": False}]}),
        ("teacher_present", (2, 2, 4), {"deliveries": [{"setting": "in_school_hours", "certified_teacher": True}]}),
        (
            "teacher_present",
            (2, 2, 2),
            {
                "deliveries": [
                    {"setting": "in_school_hours", "certified_teacher": held, "sessions": sessions}
                    for held, sessions in ((True, 5), (False, 4))
                ]
            },
        ),
        (
            "teacher_present",
            (3, 2, 4),
            {
                "deliveries": [{"setting": "in_school_hours", "certified_teacher": True}],
                "check_ins": checks(10, sides=("teacher",)),
            },
        ),
        (
            "teacher_present",
            (4, 2, 4),
            {
                "deliveries": [
                    {"setting": "in_school_hours", "certified_teacher": True, "contribution": "teacher_development"}
                ],
                "check_ins": checks(10, sides=("teacher",)),
            },
        ),
        ("learning_together", (1, 1, 2), {}),
        ("learning_together", (2, 2, 2), {"deliveries": [{"students": 20}]}),
        ("learning_together", (3, 2, 4), {"check_ins": checks(5, progress=3)}),
        ("learning_together", (4, 2, 4), {"check_ins": checks(5, progress=3, communication=2, next_step="Go on")}),
        ("connected", (None, 1, 4), {}),
        ("connected", (3, 1, 4), {"partnership": {"organization_ids": ["x", "y"]}}),
        (
            "connected",
            (4, 1, 4),
            {"deliveries": [{"organization_id": "x"}, {"organization_id": "y"}]},
        ),
        ("fills_unmet_need", (None, 1, 4), {}),
        ("fills_unmet_need", (2, 1, 4), {"partnership": ANSWERS}),
        ("fills_unmet_need", (2, 1, 4), {"deliveries": [GIVEN], "needs": [{**NEED, "amount": None}]}),
        ("fills_unmet_need", (2, 2, 2), {"partnership": ANSWERS, "needs": [NEED]}),
        ("fills_unmet_need", (3, 3, 3), {"deliveries": [GIVEN], "needs": [{**NEED, "amount": 30}]}),
        ("fills_unmet_need", (3, 3, 4), {"deliveries": [{**GIVEN, "students": None}, {**GIVEN, "students": 1}],
                                         "needs": [{**NEED, "amount": 30}]}),
        ("fills_unmet_need", (4, 4, 4), {"deliveries": [GIVEN], "needs": [NEED]}),
        ("not_already_owed", (None, 1, 4), {"partnership": {"funding_source": "District"}}),
        ("beyond_school", (None, 1, 4), {"partnership": {"contributions": []}}),
        ("beyond_school", (2, 1, 4), {"deliveries": [{"contribution": "small_ensembles"}],
                                      "baselines": [{"school_id": "a", "ensembles": 2}]}),
        ("beyond_school", (3, 1, 4), {"deliveries": [{"contribution": "small_ensembles"}],
                                      "baselines": [{"school_id": "a", "ensembles": 0}]}),
        ("beyond_school", (3, 1, 4), {"deliveries": [{}]}),
        ("beyond_school", (4, 1, 4), {"deliveries": [{}], "baselines": [{"school_id": "a", "students_enrolled": 0}]}),
        ("beyond_school", (4, 4, 4), {"deliveries": [{}], "baselines": [
            {"school_id": "a", "students_enrolled": 0, "music_staff": 0.0, "ensembles": 0}]}),
        ("leaves_something", (1, 1, 4), {}),
        ("leaves_something", (2, 2, 4), {"partnership": {"planned_end_date": LAST}}),
        (
            "leaves_something",
            (3, 2, 4),
            {"partnership": {"planned_end_date": LAST}, "deliveries": [{"contribution": "teacher_development"}]},
        ),
    ],
)  # fmt: skip
def test_one_year(criterion: str, expected: tuple[Any, ...], rows: dict[str, Any]) -> None:
    assert levels(criterion, made(**rows)) == expected


class TestYears:
    def test_a_need_in_every_year_is_looked_at_again(self) -> None:
        needs = [
            {"need_id": f"n{year}", "school_id": "a", "year": year, "as_of": date(year, 8, 1)} for year in (2024, 2025)
        ]
        both = {"start_date": date(2024, 9, 1), "need_ids": ["n2024", "n2025"]}
        years = [made(year, partnership=both, needs=[need]) for year, need in zip((2024, 2025), needs, strict=True)]
        assert levels("need_named_first", *years) == (4, 3, 4)
        assert levels("need_named_first", years[0]) == (3, 3, 3)

    def test_three_years_without_a_break_last(self) -> None:
        start = {"start_date": date(2023, 9, 1)}
        assert levels("continuity", *earlier(2), made(partnership=start, deliveries=[{}])) == (4, 3, 4)
        assert found("continuity", *earlier(2), made(partnership=start))["level"] == 3

    def test_years_of_which_nothing_is_known_may_have_been_without_a_break(self) -> None:
        assert levels("continuity", made(partnership={"start_date": date(2022, 9, 1)}, deliveries=[{}])) == (2, 2, 4)

    def test_a_break_ends_what_lasted(self) -> None:
        start = {"start_date": date(2022, 9, 1)}
        years = [
            *earlier(3)[:1],
            made(2023, partnership=start),
            *earlier(3)[2:],
            made(partnership=start, deliveries=[{}]),
        ]
        row = found("continuity", *years)
        assert row["level"] == 3
        assert json.loads(row["evidence"])["years_without_break"] == 2

    def test_an_agreement_that_both_renew_every_year_with_its_end(self) -> None:
        def versions(*signed: bool) -> list[Row]:
            return [
                {**SIGNED, "agreement_id": f"v{n}", "version": n, "start_date": date(2023 + n, 9, 1),
                 "end_date": date(2024 + n, 6, 30), **({} if both else {"signed_by_school": None})}
                for n, both in enumerate(signed, start=1)
            ]  # fmt: skip

        start = {"start_date": date(2024, 9, 1)}
        old = made(2024, partnership=start, agreements=versions(True)[:1])
        assert levels("agreement_signed", old, made(partnership=start, agreements=versions(True, True)[1:])) == (
            4,
            4,
            4,
        )
        assert levels("agreement_signed", old, made(partnership=start, agreements=versions(True, False)[1:])) == (
            2,
            2,
            4,
        )

    def test_what_others_had_met_is_not_filled_again(self) -> None:
        theirs = {**GIVEN, "partnership_id": None, "delivery_id": "theirs", "end_date": date(2025, 9, 30)}
        ours = {**GIVEN, "start_date": date(2025, 10, 1)}
        assert levels("fills_unmet_need", made(deliveries=[theirs, ours], needs=[NEED])) == (1, 1, 1)
        straddling = {**theirs, "end_date": LAST}
        assert levels("fills_unmet_need", made(deliveries=[straddling, ours], needs=[NEED])) == (1, 1, 4)
        after = {**theirs, "start_date": date(2025, 11, 1), "end_date": LAST}
        needs = [{**NEED, "amount": 40}]
        assert levels("fills_unmet_need", made(deliveries=[after, ours], needs=needs)) == (4, 4, 4)

    def test_an_answered_need_that_another_answers_too_makes_them_known(self) -> None:
        two = [
            {"partnership_id": p, "school_ids": ["a"], "need_ids": ["n"], "start_date": FIRST, "end_date": None}
            for p in "pq"
        ]
        city = city_year(schools=SCHOOLS, partnerships=two, needs=[NEED])
        row = found("connected", city)
        assert (row["level"], json.loads(row["evidence"])["others"]) == (2, 1)


class TestSupplanting:
    def kept(self, own: tuple[float | None, ...], criterion: str = "staff_kept", **delivery: Any) -> tuple[Any, ...]:
        """A school's staff or minutes in 2023, 2024 and 2025, when the partner comes; others keep about theirs."""
        others = [school(f"o{n}", 100) for n in range(24)]
        column = "music_staff" if criterion == "staff_kept" else "minutes_3_5"
        scale = 1 if criterion == "staff_kept" else 40
        years = []
        for at, value in enumerate(own):
            rows = [
                {"school_id": row["school_id"], column: scale * (2.0 + 0.005 * n * at)} for n, row in enumerate(others)
            ]
            given = [{"setting": "in_school_hours", **delivery}] if at == 2 else []
            years.append(
                made(
                    2023 + at, schools=[*SCHOOLS[:1], *others], students=[], deliveries=given,
                    baselines=[{"school_id": "a", column: value if value is None else scale * value}, *rows],
                )
            )  # fmt: skip
        return levels(criterion, *years)

    @pytest.mark.parametrize("criterion", ["staff_kept", "minutes_kept"])
    @pytest.mark.parametrize(
        ("own", "expected"),
        [
            ((2.0, 2.0, 0.5), (1, 1, 3)),
            ((2.0, None, 0.5), (2, 1, 4)),
            ((2.0, 2.0, 2.1), (3, 3, 3)),
            ((2.0, 2.0, 3.0), (4, 4, 4)),
        ],
    )
    def test_the_screen_makes_the_level(self, criterion: str, own: Any, expected: tuple[Any, ...]) -> None:
        assert self.kept(own, criterion) == expected

    def test_too_few_schools_cannot_tell(self) -> None:
        city = made(deliveries=[{"setting": "in_school_hours"}], baselines=[{"school_id": "a", "music_staff": 1.0}])
        assert levels("staff_kept", city) == (2, 1, 4)

    def test_out_of_school_hours_there_is_nothing_to_tell(self) -> None:
        assert self.kept((2.0, 2.0, 0.5), setting="out_of_hours") == (None, 1, 4)

    def test_staff_that_has_grown_is_left_behind(self) -> None:
        end = {"planned_end_date": LAST}
        others = [school(f"o{n}", 100) for n in range(24)]
        years = [
            made(
                year, partnership=end, schools=[*SCHOOLS[:1], *others],
                deliveries=[{"setting": "in_school_hours"}] if year == 2025 else [],
                baselines=[{"school_id": "a", "music_staff": 2.0 + (year == 2025)},
                           *({"school_id": row["school_id"], "music_staff": 2.0} for row in others)],
            )
            for year in (2023, 2024, 2025)
        ]  # fmt: skip
        assert levels("leaves_something", *years) == (4, 2, 4)


class TestStudents:
    @staticmethod
    def answers(*rows: tuple[int | None, int, int]) -> list[Row]:
        return [
            {"answer_id": f"{n}", "question_id": "students_heard", "participant_type": "students", "school_id": "a",
             "level": level, "number": number, "asked": asked}
            for n, (level, number, asked) in enumerate(rows)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("expected", "rows"),
        [
            ((1, 1, 4), ()),
            ((2, 2, 4), ((2, 9, 9),)),
            ((2, 2, 4), ((2, 10, 10),)),
            ((3, 2, 4), ((2, 20, 30), (3, 10, 30))),
            ((4, 2, 4), ((2, 10, 30), (4, 20, 30))),
        ],
    )
    def test_what_they_answered(self, expected: tuple[Any, ...], rows: Any) -> None:
        city = made(deliveries=[{"students": 40}], answers=self.answers(*rows))
        assert levels("students_heard", city) == expected

    def test_few_answers_are_not_counted_out(self) -> None:
        row = found("students_heard", made(answers=self.answers((4, 9, 9))))
        assert json.loads(row["evidence"]) == {
            "asked": True,
            "answered": None,
            "reached": None,
        }

    def test_few_answers_at_one_school_are_not_told_out_of_a_sum(self) -> None:
        few, many = self.answers((4, 4, 4), (2, 20, 20))
        answers = [{**few, "school_id": None, "partnership_id": "p"}, {**many, "partnership_id": "p"}]
        row = found("students_heard", made(answers=answers))
        assert json.loads(row["evidence"]) == {"asked": True, "answered": 20, "reached": None}

    def test_how_many_chose_a_level_is_not_told_as_it_would_tell_of_the_others(self) -> None:
        row = found("students_heard", made(answers=self.answers((4, 18, 20), (2, 2, 20))))
        assert json.loads(row["evidence"]) == {"asked": True, "answered": 20, "reached": None}

    def named(self, partnership_id: str | None, *rows: tuple[int, int, int]) -> list[Row]:
        """Answers that name a partnership, of all of its schools together."""
        return [
            {**row, "answer_id": f"{partnership_id}{row['answer_id']}", "partnership_id": partnership_id,
             "school_id": "a" if partnership_id is None else None}
            for row in self.answers(*rows)
        ]  # fmt: skip

    def test_what_names_the_partnership_counts_where_the_school_has_several(self) -> None:
        rows = [{"partnership_id": p, "school_ids": ["a"], "start_date": FIRST, "end_date": None} for p in "pq"]
        answers = self.named("q", (2, 10, 30), (4, 20, 30)) + self.named(None, (2, 50, 50))
        given = [
            {"partnership_id": "q", "delivery_id": "d", "school_id": "a", "students": 40, "start_date": FIRST, "end_date": LAST}
        ]  # fmt: skip
        city = city_year(
            schools=SCHOOLS, students=enrolment(SCHOOLS), partnerships=rows, answers=answers, deliveries=given,
            coverage="complete",
        )  # fmt: skip
        assert levels("students_heard", city, partnership_id="q") == (4, 2, 4)
        assert levels("students_heard", city, partnership_id="p") == (1, 1, 4)

    def test_what_names_the_partnership_counts_before_what_its_school_says(self) -> None:
        answers = self.named("p", (2, 10, 30), (4, 20, 30)) + self.named(None, (1, 90, 90))
        row = found("students_heard", made(deliveries=[{"students": 40}], answers=answers))
        assert json.loads(row["evidence"])["answered"] == 30


class TestGrowth:
    """Counts of students by level on a goal: a result that somebody looked at, and no answer to a criterion."""

    @staticmethod
    def counted(goal: str, partnership_id: str = "p") -> list[Row]:
        return [
            {"answer_id": f"{goal}{level}", "question_id": goal, "participant_type": "students", "school_id": "a",
             "partnership_id": partnership_id, "level": level, "number": 5, "asked": 20}
            for level in (1, 2, 3, 4)
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("expected", "rows"),
        [((4, 4, 4), {"check_ins": checks(10, next_step="Go on")}), ((4, 3, 4), {})],
    )
    def test_it_is_evidence_of_a_review(self, expected: tuple[Any, ...], rows: dict[str, Any]) -> None:
        city = made(goals=[MUSIC], answers=self.counted("0"), **rows)
        assert levels("goals_reviewed", city) == expected
        assert json.loads(found("goals_reviewed", city)["evidence"])["goals_with_growth"] == 1

    def test_it_is_one_sides_report(self) -> None:
        assert levels("learning_together", made(goals=[MUSIC], answers=self.counted("0")))[:2] == (2, 2)

    @pytest.mark.parametrize(("goal", "partnership"), [("lost", "p"), ("0", "q")])
    def test_of_no_goal_of_its_own_it_says_nothing(self, goal: str, partnership: str) -> None:
        row = found("learning_together", made(goals=[MUSIC], answers=self.counted(goal, partnership)))
        assert (row["level"], json.loads(row["evidence"])["goals_with_growth"]) == (1, 0)

    def test_it_is_no_answer_to_a_criterion(self) -> None:
        judged_ = judge([made(goals=[{**MUSIC, "goal_id": "continuity"}], answers=self.counted("continuity"))])
        assert judged_["said"].list.len().sum() == 0


class TestSaid:
    def test_an_answer_that_names_the_partnership_is_about_it(self) -> None:
        answers = [
            {"answer_id": "x", "question_id": "continuity", "participant_type": "school", "school_id": "a", "level": 3,
             "number": 1, "asked": 1, "partnership_id": "q"}
        ]  # fmt: skip
        rows = [{"partnership_id": p, "school_ids": ["a"], "start_date": FIRST, "end_date": None} for p in "pq"]
        city = city_year(schools=SCHOOLS, partnerships=rows, answers=answers)
        assert found("continuity", city, partnership_id="q")["said"] == [{"side": "school", "level": 3, "number": 1}]
        assert found("continuity", city)["said"] == []

    def said(self, partnerships: str) -> Any:
        answers = [
            {"answer_id": f"{n}", "question_id": "continuity", "participant_type": who, "school_id": "a", "level": level,
             "number": 1, "asked": 1}
            for n, (who, level) in enumerate((("school", 2), ("partner_organizations", 4), ("families", 1)))
        ]  # fmt: skip
        rows = [{"partnership_id": p, "school_ids": ["a"], "start_date": FIRST, "end_date": None} for p in partnerships]
        return found("continuity", city_year(schools=SCHOOLS, partnerships=rows, answers=answers))["said"]

    def test_each_side_stands_for_itself(self) -> None:
        assert self.said("p") == [
            {"side": "organization", "level": 4, "number": 1},
            {"side": "school", "level": 2, "number": 1},
        ]

    def test_of_whom_a_school_with_several_partnerships_speaks_is_not_known(self) -> None:
        assert self.said("pq") == []


class TestFramework:
    def test_every_criterion_of_the_framework_has_its_rule(self) -> None:
        conditions = load_framework().conditions
        assert {id_: list(one.criteria) for id_, one in conditions.items()} == {
            id_: list(rules) for id_, rules in CRITERIA.items()
        }

    def test_what_a_city_drops_is_left_out_and_what_it_adds_is_unknown(self) -> None:
        words = 'title = "Joy"\nexplanation = "e"\nevidence = "v"\nsides = ["school"]\nlevels = ["a", "b", "c", "d"]\n'
        settings = (
            f"[conditions.additive.criteria.staff_kept]\nenabled = false\n[conditions.meaningful.criteria.joy]\n{words}"
        )
        city = made(settings=settings)
        assert "staff_kept" not in judge([city])["criterion"]
        assert levels("joy", city) == (None, 1, 4)

    def test_years_with_a_gap_are_refused(self) -> None:
        for years in ([], [made(2023), made(2025)], [made(2025), made(2024)]):
            with pytest.raises(ValueError, match="consecutive"):
                judge(years)

    def test_what_came_later_is_not_seen(self) -> None:
        city = made(deliveries=[{}], check_ins=checks(10, 2, 5))
        assert levels("in_conversation", city, until=date(2026, 1, 31)) == (3, 3, 4)
        assert levels("in_conversation", city, until=date(2025, 9, 30))[0] is None

    def test_nobody_is_no_row(self) -> None:
        assert judge([city_year(schools=SCHOOLS)]).is_empty()


def test_conditions_are_counts_of_levels_without_a_mean() -> None:
    rows = judge([made(deliveries=[GIVEN], needs=[NEED])])
    meaningful = by_condition(rows).row(0, named=True)
    of_it = rows.filter(pl.col("condition") == "meaningful")["level"].to_list()
    assert (meaningful["condition"], meaningful["worst"], meaningful["best"]) == ("meaningful", 1, 4)
    assert [meaningful[f"level_{n}"] for n in range(1, 5)] == [of_it.count(n) for n in range(1, 5)]
    assert meaningful["unknown"] == of_it.count(None)
