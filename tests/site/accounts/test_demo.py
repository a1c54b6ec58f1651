"""The demonstration's pages, and that they are nowhere else."""

from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from tests.factories.site import person

from allcity.site.accounts import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(settings: object, tmp_path: Path) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"demo": True})
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)


@pytest.mark.parametrize("production", [False, True])
def test_it_is_nowhere_else(client: Client, settings: object, production: bool) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"demo": production, "production": production})
    someone = person("ada@rivermouth.example", is_staff=True)
    assert client.get("/en/demo/").status_code == 404
    assert client.get("/en/demo/mail/").status_code == 404
    assert client.post(f"/en/demo/sign-in/{someone.pk}/").status_code == 404
    assert client.get("/en/account/").status_code == 302


def test_one_click_signs_in_with_all_that_a_role_needs(
    client: Client, demonstration: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "_descriptions", [lambda user: [f"Keeps the hats of {user.first_name}"]])
    staff = person("ada@rivermouth.example", is_staff=True)
    page = client.get("/en/demo/").content.decode()
    assert "Sign in as Ada" in page
    assert "Keeps the hats of Ada" in page
    client.post(f"/en/demo/sign-in/{staff.pk}/")
    assert client.get("/en/account/").context["user"] == staff
    assert client.get("/en/look/").status_code == 200


def test_only_people_of_the_demonstration_are_there(client: Client, demonstration: None) -> None:
    other = person("ada@example.org", first_name="Zora")
    assert "Zora" not in client.get("/en/demo/").content.decode()
    assert client.post(f"/en/demo/sign-in/{other.pk}/").status_code == 404


def test_looking_signs_nobody_in(client: Client, demonstration: None) -> None:
    assert client.get(f"/en/demo/sign-in/{person('ada@rivermouth.example').pk}/").status_code == 405


def test_mail_is_shown_instead_of_sent(client: Client, demonstration: None) -> None:
    assert "There is none yet." in client.get("/en/demo/mail/").content.decode()
    message = EmailMultiAlternatives(
        "Café <b>", "See http://localhost:8102/en/account/ – <i>now</i>\n\nBye", to=["ada@rivermouth.example"]
    )
    message.attach_alternative("<p>See</p>", "text/html")
    mail.get_connection().send_messages([message, message])
    page = client.get("/en/demo/mail/").content.decode()
    assert page.count("<h2>Café &lt;b&gt;</h2>") == 2
    assert "To ada@rivermouth.example" in page
    assert '<a href="http://localhost:8102/en/account/" rel="nofollow">' in page
    assert "&lt;i&gt;now&lt;/i&gt;" in page
