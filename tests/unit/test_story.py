"""From findings to a report: an honest sentence for every state, and next steps that the figures point to."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import YEAR
from tests.factories.findings import (
    BACKDROP,
    SHAPES,
    count,
    findings,
    findings_all_met,
    findings_at_least,
    findings_of_nothing,
    full_figures,
    number,
    share,
)

from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.figures import Figure
from allcity.analysis.findings import Findings, Tally
from allcity.reports.model import Block, Entry, Report, Section
from allcity.reports.story import build_report
from allcity.reports.teller import Teller, state_of
from allcity.reports.text import LANGUAGES, load_catalogue

DAY = date(2026, 2, 3)
CITIES = {
    "everything": findings(),
    "nothing": findings_of_nothing(),
    "at least": findings_at_least(),
    "all met": findings_all_met(),
}


def report(found: Findings, language: str = "en") -> Report:
    return build_report(found, language=language, generated=DAY, backdrop=BACKDROP)


def section(report: Report, name: str) -> Section:
    return next(section for section in report.sections if section.id == name)


def steps(report: Report) -> tuple[Entry, ...]:
    return tuple(entry for block in section(report, "steps").blocks for entry in block.entries)


def words(report: Report) -> Iterator[str]:
    """Every text of a report, its drawings' descriptions among them."""
    yield from (report.title, report.headline, report.lede, *report.colophon)
    for part in report.sections:
        yield from (part.question, part.answer, *part.text)
        for block in part.blocks:
            yield from (block.heading, *block.text)
            yield from (block.picture.alt,) if block.picture else ()
            for reading in block.readings:
                yield from (reading.title, reading.value, reading.range, reading.basis)
                yield from (reading.picture.alt,) if reading.picture else ()
            for table in block.tables:
                yield from (
                    table.caption,
                    *(column.title for column in table.columns),
                    *(c for r in table.rows for c in r),
                )
            for entry in block.entries:
                yield from (entry.term, entry.text)


def with_reach(reach: Figure) -> Report:
    return report(findings([count("schools", 12), count("students", 5480), reach]))


@pytest.mark.parametrize(
    ("reach", "headline"),
    [
        (share("access.reach", 0.46), "46% of students have a lasting music program within reach."),
        (share("access.reach", 0.46, 0.41, 0.53), "Between 41% and 53% of students have a lasting music program within reach."),
        (share("access.reach", 0.31, 0.31, None), "At least 31% of students have a lasting music program within reach."),
        (share("access.reach", 0.0, 0.0, 0.2), "At most 20% of students have a lasting music program within reach."),
        (share("access.reach", None, 0.1, 0.4), "Between 10% and 40% of students have a lasting music program within reach."),
        (share("access.reach", 1.0), "Every student has a lasting music program within reach."),
        (share("access.reach", 1.0, 1.0, None), "Every student has a lasting music program within reach."),
        (share("access.reach", 0.0), "No student has a lasting music program within reach."),
        (share("access.reach", 0.0, 0.0, None), "The records show no lasting music program within reach of any student."),
        (share("access.reach", None, 0.0, 1.0), "How many students have music within reach outside school is not known."),
        (share("access.reach", None, 0.0, None), "How many students have music within reach outside school is not known."),
        (share("access.reach", 0.3).withheld(), "How many students have music within reach outside school is withheld."),
    ],
)  # fmt: skip
def test_the_headline_says_what_is_so_in_every_state(reach: Figure, headline: str) -> None:
    assert with_reach(reach).headline == headline


bounds = st.none() | st.floats(0, 1)


