"""Everything that people read is there in Spanish, and what is compiled is what was written."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import allcity.site
from allcity.formats.schema import SCHEMA

SITE = Path(allcity.site.__file__).parent
CATALOGUE = Path("locale/es/LC_MESSAGES")
FIELD = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Path:
    """The catalogue as it would be if the strings of today were taken out of the code."""
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not installed (Debian: gettext); tests/run installs it")
    copy = tmp_path_factory.mktemp("package") / "allcity"
    shutil.copytree(SITE.parent, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo"))
    program = f"from pathlib import Path; from allcity.site.catalogue import extract; extract(Path({str(copy)!r}))"
    # Without settings, which would have it write to the real catalogue.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
    return copy / "site" / CATALOGUE


def compiled(folder: Path, to: Path) -> dict[object, str]:
    subprocess.run(["msgfmt", "--check-format", "-o", to, folder / "django.po"], check=True, capture_output=True)
    return catalogue(to)


def catalogue(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


def test_nothing_lacks_a_translation(extracted):
    left = subprocess.run(
        ["msgattrib", "--untranslated", extracted / "django.po"], check=True, capture_output=True, text=True
    ).stdout
    unsure = subprocess.run(
        ["msgattrib", "--only-fuzzy", extracted / "django.po"], check=True, capture_output=True, text=True
    ).stdout
    assert not left, left
    assert not unsure, unsure


def test_what_the_layers_below_say_is_found(extracted):
    known = compiled(extracted, extracted / "found.mo")
    assert {column.description for table in SCHEMA.values() for column in table.columns} <= set(known)
    assert {"The value is less than {minimum}.", "{key} is not a known key", "it is no time of day"} <= set(known)


def test_the_catalogue_is_compiled_anew_when_it_changes(extracted, tmp_path):
    assert catalogue(SITE / CATALOGUE / "django.mo") == compiled(SITE / CATALOGUE, tmp_path / "django.mo")
    assert catalogue(SITE / CATALOGUE / "django.mo") == compiled(extracted, tmp_path / "extracted.mo")


def test_translations_have_the_fields_of_what_they_translate():
    for key, text in catalogue(SITE / CATALOGUE / "django.mo").items():
        source = key[0] if isinstance(key, tuple) else str(key)
        if not isinstance(key, tuple):  # a plural may leave its number out of the singular
            assert sorted(FIELD.findall(source.split("\x04")[-1])) == sorted(FIELD.findall(text)), source
