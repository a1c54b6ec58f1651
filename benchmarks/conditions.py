"""The three conditions of 800 partnerships at 650 schools over five years, against the same worked out one after the other.

The city is made up. The peer works out three of the seventeen criteria (hours, conversation, need) in plain Python for a part
of the partnerships, and its time is multiplied; both must say the same of that part.
"""

from datetime import date, timedelta
from statistics import median
from time import perf_counter

import numpy as np
from tests.factories.city import city_year, enrolment, school
from tests.factories.naive_conditions import NaiveConditions

from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.conditions import CRITERIA, judge
from allcity.analysis.conditions.records import Records
from benchmarks.pages import row

SCHOOLS, PARTNERSHIPS, NEEDS = 650, 800, 1_200
YEARS = range(2021, 2026)
PART = 10
RUNS = 3
BY_HAND = (
    ("meaningful", "hours_per_student"),
    ("collaborative", "in_conversation"),
    ("additive", "fills_unmet_need"),
)


def run() -> list[dict]:
    """Rows of what, ours_seconds, peer, peer_seconds, note."""
    years = large_city(np.random.default_rng(2026))
    seconds = [_timed(lambda: judge(years))[0] for _ in range(RUNS)]
    three = [_timed(lambda: _three(years)) for _ in range(RUNS)]
    levels = three[0][1]
    part = years[-1].partnerships["partnership_id"].to_list()[:PART]
    peer, by_hand = _timed(lambda: _worked_out(years, part))
    if [levels[criterion][one] for criterion in by_hand for one in part] != [
        by_hand[criterion][one] for criterion in by_hand for one in part
    ]:
        raise RuntimeError("the two do not judge alike")
    note = f"peer on {PART}, multiplied; both say the same"
    return [
        row(f"conditions, {PARTNERSHIPS} partnerships, 17 criteria") | {"ours_seconds": median(seconds)},
        row(f"conditions, {PARTNERSHIPS} partnerships, 3 criteria", peer="one after the other, in Python", note=note)
        | {"ours_seconds": median(one for one, _ in three), "peer_seconds": peer / PART * PARTNERSHIPS},
    ]


def _timed(work):
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def _three(years: list[CityYear]) -> dict:
    records = Records(years, year_dates(years[-1].year)[1])
    found = {criterion: CRITERIA[condition][criterion](records) for condition, criterion in BY_HAND}
    return {
        criterion: {one: tuple(levels) for one, *levels in rows.select("partnership_id", "level", "low", "high").rows()}
        for criterion, rows in found.items()
    }


def _worked_out(years: list[CityYear], part: list[str]) -> dict:
    naive = NaiveConditions(years)
    return {
        "hours_per_student": {one: naive.hours_per_student(one)[0] for one in part},
        "in_conversation": {one: naive.in_conversation(one) for one in part},
        "fills_unmet_need": {one: naive.fills_unmet_need(one) for one in part},
    }


def large_city(random: np.random.Generator) -> list[CityYear]:
    """Five city-years: a third of the partnerships in school hours, about a fifth of everything unknown."""

    def unless(value: object, unknown: float = 0.2) -> object:
        return None if random.random() < unknown else value

    schools = [school(f"s{n:03}", 400, grades=["K", "1", "2", "3", "4", "5"]) for n in range(SCHOOLS)]
    kinds = ["private_lessons", "small_ensembles", "new_instruments_and_styles", "teacher_development", "mentorship"]
    needs = [
        {"need_id": f"n{n}", "school_id": f"s{random.integers(SCHOOLS):03}", "year": int(random.integers(2021, 2026)),
         "amount": unless(int(random.integers(10, 60))), "dosage_hours": unless(20.0, 0.5)}
        for n in range(NEEDS)
    ]  # fmt: skip
    partnerships, deliveries, check_ins, agreements, goals = [], [], [], [], []
    for n in range(PARTNERSHIPS):
        one, start = f"p{n:03}", int(random.integers(2021, 2026))
        need, inside = f"n{random.integers(NEEDS)}", n % 3 == 0 and start > 2022
        place = f"s{random.integers(SCHOOLS // 2 if inside else SCHOOLS):03}"
        partnerships.append(
            {"partnership_id": one, "school_ids": [place], "need_ids": unless([need]), "start_date": date(start, 9, 1),
             "end_date": None, "planned_end_date": unless(date(2027, 6, 1), 0.5), "contributions": [kinds[n % 5]],
             "setting": "in_school_hours" if inside else "out_of_hours"}
        )  # fmt: skip
        goals.append(
            {"goal_id": f"g{n}", "partnership_id": one, "goal": "Sing", "agreed_on": unless(date(start, 8, 1))}
        )
        for year in range(start, 2026):
            agreements.append(
                {"agreement_id": f"{one}-{year}", "partnership_id": one, "version": year - start + 1,
                 "start_date": date(year, 9, 1), "end_date": date(year + 1, 6, 30),
                 "signed_by_organization": date(year, 8, 1), "signed_by_school": unless(date(year, 8, 9))}
            )  # fmt: skip
            for at in range(3):
                first = date(year, 9, 15) + timedelta(days=int(random.integers(90)))
                for account in ("organization", "school")[: 1 + at % 2]:
                    deliveries.append(
                        {"delivery_id": f"{one}-{year}-{at}", "account": account, "partnership_id": one, "school_id": place,
                         "need_id": need, "contribution": kinds[n % 5], "start_date": first,
                         "end_date": first + timedelta(days=120), "sessions": unless(int(random.integers(1, 20))),
                         "hours": unless(float(random.integers(1, 30))), "students": unless(int(random.integers(10, 40))),
                         "certified_teacher": unless(bool(random.random() < 0.7))}
                    )  # fmt: skip
        for at, month in enumerate((10, 12, 2, 5)):
            for side in ("organization", "school", "teacher")[: int(random.integers(4))]:
                check_ins.append(
                    {"check_in_id": f"{one}-{at}-{side}", "partnership_id": one, "side": side, "goal_id": unless(f"g{n}"),
                     "date": date(2025 if month > 6 else 2026, month, 5), "progress": unless(2), "communication": unless(3),
                     "next_step": unless("Go on")}
                )  # fmt: skip
    return [
        city_year(
            year=year, schools=schools, students=enrolment(schools), goals=goals, partnerships=partnerships,
            needs=[need for need in needs if need["year"] == year],
            deliveries=_in(year, deliveries), agreements=_in(year, agreements),
            check_ins=check_ins if year == YEARS[-1] else [],
            baselines=[
                {"school_id": one["school_id"], "music_staff": unless(2.0 + random.normal(0, 0.3), 0.1),
                 "minutes_pk_2": unless(50.0), "minutes_3_5": 60.0, "students_enrolled": unless(200), "ensembles": unless(2)}
                for one in schools
            ],
        )
        for year in YEARS
    ]  # fmt: skip


def _in(year: int, rows: list[dict]) -> list[dict]:
    start, end = year_dates(year)
    return [one for one in rows if one["start_date"] <= end and one["end_date"] >= start]