@settings(max_examples=150, deadline=None)
@given(value=bounds, low=bounds, high=bounds, suppressed=st.booleans(), language=st.sampled_from(LANGUAGES))
def test_words_never_say_more_than_the_figure(
    value: float | None, low: float | None, high: float | None, suppressed: bool, language: str
) -> None:
    figure = Figure("access.reach", value, "share", YEAR, low=low, high=high, suppressed=suppressed)
    if suppressed:
        figure = figure.withheld()
    say = load_catalogue(language)
    teller = Teller(CITIES["nothing"], say)
    reading = teller.reading(figure)

    sure = figure.low if figure.low is not None else figure.value or 0
    if suppressed:
        assert reading.value == say("words.withheld")
        assert str(teller.threshold) in reading.range
    elif value is None and (high is not None or sure <= 0):
        assert reading.value == say("words.not_known")
    elif high is None and sure < 1:
        assert reading.value in (
            say("words.at_least", low=say.share(sure)),
            say("words.none_on_record"),
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("city", CITIES)
def test_every_state_of_a_city_has_words_in_every_language(city: str, language: str) -> None:
    told = report(CITIES[city], language)

    assert [part.id for part in told.sections] == [
        "access", "ecosystem", "needs", "partnerships", "equity", "limits", "steps", "notes",
    ]  # fmt: skip
    assert all((part.question and part.answer and part.blocks) or part.id == "steps" for part in told.sections)
    assert [text for text in words(told) if "{" in text or "None" in text or "nan" in text.split()] == []
    assert all(len(row) == len(table.columns) for table in told.tables() for row in table.rows)


@pytest.mark.parametrize("city", CITIES)
def test_behind_every_chart_is_a_table_with_its_numbers(city: str) -> None:
    told = report(CITIES[city])
    charts = [
        (block, following)
        for part in told.sections
        for block, following in pairwise((*part.blocks, Block()))
        if block.picture
    ]

    assert [block.heading for block, following in charts if not block.tables and not following.tables] == []


def test_english_and_spanish_tell_the_same_figures() -> None:
    english, spanish = report(CITIES["everything"]), report(CITIES["everything"], "es")

    def ids(told: Report) -> list[str]:
        return [reading.figure_id for part in told.sections for block in part.blocks for reading in block.readings]

    assert ids(english) == ids(spanish)
    assert [len(table.rows) for table in english.tables()] == [len(table.rows) for table in spanish.tables()]
    assert "Familias de bajos ingresos" in {row[0] for table in spanish.tables() for row in table.rows}


def test_a_city_of_partial_records_never_claims_a_share_of_students_without_at_least() -> None:
    told = report(CITIES["at least"])
    shown = [
        r for part in told.sections for block in part.blocks for r in block.readings if r.figure_id == "access.reach"
    ]

    assert told.headline.startswith("At least")
    assert [reading.value for reading in shown] == ["at least 46%"]
    assert "at most 53% if they named all there is" in shown[0].range
    assert "By the programs on record" in section(told, "equity").answer


def test_a_withheld_number_is_nowhere_in_the_report() -> None:
    secret = share("school_music.without_place", 0.1234).withheld()
    told = report(
        findings(
            [secret, share("school_music.enrolled", 0.5), count("needs.stated", 70), number("needs.met", 7).withheld()]
        )
    )
    reading = next(r for r in section(told, "access").blocks[0].readings if r.figure_id == secret.id)

    assert (reading.value, reading.range) == ("withheld", "withheld: would tell of fewer than 10 students")
    assert not any("12%" in text for text in words(told))
    assert (
        section(told, "needs").answer
        == "Schools and district ask for 70 places for students. How many are met is withheld."
    )


def test_a_reading_says_its_range_its_records_its_day_and_its_sources() -> None:
    reading = next(
        r for r in section(report(CITIES["everything"]), "access").blocks[2].readings if r.figure_id == "access.reach"
    )

    assert reading.value == "46–53%"
    assert reading.range == ""
    assert reading.basis == "known: 60 of 88 offerings · as of February 3, 2026 · sources 1, 2"
    assert reading.picture is not None
    assert reading.picture.alt == "Students with a lasting program in reach: 46–53%"


def test_an_estimate_says_so() -> None:
    reading = section(report(CITIES["everything"]), "access").blocks[0].readings[0]

    assert reading.value == "71%"
    assert "estimated" in reading.basis


def asked(stated: Figure | None, met: Figure | None = None) -> str:
    """The answer on needs, given what is asked for and what is met of it."""
    return section(report(findings([figure for figure in (stated, met) if figure])), "needs").answer


def test_the_answer_on_needs_in_every_state() -> None:
    stated, nothing = (
        count("needs.stated", 1420),
        "No need is on record for this year, so none can be called met or unmet.",
    )
    many, ask = "1,420 places for students", "Schools and district ask for"

    assert asked(None) == asked(count("needs.stated", 0), count("needs.met", 0)) == nothing
    assert asked(stated) == f"{ask} {many}. How many of them are met is not known."
    assert asked(stated, count("needs.met", 590)) == f"{ask} {many}; 590 of them are met."
    assert asked(stated, count("needs.met", 0)) == f"{ask} {many}, and none is met."
    assert asked(stated, count("needs.met", 1420)) == f"{ask} {many}, and every one is met."
    assert (
        asked(count("needs.stated", 1), count("needs.met", 1)) == f"{ask} 1 place for a student, and every one is met."
    )
    partial = asked(number("needs.stated", 1420, 1420, None), number("needs.met", 590, 590, None))
    assert partial == f"{ask} at least {many}; at least 590 of them are met."


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        (None, "Who works with whom is not."),
        (count("census.alone.schools", 0), "Every school has at least one partner."),
        (count("census.alone.schools", 1), "1 school has no partner on record."),
        (count("census.alone.schools", 9), "9 schools have no partner on record."),
        (number("census.alone.schools", 9, 0, 9), "At most 9 schools have no partner on record."),
        (count("census.alone.schools", 12), "No school has a partner on record."),
    ],
)
def test_who_is_alone_in_every_state(alone: Figure | None, said: str) -> None:
    figures = [count("schools", 12), *([alone] if alone else [])]

    assert section(report(findings(figures)), "ecosystem").answer.endswith(said)


