"""The check for full names beside children."""

import pytest

from allcity.site.publishing.media.names import check_names, full_names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Maria Lopez plays the drum.", ["Maria Lopez"]),
        ("The drum of María José García-Núñez.", ["María José García-Núñez"]),
        ("Nuestra violinista Ana de la Cruz con sus amigas", ["Ana de la Cruz"]),
        ("Jazz Band: Sean O'Brien and DeShawn", ["Sean O'Brien"]),
        ("April Jones and June B. Carter in May", ["April Jones", "June B. Carter"]),
        ("Today Maria plays. Kim sings.", []),
        ("Pier Elementary School on Main Street", []),
        ("Orquesta Juvenil de Rivermouth", []),
        ("Six students of grade 5 at the Spring Concert", []),
        ("La Banda de la Escuela Benito Juárez", []),
        ("drums", []),
        ("", []),
    ],
)
def test_what_looks_like_a_full_name_is_found(words, names):
    assert full_names(words) == names


def test_only_beside_children():
    assert check_names("Maria Lopez", "adults") == []
    (warning,) = check_names("Maria Lopez", "minors")
    assert "“Maria Lopez”" in warning
