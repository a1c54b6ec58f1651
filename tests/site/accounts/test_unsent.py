"""What somebody wrote while their session ended: it is kept, shown once to them alone, and sent to where it was going."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.factories.site import city, person, signed_in
from tests.site.accounts.test_entrance import code_in

from allcity.site.accounts import unsent
from allcity.site.accounts.models import User
from allcity.site.cities.models import Request

pytestmark = pytest.mark.django_db

PAGE = "/en/account/unsent/"
PROFILE = {"first_name": "Nia", "last_name": "of\r\ntwo <b>lines</b>", "language": "es"}
HERE = {"Origin": "http://testserver"}


def sign_in(client: Client, user: User, way: str) -> HttpResponse:
    """Sign in with a code by mail, from where one was sent, and come to the page that follows."""
    mail.outbox.clear()
    [wanted] = re.findall(r'name="next" value="([^"]*)"', client.get(way).content.decode())[:1]
    answer = client.post("/en/account/sign-in/", {"login": user.email, "next": wanted})
    answer = client.post(answer.headers["Location"], {"code": code_in(mail.outbox[0])})
    return client.get(answer.headers["Location"])


def resent(client: Client, shown: HttpResponse, **more: object) -> HttpResponse:
    """Press the one button of the page: send what its form holds to where it says."""
    form = re.search(r'<main.*?<form method="post" action="([^"]*)">(.*?)</form>', shown.content.decode(), re.DOTALL)
    fields = re.findall(r'name="([^"]*)" value="([^"]*)"', form[2])
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(unescape(name), []).append(unescape(value))
    return client.post(unescape(form[1]), values, **more)


def test_what_was_written_waits_until_its_writer_is_signed_in_again(client: Client) -> None:
    user = person()
    way = client.post("/en/account/?from=mail", PROFILE).headers["Location"]
    assert way.startswith("/en/account/sign-in/")
    shown = sign_in(client, user, way)
    said = shown.content.decode()
    assert "You were signed out while you wrote" in said
    assert "First name" in said
    assert "of<br>two &lt;b&gt;lines&lt;/b&gt;" in said
    assert shown["Cache-Control"].count("no-store") == 1
    assert 'action="/en/account/?from=mail"' in said
    resent(client, shown)
    user.refresh_from_db()
    assert (user.first_name, user.language) == ("Nia", "es")
    assert client.get(PAGE).headers["Location"] == "/es/account/"  # it was shown once


def test_it_reaches_a_page_of_a_city(client: Client) -> None:
    town, user = city(), person()
    way = client.post(f"/en/{town.slug}/join/", {"role": "member", "message": "I teach the flute."}).headers["Location"]
    resent(client, sign_in(client, user, way))
    assert Request.objects.get(user=user).message == "I teach the flute."


def test_a_button_alone_is_kept_too_and_leads_to_no_page_that_takes_forms_alone(client: Client) -> None:
    way = client.post("/en/work/notices/read/").headers["Location"]
    shown = sign_in(client, person(), way)
    assert "What you wanted to do has not been done yet." in shown.content.decode()
    assert resent(client, shown).headers["Location"] == "/en/work/notices/"


def test_several_values_of_one_field_stay_several(client: Client) -> None:
    client.post("/en/account/", {"days": ["monday", "friday"]})
    client.force_login(person())
    said = client.get(PAGE).content.decode()
    assert said.count('name="days"') == 2


def test_it_is_kept_for_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/en/account/", PROFILE)
    assert client.session.get_expiry_age() <= unsent.KEEP_SECONDS
    client.force_login(person())
    assert client.session.get_expiry_age() == site_settings.SESSION_COOKIE_AGE
    now = unsent.time()
    monkeypatch.setattr(unsent, "time", lambda: now + unsent.KEEP_SECONDS + 1)
    assert client.get(PAGE).headers["Location"] == "/en/account/"


@pytest.mark.parametrize("is_another", [True, False])
def test_nobody_else_gets_what_the_person_of_an_ended_session_wrote(is_another: bool) -> None:
    writer = person()
    client = signed_in(writer)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    assert client.post("/en/account/", PROFILE).status_code == 302
    client.force_login(person() if is_another else writer)
    assert (client.get(PAGE).status_code == 200) is not is_another
    assert unsent.KEPT not in client.session


def test_files_must_be_chosen_again(client: Client) -> None:
    town = city()
    client.post(f"/en/{town.slug}/workspace/imports/", {"files": SimpleUploadedFile("a.csv", b"secret"), "whole": "1"})
    assert "secret" not in str(dict(client.session))
    client.force_login(person())
    assert "Files are not kept." in client.get(PAGE).content.decode()


def test_what_signs_in_is_never_kept_nor_what_is_too_large(client: Client) -> None:
    client.post("/en/account/mail/", {"email": "x@example.org", "action_add": ""})
    assert unsent.KEPT not in client.session
    client.post("/en/account/", {"first_name": "Nia", "password": "a", "code": "b", "csrfmiddlewaretoken": "c"})
    assert client.session[unsent.KEPT]["fields"] == [["first_name", "Nia"]]
    client = Client()
    way = client.post("/en/account/", {"first_name": "x" * unsent.MOST_BYTES}).headers["Location"]
    assert unsent.KEPT not in client.session
    assert way == "/en/account/sign-in/?next=/en/account/"


def test_scripts_are_told_to_sign_in_and_nothing_is_kept(client: Client) -> None:
    client.post("/en/account/", PROFILE, headers={"Sec-Fetch-Mode": "cors"})
    assert unsent.KEPT not in client.session


def test_one_place_does_not_fill_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsent, "RATE", "2/h/ip")
    for number in range(3):
        browser = Client()
        browser.post("/en/account/", PROFILE)
        assert (unsent.KEPT in browser.session) is (number < 2)


def test_whoever_has_yet_to_take_a_second_step_loses_nothing(client: Client) -> None:
    user = person(is_staff=True)
    client.force_login(user)
    way = client.post("/en/look/", {"words": "kept"}).headers["Location"]
    assert way == "/en/account/second-step/?next=%2Fen%2Faccount%2Funsent%2F"
    assert client.get(PAGE).headers["Location"] == way  # not shown before
    assert client.session[unsent.KEPT]["person"] == str(user.pk)


def test_a_form_whose_token_has_changed_is_sent_again_from_the_page_that_says_so() -> None:
    user = person()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    answer = client.post("/en/account/", {**PROFILE, "csrfmiddlewaretoken": "old" * 21 + "x"}, headers=HERE)
    assert answer.status_code == 403
    assert "nothing is lost" in answer.content.decode()
    assert answer["Cache-Control"].count("no-store") == 1
    assert resent(client, answer, headers=HERE).status_code == 302
    user.refresh_from_db()
    assert user.first_name == "Nia"


def test_a_form_whose_token_and_session_are_gone_takes_both_ways() -> None:
    user, client = person(), Client(enforce_csrf_checks=True)
    answer = client.post("/en/account/", PROFILE, headers=HERE)
    way = resent(client, answer, headers=HERE).headers["Location"]
    assert way.startswith("/en/account/sign-in/")
    client.force_login(user)
    assert resent(client, client.get(PAGE), headers=HERE).status_code == 302
    user.refresh_from_db()
    assert user.first_name == "Nia"


@pytest.mark.parametrize("sender", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_what_another_site_filled_in_is_not_offered(sender: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    answer = client.post("/en/account/", PROFILE, headers=sender)
    assert answer.status_code == 403
    assert "Nia" not in answer.content.decode()
    assert unsent.KEPT not in client.session


def test_a_sign_in_form_is_not_shown_again() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/en/account/sign-in/code/", {"code": "ABCD-EFGH"}, headers=HERE)
    assert answer.status_code == 403
    assert "ABCD" not in answer.content.decode()