def test_the_gap_is_told_with_its_range_and_only_where_it_is_sure() -> None:
    behind = share("equity.gap", 0.25, 0.12, 0.35, group="low_income")
    unsure = share("equity.gap", 0.3, -0.1, 0.5, group="learners")

    both = report(findings([unsure, behind]))
    assert "Low-income families" in section(both, "equity").answer
    assert "between 12 and 35 percentage points" in section(both, "equity").answer
    assert "No group is surely behind" in section(report(findings([unsure])), "equity").answer
    assert (
        "No group is behind"
        in section(report(findings([share("equity.gap", -0.1, -0.2, 0.0, group="learners")])), "equity").answer
    )


def test_partnerships_are_never_judged_by_what_was_delivered() -> None:
    for found in CITIES.values():
        blocks = section(report(found), "partnerships").blocks
        assert blocks[-1].heading == "What this report does not say"


def test_the_steps_follow_from_the_figures() -> None:
    terms = [step.term for step in steps(report(CITIES["everything"]))]

    assert terms == [
        "Ask the organizations for the youngest and oldest age",
        "Ask the schools that have not said what music they have",
        "Bring a program to The Bend",
        "Plan the next programs with and for: Low-income families",
        "Answer the largest unmet need: Private lessons and coaching",
        "Invite the schools that have no partner",
    ]


def test_the_step_for_an_area_counts_the_students_who_are_surely_without() -> None:
    figures = [
        count("students", 1000, area="north"),
        count("students", 300, area="bend"),
        share("access.reach", 0.5),
        share("access.reach", 0.7, 0.6, 0.8, area="north"),
        share("access.reach", 0.1, 0.1, 0.5, area="bend"),
    ]
    [step] = [step for step in steps(report(findings(figures, schools=None, unknown=()))) if "program to" in step.term]

    assert step.term == "Bring a program to North Bank"
    assert "at most 80%" in step.text
    assert "at least 200 are without" in step.text


def test_nothing_wanting_no_step() -> None:
    told = report(CITIES["all met"])

    assert steps(told) == ()
    assert section(told, "steps").answer.startswith("The figures point to no next step")


def test_the_first_step_without_any_source_is_to_find_one() -> None:
    assert steps(report(CITIES["nothing"]))[0].term == "Find out which programs there are this year"


def test_unknowns_and_rules_are_told_with_their_numbers() -> None:
    told = section(report(CITIES["everything"]), "limits")
    [unknown], [left_out] = (block.tables for block in told.blocks)

    assert told.answer == "First of all, the ages of 14 of 88 offerings are not known."
    assert [row[:2] for row in unknown.rows] == [
        ("Ages it is for", "14 of 88 offerings"),
        ("Place where it meets", "9 of 88 offerings"),
        ("Fee", "80 of 88 offerings"),
        ("The school's own music", "1 of 12 schools"),
    ]
    assert left_out.rows == (
        ("A school with no students this year", "1 of 12 schools"),
        ("An event of one day: counted as an event, not as access", "31 of 140 offerings"),
    )


