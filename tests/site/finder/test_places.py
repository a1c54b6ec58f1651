"""Names become places: exact, begun, misspelled, ambiguous, unknown."""

import pytest

from allcity.site.finder.index import Place
from allcity.site.finder.places import resolve

PIER = Place("school-s1", "school", "Pier Elementary School", "1 Dock St, Chicago, IL, 60601", 41.0, -87.0)
MUSIC_ROOM = Place("location-l1", "location", "Pier Elementary School, music room", "", 41.0001, -87.0)
GARFIELD = Place("school-s2", "school", "Garfield School", "2 Oak St", 41.1, -87.0)
PARK = Place("area-a1", "area", "Garfield Park", "", 41.2, -87.0)
PARK_HALL = Place("location-l2", "location", "Garfield Park", "", 41.3, -87.0)
ZIP = Place("zip-60601", "zip", "60601", "", 41.0, -87.0, known=2)
LIBRARY = Place("location-l3", "location", "Peña Library", "77 Elm Ave", 41.4, -87.0)
PLACES = (PIER, GARFIELD, MUSIC_ROOM, PARK_HALL, LIBRARY, PARK, ZIP)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Garfield School", GARFIELD),
        ("PENA library", LIBRARY),
        ("pier elem", PIER),
        ("77 Elm", LIBRARY),
        ("60601", ZIP),
        ("Chicago, IL 60601-1234", ZIP),
    ],
)
def test_a_name_an_address_or_a_zip_code_is_a_place(text, place):
    found = resolve(PLACES, text)
    assert (found.place, found.corrected) == (place, False)


def test_a_misspelled_name_is_taken_where_it_is_clear():
    found = resolve(PLACES, "Garfeild School")
    assert (found.place, found.corrected) == (GARFIELD, True)


def test_one_name_for_several_places_is_asked_about():
    assert set(resolve(PLACES, "Garfield Park").choices) == {PARK, PARK_HALL}
    assert set(resolve(PLACES, "garf").choices) == {GARFIELD, PARK, PARK_HALL}


def test_what_was_chosen_counts_while_the_name_is_its_own():
    assert resolve(PLACES, "Garfield Park", "area-a1").place == PARK
    assert resolve(PLACES, "Peña Library", "area-a1").place == LIBRARY


@pytest.mark.parametrize("text", ["", "  ", "zzzzzz", "99999", "…"])
def test_what_nobody_knows_is_no_place(text):
    found = resolve(PLACES, text)
    assert (found.place, found.choices) == (None, ())


def test_many_places_alike_are_cut_short_and_said_to_be():
    many = [Place(f"school-{n}", "school", f"Oak School {n}", "", n, 0) for n in range(20)]
    found = resolve(many, "oak")
    assert (len(found.choices), found.more) == (8, True)
