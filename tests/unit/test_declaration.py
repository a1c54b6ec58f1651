"""The framework as it comes, and a city's changes to it."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from allcity.analysis.definitions import DEFINITIONS
from allcity.declaration import CityFileError, CitySettings, Framework, Problem, Text, apply_overrides, load_framework

CITY = """\
[city]
id = "brightwater"
name = "Brightwater"
time_zone = "America/Chicago"
"""


def with_changes(changes: str, head: str = CITY) -> CitySettings:
    return apply_overrides(load_framework(), head + changes, "city.toml")


def problems_of(changes: str, head: str = CITY) -> list[Problem]:
    with pytest.raises(CityFileError) as caught:
        with_changes(changes, head)
    return caught.value.problems


class TestFrameworkAsItComes:
    def test_has_the_parts_that_the_declaration_names(self) -> None:
        framework = load_framework()
        assert [section.number for section in framework.sections.values()] == list(range(1, 10))
        assert len(framework.participants) == 9
        assert len(framework.contributions) == 11
        assert list(framework.conditions) == ["meaningful", "collaborative", "additive"]
        assert len(framework.strategies) >= 16

    def test_every_section_asks_three_to_six_questions_and_every_condition_has_four_to_six_criteria(self) -> None:
        framework = load_framework()
        assert all(3 <= len(section.questions) <= 6 for section in framework.sections.values())
        assert all(4 <= len(condition.criteria) <= 6 for condition in framework.conditions.values())

    def test_every_text_is_complete_in_english_and_spanish_and_no_two_languages_say_the_same(self) -> None:
        texts = dict(load_framework().texts())
        assert len(texts) > 400
        for path, text in texts.items():
            assert set(text.root) == {"en", "es"}, path
            assert all(words == words.strip() and words for words in text.root.values()), path
            if not path.endswith(".place") and ".sources." not in path:
                assert text.in_language("en") != text.in_language("es"), path

    def test_texts_walks_every_text_that_the_files_hold(self) -> None:
        folder = Path(__file__).parents[2] / "src" / "allcity" / "declaration"

        def count(value: object) -> int:
            if isinstance(value, dict):
                return 1 if set(value) == {"en", "es"} else sum(map(count, value.values()))
            return sum(map(count, value)) if isinstance(value, list) else 0

        written = sum(count(tomllib.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.toml"))
        assert len(list(load_framework().texts())) == written

    def test_every_entry_knows_its_id(self) -> None:
        framework = load_framework()
        for entries in framework.kinds().values():
            assert all(entry.id == id_ for id_, entry in entries.items())
        assert all(question.id == id_ for id_, question in framework.questions().items())

    def test_kinds_lists_every_file_and_questions_every_question(self) -> None:
        framework = load_framework()
        assert list(framework.kinds()) == list(Framework.model_fields)
        assert len(framework.questions()) == sum(len(section.questions) for section in framework.sections.values())

    def test_indicators_measure_figures_that_are_computed_in_their_unit_or_are_asked_for(self) -> None:
        indicators = load_framework().indicators.values()
        computed = [indicator for indicator in indicators if indicator.figure is not None]
        assert len(computed) > 30
        for indicator in computed:
            assert not indicator.asked
            assert indicator.unit == DEFINITIONS[indicator.figure].unit, indicator.id
        assert all(indicator.asked for indicator in indicators if indicator not in computed)

    def test_every_indicator_helps_to_answer_a_question(self) -> None:
        framework = load_framework()
        used = {id_ for question in framework.questions().values() for id_ in question.indicators}
        assert used == set(framework.indicators)

    def test_every_question_is_answered_by_somebody_on_four_levels(self) -> None:
        framework = load_framework()
        for question in framework.questions().values():
            assert question.answered_by
            assert len(framework.scales[question.scale].levels) == 4

    def test_every_participant_type_is_asked_something(self) -> None:
        framework = load_framework()
        asked = {type_ for question in framework.questions().values() for type_ in question.answered_by}
        assert asked == set(framework.participants)

    def test_every_target_has_a_source_and_says_what_it_is_worth(self) -> None:
        for target in load_framework().kinds()["targets"].values():
            assert target.sources
            assert target.standing != "city"
            if target.standing != "assumption":
                assert all(source.url for source in target.sources)

    def test_every_section_and_condition_has_a_strategy(self) -> None:
        framework = load_framework()
        strategies = framework.strategies.values()
        assert {id_ for strategy in strategies for id_ in strategy.sections} == set(framework.sections)
        assert {id_ for strategy in strategies for id_ in strategy.conditions} == set(framework.conditions)

    def test_terms_and_bands_cover_the_year_and_the_grades_once(self) -> None:
        framework = load_framework()
        starts = sorted(term.starts for term in framework.terms.values())
        assert starts == ["01-01", "04-01", "07-01", "09-01"]
        grades = [g for band in framework.grade_bands.values() for g in range(band.first, band.last + 1)]
        assert grades == list(range(-1, 13))

    def test_it_cannot_be_changed_and_is_read_once(self) -> None:
        framework = load_framework()
        assert load_framework() is framework
        with pytest.raises(ValidationError):
            framework.targets.reach_minutes.value = 5

    def test_needs_in_students_and_teachers_have_a_dosage_and_things_and_hours_have_none(self) -> None:
        for contribution in load_framework().contributions.values():
            assert (contribution.dosage is not None) == (contribution.unit in ("students", "teachers"))


class TestText:
    def test_falls_back_from_dialect_to_language_to_english_to_anything(self) -> None:
        text = Text({"en": "music", "es": "música"})
        assert text.in_language("es") == "música"
        assert text.in_language("es-MX") == "música"
        assert text.in_language("pl") == "music"
        assert Text({"pl": "muzyka"}).in_language("es") == "muzyka"


class TestCityChanges:
    def test_without_changes_the_framework_is_the_default_one(self) -> None:
        settings = with_changes("")
        assert settings.framework == load_framework()
        assert settings.city.name.in_language("es") == "Brightwater"
        assert (settings.city.country, settings.city.currency, settings.city.languages) == ("US", "USD", ("en", "es"))

    def test_the_city_says_who_it_is(self) -> None:
        head = """
            [city]
            id = "rio-claro"
            name = { en = "Clear River", es = "Río Claro" }
            state = "TX"
            country = "US"
            time_zone = "America/Denver"
            languages = ["es", "en"]
            currency = "USD"
            population = 250000
            boundary = "boundary.geojson"
            licence = "CC-BY-4.0"
        """
        city = with_changes("", head).city
        assert city.name.in_language("es") == "Río Claro"
        assert city.languages == ("es", "en")
        assert (city.population, city.boundary, city.licence) == (250000, "boundary.geojson", "CC-BY-4.0")

    def test_a_value_alone_replaces_a_target_and_with_it_the_source(self) -> None:
        targets = with_changes("[targets]\nreach_minutes = 45\nminutes_per_week = { 3-5 = 60 }\n").framework.targets
        assert targets.reach_minutes.value == 45
        assert (targets.reach_minutes.standing, targets.reach_minutes.sources) == ("city", ())
        assert targets.reach_minutes.title == load_framework().targets.reach_minutes.title
        assert dict(targets.minutes_per_week.value) == {"3-5": 60}
        assert targets.walking_speed_kmh == load_framework().targets.walking_speed_kmh

    def test_a_table_changes_the_other_fields_of_a_target(self) -> None:
        changes = """
            [targets.students_per_certified_teacher]
            value = 300
            standing = "published"
            sources = [{ text = "Board resolution 12", url = "https://example.org/12" }]
            [targets.fee_limit]
            caveat = "To be decided in May."
        """
        targets = with_changes(changes).framework.targets
        assert targets.students_per_certified_teacher.sources[0].text.in_language("es") == "Board resolution 12"
        assert targets.fee_limit.value is None
        assert targets.fee_limit.standing == "assumption"

    @pytest.mark.parametrize("caveat", ['"For small children"', '{ en = "For small children" }'])
    def test_a_caveat_in_one_language_does_not_stand_beside_the_default_in_another(self, caveat: str) -> None:
        for value in ("", "value = 20, "):
            target = with_changes(f"[targets]\nreach_minutes = {{ {value}caveat = {caveat} }}\n").framework.targets
            assert target.reach_minutes.caveat is not None
            assert target.reach_minutes.caveat.in_language("es") == "For small children"
        assert set(load_framework().targets.reach_minutes.caveat.root) >= {"en", "es"}  # type: ignore[union-attr] # it has one

    def test_a_target_that_may_be_unset_is_unset_by_dropping_it(self) -> None:
        targets = with_changes("[targets]\nseats_cap_unknown = { enabled = false }\n").framework.targets
        assert targets.seats_cap_unknown.value is None

    def test_catchment_weights_of_the_city(self) -> None:
        changes = """
            [targets]
            catchment_method = "enhanced"
            catchment_step_weights = [{ minutes = 15, weight = 1 }, { minutes = 30, weight = 0.5 }]
        """
        weights = with_changes(changes).framework.targets.catchment_step_weights.value
        assert weights is not None
        assert [(step.minutes, step.weight) for step in weights] == [(15, 1), (30, 0.5)]

    def test_a_text_in_one_string_stands_for_all_languages_and_a_table_changes_those_it_names(self) -> None:
        changes = """
            [sections.access]
            title = "Muzyka dla każdego"
            [sections.dignity]
            title.es = "Dignidad"
        """
        head = CITY + 'languages = ["pl", "en"]\n'
        sections = with_changes(changes, head).framework.sections
        assert sections["access"].title.root == {"pl": "Muzyka dla każdego"}
        assert sections["access"].title.in_language("en") == "Muzyka dla każdego"
        assert sections["dignity"].title.root == {"en": "Dignity and inclusion", "es": "Dignidad"}

    def test_a_new_id_adds_an_entry_after_the_others(self) -> None:
        changes = """
            [contributions.festival]
            title = "Festival days"
            description = "Days on which all schools play together."
            unit = "hours"
            [sections.action.questions.own_question]
            text = "Did the mayor come?"
            help = "To any concert."
            answered_by = ["students"]
            scale = "practice"
        """
        framework = with_changes(changes).framework
        assert list(framework.contributions)[-1] == "festival"
        assert framework.contributions["festival"].unit == "hours"
        assert framework.questions()["own_question"].indicators == ()

    def test_dropping_an_entry_drops_its_traces(self) -> None:
        changes = """
            [participants.universities]
            enabled = false
            [indicators.access_reach]
            enabled = false
            [contributions.support_services]
            enabled = false
            [grade_bands.PK-2]
            enabled = false
            [sections.access.questions.informal_music]
            enabled = false
        """
        framework = with_changes(changes).framework
        assert "universities" not in framework.participants
        assert all("universities" not in question.answered_by for question in framework.questions().values())
        assert all("access_reach" not in question.indicators for question in framework.questions().values())
        assert "support_services" not in framework.contributions
        assert set(framework.targets.minutes_per_week.value) == {"3-5", "6-8"}
        assert "informal_music" not in framework.questions()

    def test_changes_can_be_applied_one_after_the_other(self) -> None:
        first = with_changes("[targets]\nsustained_days = 21\n[terms.winter]\nenabled = false\n").framework
        second = apply_overrides(first, CITY + "[targets]\nsustained_sessions = 6\n").framework
        assert second.targets.sustained_days.value == 21
        assert second.targets.sustained_sessions.value == 6
        assert "winter" not in second.terms

    def test_changes_from_a_mapping_do_not_touch_the_default(self) -> None:
        changed = load_framework({"targets": {"reach_minutes": 20}})
        assert changed.targets.reach_minutes.value == 20
        assert load_framework().targets.reach_minutes.value == 30
        with pytest.raises(CityFileError, match=r"^overrides: targets\.reach is not a known key"):
            load_framework({"targets": {"reach": 20}})

    def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(self) -> None:
        text = "\ufeff" + (CITY + "[targets]\nreach_minutes = 0\n").replace("\n", "\r\n")
        with pytest.raises(
            CityFileError, match=r"^city\.toml, line 6: targets\.reach_minutes is 0; give more than 0\.$"
        ):
            apply_overrides(load_framework(), text)


class TestProblems:
    @pytest.mark.parametrize(
        ("changes", "line", "message"),
        [
            ("[section.access]\ntitle = 'x'\n", 5, 'section is not a known key; did you mean "sections"'),
            ("[sections.access]\ntitel = 'x'\n", 6, 'sections.access.titel is not a known key; did you mean "title"'),
            (
                "[targets]\n\nreach_minuts = 3\n",
                7,
                'targets.reach_minuts is not a known key; did you mean "reach_minutes"',
            ),
            (
                "[targets]\nreach_minutes = '30'\n",
                6,
                'targets.reach_minutes must be a number, not "30"; write it without',
            ),
            ("[targets.reach_minutes]\nvalue = true\n", 6, "targets.reach_minutes.value must be a number, not true"),
            ("[targets]\nreach_minutes = inf\n", 6, "targets.reach_minutes must be a finite number, not inf"),
            ("[targets]\nsuppression_threshold = 4\n", 6, "targets.suppression_threshold is 4; give 5 or more"),
            ("[targets]\nsustained_days = 2.5\n", 6, "targets.sustained_days must be a whole number, not 2.5"),
            (
                "[targets]\nreach_minutes = { enabled = false }\n",
                6,
                "targets.reach_minutes cannot be left without a value",
            ),
            ("[targets]\ntravel_mode = 'walk'\n", 6, 'targets.travel_mode cannot be "walk"; did you mean "walking"'),
            (
                "[targets]\nminutes_per_week = { K-2 = 60 }\n",
                6,
                'targets.minutes_per_week.K-2 names "K-2", which is none of the grade bands; did you mean "PK-2"',
            ),
            (
                "[targets]\ncatchment_step_weights = [\n  { minutes = 9, weight = 1 },\n  { minuts = 10, weight = 1 },\n]\n",
                8,
                'targets.catchment_step_weights (item 2).minuts is not a known key; did you mean "minutes"',
            ),
            (
                "[targets]\ncatchment_step_weights = [{ minutes = 9, weight = 1 }]\n",
                5,
                'targets does not fit; choose catchment_method = "enhanced"',
            ),
            (
                "[targets.fee_limit]\nstanding = 'adapted'\nsources = []\n",
                5,
                "targets.fee_limit does not fit; name the source",
            ),
            ("sections = 5\n", 5, "city.sections is not a known key; use one of id, name"),
            ("[sections]\naccess = 5\n", 6, "sections.access must be a table, not 5"),
            ("[sections.access]\nid = 'x'\n", 6, "sections.access.id is not a known key"),
            ("[sections.access]\nenabled = 'no'\n", 6, 'sections.access.enabled must be true or false, not "no"'),
            ("[sections.access]\ntitle = 3\n", 6, "sections.access.title must be a text, not 3; write"),
            ("[sections.access]\ntitle = ''\n", 6, "sections.access.title.en is empty; write its text"),
            ("[sections.access]\ntitle.english = 'x'\n", 6, "sections.access.title.english is"),
            ("[sections.access]\nurl = 'yale'\n", 6, 'sections.access.url is "yale"; write a web address'),
            (
                "[sections.acces]\ntitle = 'x'\n",
                5,
                "sections.acces lacks number, summary, questions; write sections.access if that is meant",
            ),
            (
                "[sections.access.questions.in_school_music]\nanswered_by = [\n 'students',\n 'familys',\n]\n",
                8,
                'sections.access.questions.in_school_music.answered_by (item 2) names "familys", which is none of',
            ),
            (
                "[sections.dignity.questions.informal_music]\ntext = 'x'\nhelp = 'x'\nanswered_by = []\nscale = 'practice'\n",
                5,
                "sections.dignity.questions.informal_music has an id that a question of another section has already",
            ),
            ("[scales.practice]\nlevels = ['a', 'b', 'c']\n", 6, "scales.practice.levels has 3 items; give 4 or more"),
            ("[scales.practice]\nlevels = 'a'\n", 6, 'scales.practice.levels must be a list, not "a"'),
            ("[scales.schools]\nenabled = false\n", 5, "scales.schools is dropped but still used; drop or change"),
            ("[terms.winter]\nstarts = '02-30'\n", 6, 'terms.winter.starts is "02-30"; write month and day as "09-01"'),
            ("[grade_bands.3-5]\nfirst = 6\n", 5, "grade_bands.3-5 does not fit; give first the lower grade"),
            ("[contributions.'two words']\nenabled = true\n", 5, 'contributions."two words"'),
            ("population = 0\n", 5, "city.population is 0; give more than 0"),
            ("languages = ['english']\n", 5, 'city.languages (item 1) is "english"; write a language code'),
            ("[ctiy]\n", 5, 'ctiy is not a known key; did you mean "city"?'),
            ("languages = []\n", 5, "city.languages has 0 items; give 1 or more"),
            ("boundary = '../other/boundary.geojson'\n", 5, "city.boundary is"),
            ("currency = 'dollars'\n", 5, 'city.currency is "dollars"; write the three letters'),
        ],
    )
    def test_names_line_key_and_remedy_in_one_sentence(self, changes: str, line: int, message: str) -> None:
        problem = problems_of(changes)[0]
        assert str(problem).startswith(f"city.toml, line {line}: {message}")
        assert str(problem).endswith((".", "?"))
        assert "\n" not in str(problem)
        assert problem.remedy

    def test_a_time_zone_that_does_not_exist(self) -> None:
        (problem,) = problems_of("", CITY.replace("America/Chicago", "America/Chicgo"))
        assert str(problem).startswith("city.toml, line 4: city.time_zone names")
        assert "America/Chicago" in problem.remedy

    def test_a_wrong_item_is_one_problem_and_not_also_a_list_too_short(self) -> None:
        (problem,) = problems_of("languages = ['english']\n")
        assert problem.key == "city.languages (item 1)"

    @pytest.mark.parametrize("kind", Framework.model_fields)
    def test_no_kind_can_be_anything_but_a_table(self, kind: str) -> None:
        (problem,) = problems_of("", f"{kind} = 5\n" + CITY)
        assert str(problem).startswith(f"city.toml, line 1: {kind} must be a table, not 5;")

    @pytest.mark.parametrize("text", ["", "[targets]\nreach_minutes = 20\n"])
    def test_a_city_must_say_who_it_is(self, text: str) -> None:
        (problem,) = problems_of("", text)
        assert str(problem) == "city.toml, line 1: [city] is missing; add a table [city]."

    def test_a_city_without_its_name(self) -> None:
        (problem,) = problems_of("", "\n[city]\nid = 'x'\n")
        assert str(problem) == "city.toml, line 2: city lacks name, time_zone; add name, time_zone to it."

    @pytest.mark.parametrize(
        ("changes", "line", "reason"),
        [
            ("[targets]\nreach_minutes = thirty\n", 6, "invalid value"),
            ("[targets]\na = 1\na = 2\n", 7, "cannot overwrite a value"),
            ("[targets\n", 5, "expected"),
            ("[sections.access]\ntitle = '''never\nclosed\n", 7, "expected"),
        ],
    )
    def test_text_that_is_not_toml(self, changes: str, line: int, reason: str) -> None:
        (problem,) = problems_of(changes)
        assert problem.line == line
        assert problem.message.startswith(f"this is not valid TOML ({reason}")

    @pytest.mark.parametrize(
        ("changes", "key"),
        [
            ("state = 'x\\u0000'\n".replace("'", '"'), "city.state"),
            ('languages = ["en", "\\u0000"]\n', "city.languages (item 2)"),
            ('"a\\u0000" = 1\n', "city"),
        ],
    )
    def test_the_character_nul_is_refused_where_it_stands(self, changes: str, key: str) -> None:
        (problem,) = problems_of(changes)
        assert problem.key == key
        assert problem.line == (1 if key == "city" else 5)
        assert "NUL" in problem.message

    def test_all_problems_are_told_at_once_in_the_order_of_the_file(self) -> None:
        changes = """\
            [targets]
            reach_minutes = -1
            walking_detour = 0.5
            [sections.access]
            titel = "x"
            [sections.access.questions.in_school_music]
            scale = "often"
            """
        head = CITY + "popullation = 5\n"
        problems = problems_of(changes, head)
        assert [problem.line for problem in problems] == [5, 7, 8, 10, 12]
        assert "popullation" in problems[0].message
        assert 'did you mean "population"' in problems[0].remedy

    def test_the_error_is_a_value_error_that_reads_as_its_problems(self) -> None:
        with pytest.raises(ValueError, match=r"line 6: .*\n.*line 7: ") as caught:
            with_changes("[targets]\nreach_minutes = -1\nwalking_detour = 0.5\n")
        assert isinstance(caught.value, CityFileError)
