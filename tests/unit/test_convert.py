"""Converters: what people write, read as the city folder holds it."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.analysis.city import GRADES
from allcity.formats.convert import CONVERTERS, ConverterName, Options, coded, stored
from allcity.formats.schema import SCHEMA


def read(converter, cell, **options):
    return CONVERTERS[converter].read(cell, Options(**options))


@pytest.mark.parametrize(
    ("converter", "cell", "value"),
    [
        ("text", "  Lincoln\n High ", "Lincoln High"),
        ("integer", "15", "15"),
        ("integer", "15.0", "15"),
        ("integer", "1,234", "1234"),
        ("integer", "-3", "-3"),
        ("number", "41.870", "41.87"),
        ("number", "1,234.5", "1234.5"),
        ("number", ".5", "0.5"),
        *(("boolean", yes, "true") for yes in ("Y", "yes", "TRUE", "1", "x", "sí", "Sí", "si", "1.0")),
        *(("boolean", no, "false") for no in ("N", "no", "False", "0", "0.0")),
        ("date", "2022-09-17", "2022-09-17"),
        ("date", "2022-09-17T00:00:00.000", "2022-09-17"),
        ("date", "9/17/2022", "2022-09-17"),
        ("date", "09/01/2004 12:00:00 AM", "2004-09-01"),
        ("time", "15:30", "15:30"),
        ("time", "3:30 PM", "15:30"),
        ("time", "3:30pm", "15:30"),
        ("time", "3 p.m.", "15:00"),
        ("time", "12:00 AM", "00:00"),
        ("time", "12:15 pm", "12:15"),
        ("time", "08:05:00", "08:05"),
        ("seconds", "55800.0", "15:30"),
        ("seconds", "0", "00:00"),
        *(
            ("year", text, "2022")
            for text in ("2022", "2022-23", "2022-2023", "School Year 2022-2023", "SY2223", "2022/23")
        ),
        ("list", "en, es,en", "en;es"),
        ("grade", "Kindergarten", "K"),
        ("grade", "Pre-Kindergarten", "PK"),
        ("grade", "Grade 7", "7"),
        ("grade", "07", "7"),
        ("grade", "1st", "1"),
        ("grade", "KG", "K"),
        ("grades", "K,1,2", "K;1;2"),
        ("grades", "K-8", "K;1;2;3;4;5;6;7;8"),
        ("grades", "PK,K-8", "PK;K;1;2;3;4;5;6;7;8"),
        ("grades", "09-12", "9;10;11;12"),
        ("grades", "Pre-K to 2", "PK;K;1;2"),
        ("grades", "6 through 8", "6;7;8"),
        ("grades", "12, 11 & 9", "9;11;12"),
        ("grades", "K–2", "K;1;2"),
        ("identifier", "Chicago Park District", "chicago-park-district"),
        ("identifier", "Arts & Technology", "arts-and-technology"),
        ("identifier", "Peña's  Música!", "penas-musica"),
        ("money", "$1,234.50", "123450"),
        ("money", "25", "2500"),
        ("money", "Free", "0"),
        ("money", "Gratis", "0"),
    ],
)
def test_reads_what_people_write(converter, cell, value):
    assert read(converter, cell) == value


@pytest.mark.parametrize(
    ("converter", "cell", "says"),
    [
        ("integer", "15.5", "whole number"),
        ("integer", "about 20", "number"),
        ("number", "12,5", "number"),
        ("boolean", "maybe", "yes or no"),
        ("date", "17.9.2022", "day"),
        ("date", "2022-02-30", "day"),
        ("time", "15", "time"),
        ("time", "25:00", "no time of day"),
        ("time", "13:00 PM", "no time of day"),
        ("seconds", "86400", "seconds after midnight"),
        ("year", "2022-24", "school year"),
        ("grade", "13", "no grade"),
        ("grades", "8-K", "lower grade"),
        ("grades", "8-Jun", "made a date"),
        ("grades", "2024-06-08", "made a date"),
        ("grades", "K-XX", "no grade"),
        ("money", "some", "amount"),
    ],
)
def test_says_what_it_cannot_read(converter, cell, says):
    with pytest.raises(ValueError, match=says):
        read(converter, cell)


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("8:45 AM-3:45 PM", "08:45", "15:45"),
        ("9:00  AM - 3:30  PM", "09:00", "15:30"),
        ("8:45-3:45", "08:45", "15:45"),
        ("7:45 - 3 PM", "07:45", "15:00"),
        ("9 a.m. to 4 p.m. Monday - Friday", "09:00", "16:00"),
        ("8:00--3:15; 8:00--3:15 Wednesday", "08:00", "15:15"),
        ("15:30-17:00", "15:30", "17:00"),
        ("11:30 AM-1:00 PM", "11:30", "13:00"),
    ],
)
def test_splits_spans_of_time(cell, start, end):
    assert read("time_range", cell, part="start") == start
    assert read("time_range", cell, part="end") == end


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("8:30 AM", "one span of time"),
        ("08:30AM-03-30PM", "one span of time"),
        ("8:15/8:45 AM-3:15/3:45 PM", "one span of time"),
        ("M-Th 8:00 AM - 3:30 PM, F 8:00 AM - 12:45 PM", "several spans"),
        ("8:20 AM - 3:48 AM", "ends before it begins"),
        ("2:00-3:30", "a.m. or p.m."),
    ],
)
def test_leaves_unclear_spans_of_time_alone(cell, says):
    with pytest.raises(ValueError, match=says):
        read("time_range", cell, part="end")


@pytest.mark.parametrize(
    ("cell", "least", "most"),
    [
        ("Free", "0", "0"),
        ("$50 or Less", "0", "5000"),
        ("up to $50", "0", "5000"),
        ("More Than $50", "5001", ""),
        ("$10-$20", "1000", "2000"),
        ("$10 to 20", "1000", "2000"),
        ("$25", "2500", "2500"),
        ("$25+", "2500", ""),
        ("under $10", "0", "999"),
    ],
)
def test_splits_price_bands(cell, least, most):
    assert read("money_range", cell, part="minimum") == least
    assert read("money_range", cell, part="maximum") == most


@pytest.mark.parametrize(
    ("cell", "least", "most"),
    [
        ("8-12", "8", "12"),
        ("6 to 8", "6", "8"),
        ("18+", "18", ""),
        ("18 and up", "18", ""),
        ("up to 12", "0", "12"),
        ("7", "7", "7"),
    ],
)
def test_splits_spans_of_ages(cell, least, most):
    assert read("range", cell, part="minimum") == least
    assert read("range", cell, part="maximum") == most


def test_a_span_of_ages_does_not_run_backwards():
    with pytest.raises(ValueError, match="first number"):
        read("range", "12-8", part="minimum")


@given(st.floats(-90, 90).map(lambda value: round(value, 6)), st.floats(-180, 180).map(lambda value: round(value, 6)))
def test_three_ways_to_write_a_point_are_one(latitude, longitude):
    latitude_text, longitude_text = f"{latitude:.6f}", f"{longitude:.6f}"
    cells = (
        f"POINT ({longitude_text} {latitude_text})",
        f"({latitude_text}, {longitude_text})",
        f"7507 W BIRCHWOOD AVE\nChicago, Illinois 60631\n({latitude_text}, {longitude_text})",
    )
    for cell in cells:
        assert float(read("point", cell, part="latitude")) == latitude
        assert float(read("point", cell, part="longitude")) == longitude


def test_codes_replace_the_items_of_a_list_and_whole_cells():
    assert read("grades", "PE,PK,K", codes={"PE": "PK"}) == "PK;K"
    assert read("grades", "PK-13", codes={"13": "12"}).endswith("11;12")
    assert read("grades", "UG-UG", codes={"UG": ""}) == ""
    assert read("list", "Eng, Spa", codes={"eng": "en", "spa": "es"}) == "en;es"
    assert coded(" free ", Options(codes={"Free": "0"})) == "0"
    assert coded("other", Options(codes={"Free": "0"})) == "other"
    with pytest.raises(ValueError, match="none of the mapping's codes"):
        coded("other", Options(codes={"Free": "0"}, exact=True))


def test_given_date_formats_rule():
    assert read("date", "01/02/2023", formats=("%d/%m/%Y",)) == "2023-02-01"
    with pytest.raises(ValueError, match="17/09/2022"):
        read("date", "2023-02-01", formats=("%d/%m/%Y",))


def test_the_schema_bounds_what_is_stored():
    latitude, mode = SCHEMA["schools"]["latitude"], SCHEMA["offerings"]["mode"]
    assert stored(latitude, "41.9") == "41.9"
    with pytest.raises(ValueError, match="90 or less"):
        stored(latitude, "418")
    with pytest.raises(ValueError, match="none of in_person, online"):
        stored(mode, "hybrid")


@given(st.sets(st.sampled_from(GRADES), min_size=1))
def test_any_grades_are_read_back_as_a_list_or_as_spans(chosen):
    ordered = [grade for grade in GRADES if grade in chosen]
    spans, start = [], None
    for index, grade in enumerate((*GRADES, "end")):
        if grade in chosen and start is None:
            start = grade
        elif grade not in chosen and start is not None:
            last = GRADES[index - 1]
            spans.append(start if start == last else f"{start}-{last}")
            start = None
    assert read("grades", ",".join(reversed(ordered))).split(";") == ordered
    assert read("grades", ", ".join(spans)).split(";") == ordered


@given(st.integers(0, 24 * 60 - 1))
def test_every_minute_of_the_day_has_three_spellings(minute):
    hours, minutes = divmod(minute, 60)
    clock = f"{hours:02d}:{minutes:02d}"
    spoken = f"{(hours - 1) % 12 + 1}:{minutes:02d} {'AM' if hours < 12 else 'PM'}"
    assert read("time", clock) == read("time", spoken) == read("seconds", str(minute * 60)) == clock


@given(st.integers(0, 10**9))
def test_money_keeps_every_cent(cents):
    assert read("money", f"${cents // 100:,}.{cents % 100:02d}") == str(cents)


@given(st.text(min_size=1).map(str.strip).filter(bool), st.text(min_size=1).map(str.strip).filter(bool))
def test_identifiers_are_stable_short_and_plain(one, other):
    first = read("identifier", one)
    assert first == read("identifier", f" {one} ".replace(" ", "  ").strip())
    assert 0 < len(first) <= 60
    assert set(first) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    letters = [[sign for sign in text.casefold() if sign.isascii() and sign.isalnum()] for text in (one, other)]
    if all(text.isascii() and "&" not in text for text in (one, other)) and letters[0] != letters[1]:
        assert first != read("identifier", other)


@given(st.sampled_from(sorted(CONVERTERS)), st.text(min_size=1, max_size=40), st.data())
def test_no_text_breaks_a_converter(name, cell, data):
    part = data.draw(st.sampled_from(CONVERTERS[name].parts)) if CONVERTERS[name].parts else None
    try:
        answer = CONVERTERS[name].read(cell, Options(part=part))
    except ValueError as error:
        answer = str(error) or None
    assert isinstance(answer, str)


def test_every_converter_has_its_name_in_the_language():
    assert set(CONVERTERS) == set(get_args(ConverterName))
