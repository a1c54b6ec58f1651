"""The frame of every page: its languages, the pages of a city, errors."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils.translation import override
from django.views.defaults import page_not_found, permission_denied, server_error

CITY = SimpleNamespace(name="Rivermouth", slug="rivermouth", display_name=lambda: "Rivermouth")


def nothing(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()


class Addresses:
    """A city of which only the front page and the needs are there."""

    pages = (path("<slug:slug>/", nothing, name="front"), path("<slug:slug>/needs/", nothing, name="needs"))
    urlpatterns = (path("", include((pages, "city"))),)


def render(source: str, *, at: str = "/en/look/", **context: object) -> str:
    request = RequestFactory().get(at)
    request.user = AnonymousUser()
    return engines["django"].from_string(source).render({"city": CITY, **context}, request)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_all_parts_keeps_the_strict_policy(client: Client, language: str) -> None:
    response = client.get(f"/{language}/look/")
    page = response.text
    assert response.status_code == 200
    assert f'<html lang="{language}" dir="ltr">' in page
    assert page.count("<h1") == 1
    assert not re.search(r"<[^>]+\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)", page)
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_every_id_of_the_page_of_all_parts_is_there_once_and_every_reference_leads_to_one(client: Client) -> None:
    page = client.get("/en/look/").text
    ids = re.findall(r'\sid="([^"]+)"', page)
    named = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"', page)
    named += re.findall(r'href="#([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {name for names in named for name in names.split()} <= set(ids)


def test_the_language_switch_leads_to_this_page_and_keeps_its_query(client: Client) -> None:
    page = client.get("/en/look/?page=2&year=2025").text
    assert '<a href="/es/look/?page=2&amp;year=2025" lang="es" hreflang="es">Español</a>' in page
    assert '<link rel="alternate" hreflang="es" href="http://testserver/es/look/?page=2&amp;year=2025">' in page


def test_where_a_page_has_no_other_language_the_switch_leads_to_its_front_page() -> None:
    assert "/es/" in render("{% languages as all %}{{ all.1.url }}", at="/en/no/such/page/")


@pytest.mark.urls(Addresses())
def test_a_city_shows_the_pages_that_there_are_and_marks_the_one_that_is_open() -> None:
    shown = render(
        "{% city_links city as links %}{% for link in links %}{{ link.label }} {{ link.url }} {{ link.current }}|{% endfor %}",
        at="/rivermouth/needs/",
    )
    assert shown == "Rivermouth /rivermouth/ |Needs /rivermouth/needs/ page|"


@pytest.mark.urls(Addresses())
@pytest.mark.parametrize(("asked", "kept"), [("2024", "?year=2024"), ('"><script>', ""), ("", "")])
def test_the_pages_of_a_city_keep_the_year(asked: str, kept: str) -> None:
    request = RequestFactory().get("/rivermouth/", {"year": asked})
    template = engines["django"].from_string("{% city_links city as links %}{{ links.1.url }}")
    assert template.render({"city": CITY}, request) == f"/rivermouth/needs/{kept}"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("view", "status"), [(page_not_found, 404), (permission_denied, 403)], ids=["not found", "forbidden"]
)
def test_errors_stand_in_the_same_frame(view, status: int, language: str) -> None:  # type: ignore[no-untyped-def] # a view of any kind
    request = RequestFactory().get(f"/{language}/no/such/page/")
    request.user = AnonymousUser()
    with override(language):
        response = view(request, PermissionError("why"))
    page = response.content.decode()
    assert response.status_code == status
    assert f'<html lang="{language}"' in page
    assert "why" not in page
    assert page.count("<h1>") == 1
    assert 'name="robots" content="noindex"' in page
    assert "canonical" not in page


def test_the_page_of_a_failure_needs_no_database() -> None:
    response = server_error(RequestFactory().get("/en/"))
    assert response.status_code == 500
    assert b"<h1>" in response.content
