"""The national home: cities found, figures of theirs, totals of those that opt in; the Declaration; what machines ask for."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape
from tests.factories.site import city, holder, organization, school
from tests.factories.stories import a_published_story

from allcity.declaration import load_framework
from allcity.site.cities.domain import change_settings, note_publication
from allcity.site.cities.models import City, Role
from allcity.site.figures.models import Examination, ReportPart
from allcity.site.insight.glance import GLANCE
from allcity.site.insight.home import OFFERS
from allcity.site.publishing.resources.queries import resources_for
from allcity.site.publishing.stories.domain import withdraw

pytestmark = pytest.mark.django_db
OF_PAGES = 7
"""Queries for the spotlights, news and pages that stand on the home, however many there are."""
OF_ROOTS = 2
"""Queries for where the trees of pages begin, which are kept."""


def page(url: str = "/en/") -> str:
    answer = Client().get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def figures(students: int, seats: int | None) -> list[dict]:
    """Figures of a whole city, as an examination stores them."""
    common = {"unit": "count", "year": 2025, "by": None, "source": [], "narrows": [], "status": "measured"}
    return [
        {"id": "students", "value": students, "low": students, "high": students, **common},
        {"id": "seats", "value": seats, "low": seats or 0, "high": seats, **common},
    ]


def examined(town: City, *, year: int = 2025, headline: str = "Half have a program.", **counts) -> None:
    """Store what an examination leaves of a city at a glance."""
    examination = Examination.objects.create(city=town, year=year, state=Examination.State.DONE)
    for language in ("en", "es"):
        document = {
            "headline": headline,
            "year": f"{year}-{year % 100 + 1}",
            "reading": None,
            "figures": figures(**{"students": 100, "seats": 10, **counts}),
        }
        ReportPart.objects.create(
            examination=examination, language=language, part=GLANCE, position=99, document=document
        )
    note_publication(town)


def totals() -> dict[str, tuple[str, int, int]]:
    nation = Client().get("/en/").context["nation"]
    return {total.title: (total.value, total.known, total.cities) for total in nation.totals}


def test_the_root_leads_to_the_readers_language():
    assert Client().get("/")["Location"] == "/en/"
    assert Client(headers={"accept-language": "es"}).get("/")["Location"] == "/es/"


def test_without_any_city_the_page_says_so_and_how_to_start():
    text = page()
    assert "No city is public here yet" in text
    assert 'href="/en/start/"' in text
    assert "https://www.declaration.yale.edu/declaration" in text


def test_public_cities_are_listed_with_their_newest_headline_and_drafts_are_not(riverton):
    city("Hiddenville", is_public=False)
    examined(riverton, year=2020, headline="An older one.")
    text = page()
    assert "Riverton" in text
    assert "Hiddenville" not in text
    assert "An older one." not in text
    stored = ReportPart.objects.filter(part=GLANCE, language="en").latest("examination__year")
    assert stored.document["headline"] in text
    reading = stored.document["reading"]
    assert reading["title"] in text
    assert reading["basis"] in text
    assert "source" not in reading["basis"]


def test_a_city_is_found_by_name_and_state_whatever_the_accents():
    for name, more in (("Cordoba", "Córdoba"), ("Springfield", "Springfield")):
        town = city(name)
        text = town.settings_text.replace(f'name = "{name}"', f'name = "{more}"\nstate = "{name[:2]}-State"')
        change_settings(city=town, text=text)
    for words, found in (("cordoba", "Córdoba"), ("SPRING", "Springfield"), ("sp-state spring", "Springfield")):
        text = page(f"/en/?q={words}")
        assert f">{found}</a>" in text
        assert text.count('<li>\n<h3><a href="/en/') == 1
    assert "No city here is called “&lt;x&gt;” yet" in page("/en/?q=%3Cx%3E")


@pytest.mark.parametrize("query", ["q=" + "x" * 5000, "page=999", "page=x", "q=%F0%9F%8E%B5"])
def test_odd_searches_are_answered(query):
    city()
    assert Client().get(f"/en/?{query}").status_code == 200


def test_totals_are_of_those_that_opt_in_and_say_what_is_known():
    for name, counts in (("One", {"seats": 40}), ("Two", {"seats": None}), ("Three", {"seats": 1000})):
        town = city(name)
        City.objects.filter(pk=town.pk).update(in_totals=name != "Three")
        examined(town, students=1000, **counts)
    assert "Two" in page()
    found = totals()
    assert found["Students"] == ("2,000", 2, 2)
    assert found["Seats"] == ("at least 40", 1, 2)


def test_nothing_is_added_up_where_nobody_opts_in(riverton):
    assert 'id="together"' not in page()


def test_a_city_that_leaves_the_totals_or_the_public_is_gone_at_once():
    town = city()
    City.objects.filter(pk=town.pk).update(in_totals=True)
    examined(town)
    assert totals()
    City.objects.filter(pk=town.pk).update(in_totals=False)
    assert not totals()
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert "Testville" not in page()


def test_queries_do_not_grow_and_nothing_is_put_together_twice(django_assert_num_queries):
    def asked() -> None:
        cache.clear()
        with django_assert_num_queries(3 + OF_PAGES + OF_ROOTS):
            page()
        with django_assert_num_queries(1 + OF_PAGES):
            page()

    for number in range(2):
        examined(city(f"City{number}"))
    asked()
    for number in range(2, 30):
        examined(city(f"City{number}"))
    asked()


def test_the_declaration_has_every_section_with_what_there_is_for_it():
    assert set(OFFERS) == set(load_framework().sections)
    for language in ("en", "es"):
        text = page(f"/{language}/declaration/")
        for section in load_framework().sections.values():
            assert section.title.in_language(language) in text
            assert section.url in text


def test_each_section_has_a_page_with_what_people_tell_of_it_and_what_helps(riverton):
    coordinator = holder(riverton, Role.COORDINATOR)
    told = a_published_story(riverton, coordinator, title="Told of access", section="access")
    a_published_story(riverton, coordinator, title="Told of teachers", section="educators", email="b@example.org")
    sections = load_framework().sections
    for id_, section in sections.items():
        for language in ("en", "es"):
            text = page(f"/{language}/declaration/{id_}/")
            assert escape(section.summary.in_language(language)) in text
            assert section.url in text
            for question in section.questions.values():
                assert escape(question.text.in_language(language)) in text
            for named in {name for question in section.questions.values() for name in question.indicators}:
                assert escape(load_framework().indicators[named].title.in_language(language)) in text
    text = page("/en/declaration/access/")
    assert "Told of access" in text
    assert "Told of teachers" not in text
    assert resources_for(section="access")
    for row in resources_for(section="access", most=4):
        assert str(row.public_id) in text
    form = page("/en/stories/new/?section=access")
    assert '<option value="access" selected>' in form
    assert Client().get("/en/declaration/made-up/").status_code == 404
    withdraw(story=told)
    assert "Told of access" not in page("/en/declaration/access/")


def test_a_citys_front_shows_what_people_tell(riverton):
    story = a_published_story(riverton, holder(riverton, Role.COORDINATOR), title="Told of violins")
    assert "Told of violins" in page("/en/riverton/")
    withdraw(story=story)
    assert "Told of violins" not in page("/en/riverton/")


def test_machines_are_told_what_is_public(riverton):
    hidden = city("Hiddenville", is_public=False)
    school(hidden, "Secret School")
    organization(riverton, "Harbor Strings")
    robots = Client().get("/robots.txt")
    assert robots["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://testserver/sitemap.xml" in robots.content.decode()
    index = page("/sitemap.xml")
    for section in ("pages", "schools", "organizations", "programs"):
        address = f"/sitemap-{section}.xml"
        assert address in index
        text = page(address)
        assert "hiddenville" not in text
        assert "/en/riverton/" in text
        assert "/es/riverton/" in text
    assert "/en/riverton/organizations/harbor-strings/" in page("/sitemap-organizations.xml")
    assert Client().get("/sitemap-nothing.xml").status_code == 404


def test_every_address_of_the_map_is_there(riverton):
    import re

    for section in ("pages", "schools", "organizations", "programs"):
        for address in re.findall(r"<loc>http://testserver(.*?)</loc>", page(f"/sitemap-{section}.xml")):
            assert Client().get(address).status_code == 200, address
