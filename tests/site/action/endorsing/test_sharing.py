"""Sharing the Declaration: link, code, paper in both languages, pictures of the right size, and a badge for other sites."""

import io
import re
import struct
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader
from tests.factories.examined import examined
from tests.factories.site import city

from allcity.analysis.figures import Figure
from allcity.site.action.endorsing import domain
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City

pytestmark = pytest.mark.django_db
LONGEST = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch and its neighbors by the sea " * 2
REACH = Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10)
NAMES = ("share", "share-code", "share-badge", "share-poster", "share-summary")


@pytest.fixture
def town():
    found = city()
    examined(found, REACH)
    return found


def address(town, name, *more):
    return reverse(f"city:{name}", args=[town.slug, *more])


def named(town, name):
    text = town.settings_text.replace(f'name = "{town.name}"', f'name = "{name}"')
    City.objects.filter(pk=town.pk).update(settings_text=text, name=name[:200], page_version=town.page_version + 1)
    return City.objects.get(pk=town.pk)


def endorsed(town, number=1):
    for each in range(number):
        domain.endorse(city=town, email=f"p{each}@example.org", name="Ada", participant="families")
    for row in Endorsement.objects.of(town):
        domain.confirm(endorsement=row)


def test_the_page_calls_nobody_else_and_sets_no_cookie(town):
    answer = Client().get(address(town, "share"))
    page = answer.content.decode()
    assert not answer.cookies
    sources = re.findall(r'(?:src|href)="(https?://[^"]+)"', page)
    assert all(source.startswith(("http://testserver", "http://localhost:8000")) for source in sources)
    assert "mailto:?subject=Music%20for%20every%20student%20in%20Testville&amp;body=" in page
    assert "/en/testville/share/poster.pdf" in page
    assert "/es/testville/share/poster.pdf" in page
    assert "&lt;img src=&quot;http://localhost:8000/en/testville/share/badge.svg&quot;" in page


@pytest.mark.parametrize("name", ["endorse", "share"])
def test_pages_say_what_is_shown_where_their_link_is_shared(town, name):
    page = Client().get(address(town, name)).content.decode()
    told = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"', page))
    assert told["og:url"] == f"http://localhost:8000/en/testville/{name}/"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image:alt"]
    assert told["twitter:card"] == "summary_large_image"
    picture = Client().get(told["og:image"].removeprefix("http://localhost:8000"))
    assert picture["Content-Type"] == "image/png"
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)
    assert picture["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("of", ["plan", "endorse"])
@pytest.mark.parametrize("name", ["<script>#emph[x]", LONGEST, "🎺" * 60, "مدينة الموسيقى"])
def test_pictures_bear_any_name(town, name, of):
    town = named(town, name)
    picture = Client().get(address(town, "share-preview", of))
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)


def test_there_are_pictures_of_pages_that_there_are(town):
    assert Client().get(address(town, "share-preview", "no-such")).status_code == 404


def test_the_badge_is_a_picture_that_other_sites_may_show(town):
    endorsed(town, 3)
    for _ in range(2):  # made, then kept
        answer = Client().get(address(town, "share-badge"))
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "max-age=3600" in answer["Cache-Control"]
        assert not answer.cookies
        drawn = answer.content.decode()
        assert "3 endorsements" in drawn
        assert "<script" not in drawn
    town = named(town, "<script>alert(1)</script>")
    assert "<script" not in Client().get(address(town, "share-badge")).content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["Testville", LONGEST])
@pytest.mark.parametrize("paper", ["share-poster", "share-summary"])
def test_papers_are_one_tagged_page_in_their_language(town, language, name, paper):
    endorsed(town)
    more = ("access.placed", "contexts.all", "school_music.minutes", "needs.met")
    examined(town, REACH, *(replace(REACH, id=each, unit="count" if "needs" in each else "share") for each in more))
    town = named(town, name)
    with override(language):
        answer = Client().get(address(town, paper))
    reader = PdfReader(io.BytesIO(answer.content))
    root = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == language
    assert " ".join(name.split()) in " ".join(reader.metadata.title.split())
    text = reader.pages[0].extract_text()
    if paper == "share-summary":
        assert "46" in text


def test_a_city_without_figures_says_so_and_one_that_is_not_public_shares_nothing(town):
    bare = city("Bareville")
    text = PdfReader(io.BytesIO(Client().get(address(bare, "share-summary")).content)).pages[0].extract_text()
    assert "not been computed" in " ".join(text.split())
    City.objects.filter(pk=town.pk).update(is_public=False)
    for name in NAMES:
        assert Client().get(address(town, name)).status_code in (302, 404)
