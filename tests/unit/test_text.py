"""The catalogues of the reports' words, and how numbers are written in each language."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.analysis.definitions import DEFINITIONS
from allcity.formats.schema import SCHEMA
from allcity.reports.text import LANGUAGES, load_catalogue

FIELD = re.compile(r"\{(\w+)\}")


def fields(language: str, text_id: str) -> set[str]:
    """The fields of a text; {Name} is {name} as it begins a sentence."""
    return {name.lower() for name in FIELD.findall(load_catalogue(language)._texts[text_id])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_fields(language: str) -> None:
    english, other = load_catalogue("en"), load_catalogue(language)

    assert set(other.ids()) == set(english.ids())
    assert {i: fields(language, i) for i in other.ids()} == {i: fields("en", i) for i in english.ids()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_title_and_a_definition_and_every_table_a_noun(language: str) -> None:
    say = load_catalogue(language)

    wanted = [f"figures.{id_}.{part}" for id_ in DEFINITIONS for part in ("title", "definition")]
    wanted += [f"nouns.{table}.{form}" for table in SCHEMA for form in ("one", "other")]
    assert [text_id for text_id in wanted if text_id not in say] == []


def test_no_language_but_those_there_are() -> None:
    with pytest.raises(ValueError, match="choose one of en, es"):
        load_catalogue("fr")


@pytest.mark.parametrize(
    ("language", "share", "number", "day", "span"),
    [
        ("en", "46%", "325,370", "February 3, 2026", "41–53%"),
        ("es", "46\u00a0%", "325,370", "3 de febrero de 2026", "41–53\u00a0%"),
    ],
)
def test_numbers_shares_dates_and_ranges_are_written_as_the_language_does(
    language: str, share: str, number: str, day: str, span: str
) -> None:
    say = load_catalogue(language)

    assert say.share(0.457) == share
    assert say.number(325370.2) == number
    assert say.date(date(2026, 2, 3)) == day
    assert say.between(0.41, 0.53, "share") == span


def test_units_have_their_decimals() -> None:
    say = load_catalogue("en")

    assert say.amount(12.34, "seats per 100 students") == "12.3"
    assert say.amount(0.414, "index") == "0.41"
    assert say.amount(1234.6, "count") == "1,235"
    assert say.between(4.1, 11.94, "seats per 100 students") == "4.1–11.9"


def test_lists_and_plurals_read_as_a_sentence_has_them() -> None:
    english, spanish = load_catalogue("en"), load_catalogue("es")

    assert english.listing(["a"]) == "a"
    assert english.listing(["a", "b", "c"]) == "a, b and c"
    assert spanish.listing(["a", "b", "c"]) == "a, b y c"
    assert [english.counted("schools", n) for n in (0, 1, 2)] == ["0 schools", "1 school", "2 schools"]
    assert spanish.counted("organizations", 1.0) == "1 organización"


@given(st.floats(0, 1), st.sampled_from(LANGUAGES))
def test_a_share_reads_nothing_or_all_only_when_it_is(share: float, language: str) -> None:
    say = load_catalogue(language)

    assert (say.share(share) == say.share(0)) == (share == 0)
    assert (say.share(share) == say.share(1)) == (share == 1)


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_can_be_read_back(value: float, decimals: int) -> None:
    written = load_catalogue("en").number(value, decimals)

    assert float(written.replace(",", "")) == pytest.approx(value, abs=0.51 * 10**-decimals)
    assert written not in ("-0", "-0.0", "-0.00", "-0.000")


@given(st.text())
def test_what_a_field_holds_is_never_read_as_a_template(name: str) -> None:
    assert load_catalogue("en")("page.eyebrow", city=name + "{year}", year="2025-26").startswith(name + "{year}")
