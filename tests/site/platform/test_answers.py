"""What holds of every answer of the site."""

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.factories.site import city

from allcity.site.health import Health


def policy(response) -> dict[str, str]:
    said = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in said.split(";"))


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client: Client, db: None) -> None:
    response = client.get("/en/nothing-is-here/")
    assert response.status_code == 404
    said = policy(response)
    assert said["default-src"] == "'none'"
    assert said["script-src"] == said["style-src"] == said["connect-src"] == "'self'"
    assert said["frame-ancestors"] == "'none'"
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/editors/", "/editors/pages/"])
def test_the_editors_path_alone_allows_what_wagtail_needs(client: Client, db: None, path: str) -> None:
    said = policy(client.get(path))
    assert said["script-src"] == said["style-src"] == "'self' 'unsafe-inline'"
    assert said["default-src"] == "'none'"
    assert "unsafe" not in client.get(f"/en{path}").headers["Content-Security-Policy"]


def test_what_is_too_large_is_refused_kindly(client: Client, db: None, settings) -> None:
    size = (settings.ENVIRONMENT.upload_megabytes + 1) * 2**20
    response = client.post("/en/account/login/", data=b"x" * size, content_type="application/octet-stream")
    assert response.status_code == 413
    assert f"{settings.ENVIRONMENT.upload_megabytes} megabytes" in response.content.decode()


def test_health_is_asked_for_under_any_name(client: Client, db: None) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (response.status_code, response.content) == (200, b"well\n")
    assert client.get("/en/", headers={"host": "10.0.0.7:8000"}).status_code == 400


def test_health_says_when_the_database_does_not_answer(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", silent)
    assert Health(lambda request: pytest.fail("passed on"))(rf.get("/healthz")).status_code == 503


def test_health_waits_for_migrations(rf: RequestFactory, db: None) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    health = Health(lambda request: pytest.fail("passed on"))
    newest = MigrationRecorder.Migration.objects.filter(app="sessions")
    kept = list(newest)
    newest.delete()
    assert health(rf.get("/healthz")).status_code == 503
    MigrationRecorder.Migration.objects.bulk_create(kept)
    assert health(rf.get("/healthz")).status_code == 200


@pytest.mark.parametrize("address", ["/en/account/invitation/%00/", "/en/?q=choir%00", "/en/%00/programs/"])
def test_the_character_that_is_no_text_is_refused(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 400


def test_an_article_of_an_impossible_number_is_not_found(client: Client, db: None) -> None:
    of = city()
    assert client.get(f"/en/{of.slug}/pages/{10**22}/one/").status_code == 404


def test_a_page_that_is_kept_holds_nobodys_messages(client: Client, db: None) -> None:
    of = city()
    request = RequestFactory().get("/")
    storage = CookieStorage(request)
    storage.add(messages.INFO, "A code is sent to ada@example.org.")
    answer = HttpResponse()
    storage.update(answer)
    client.cookies = answer.cookies
    address = f"/en/{of.slug}/data/"
    assert b"ada@example.org" in client.get(address).content
    stranger = Client()
    assert b"ada@example.org" not in stranger.get(address).content
    assert b"ada@example.org" not in client.get(address).content


def test_a_page_is_kept_under_an_address_of_any_length(client: Client, db: None) -> None:
    of = city()
    address = f"/en/{of.slug}/data/?q={'x' * 2000}"
    assert client.get(address).content == client.get(address).content