def test_every_source_is_named_with_its_terms_and_every_told_figure_is_defined() -> None:
    told = report(CITIES["everything"])
    sources, definitions = section(told, "notes").blocks
    shown = {reading.figure_id for part in told.sections for block in part.blocks for reading in block.readings}

    assert [entry.term for entry in sources.entries] == ["1. School profile", "2. Program feed <b>"]
    assert "© City of Testville" in sources.entries[0].text
    assert "ODbL 1.0" in sources.entries[1].text
    titles = {load_catalogue("en")(f"figures.{id_}.title"): id_ for id_ in DEFINITIONS}
    assert shown <= {titles[entry.term] for entry in definitions.entries}


def test_every_school_is_in_the_list_by_area_and_on_the_map_where_its_place_is_known() -> None:
    found = CITIES["everything"]
    told = section(report(found), "access")
    lists = told.blocks[-1]
    names = [row[0] for table in lists.tables for row in table.rows]

    assert sorted(names) == sorted(found.schools["name"])
    assert [table.caption for table in lists.tables] == [
        "North Bank: 4 schools", "South <Hill> & Mills: 3 schools", "The Bend: 4 schools", "Area not known: 1 school",
    ]  # fmt: skip
    the_map = told.blocks[-2]
    assert the_map.text == ("2 schools have no known place and are in the list only.",)
    assert [meaning for _, meaning in the_map.key] == [
        "School: most students have a program in reach",
        "School: fewer than half have",
        "School: cannot be told yet",
        "Place where a program meets",
    ]
    assert the_map.picture is not None
    assert the_map.picture.alt.startswith("Map of 10 schools: 4 where most")


def test_a_school_of_which_nothing_is_known_is_neither_met_nor_unmet() -> None:
    schools = CITIES["nothing"].schools.head(1)
    told = section(report(findings([], schools=schools)), "access")
    [[row]] = [table.rows for table in told.blocks[-1].tables]

    assert row == ("School 0", "150", "not known", "not known", "not known", "not known")
    assert (
        "0 where most students have a program in reach, 0 where fewer than half have, 1" in told.blocks[-2].picture.alt
    )


def test_the_areas_furthest_behind_are_charted_where_there_are_many() -> None:
    areas = [f"a{i}" for i in range(30)]
    figures = [share("access.reach", 0.5), *(share("access.reach", i / 30, area=area) for i, area in enumerate(areas))]
    found = findings(figures, areas=[{"area_id": area, "name": f"Area {area}"} for area in areas], shapes={})
    block = next(block for block in section(report(found), "access").blocks if block.heading == "By area")

    assert block.text == ("Program in reach: the 12 areas furthest behind",)
    assert len(block.tables[0].rows) == 30
    assert "Area a0 0%" in block.picture.alt
    assert "Area a12" not in block.picture.alt


def test_a_key_that_the_framework_no_longer_knows_is_shown_as_it_is() -> None:
    told = report(findings([*full_figures(), share("access.reach", 0.4, contribution="dropped")]))

    assert any(row[0] == "dropped" for table in told.tables() for row in table.rows)


def test_the_year_and_the_city_head_the_report() -> None:
    told = report(CITIES["everything"])

    assert (told.city, told.year, told.title) == ("Testville", "2025-26", "Music in Testville, 2025-26")
    assert told.lede.startswith("5,480 students at 12 schools.")


def test_states_follow_the_first_rule_that_holds() -> None:
    assert state_of(None) == "unknown"
    assert state_of(share("access.reach.language", 0.0, 0.0, None, known=0)) == "unknown"
    assert state_of(share("access.reach", 0.0, 0.0, 1.0)) == "unknown"
    assert state_of(share("school_music.without_place", 0.1, 0.0, 1.0)) == "range"
    assert state_of(Figure("equity.gini", 0.4, "index", YEAR)) == "exact"
    assert state_of(number("needs.owed.staff", None, 2.0, 7.0, unit="full-time equivalents")) == "bounded"


def test_findings_without_schools_that_have_a_place_have_no_map() -> None:
    schools = CITIES["everything"].schools.with_columns(latitude=pl.lit(None, pl.Float64))
    told = section(report(findings(schools=schools, shapes=SHAPES)), "access")

    assert [block.heading for block in told.blocks[-2:]] == ["By area", "Every school"]


def test_only_tallies_of_some_records_are_told() -> None:
    found = findings([], unknown=[Tally("seats", "offerings", 0, 5)], left_out=[Tally("online", "offerings", 0, 5)])
    told = section(report(found), "limits")

    assert told.answer == "Of the records that count, everything that this report needs is known."
    assert [block.tables for block in told.blocks] == [(), ()]
