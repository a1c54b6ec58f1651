"""Single sign-on against a server that is played here."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core import mail
from django.test import Client
from tests.factories.site import person

from allcity.site.accounts.models import User

pytestmark = pytest.mark.django_db

SERVER = "https://login.example.org"
START = "/sign-in/oidc/single-sign-on/login/"
ANSWERS = {"email": "nia@example.org", "first_name": "Nia", "last_name": "Moss", "language": "en", "old_enough": "on"}


class Server(requests.Session):
    """Answers as an OpenID Connect server does. `claims` is what it says of whoever signs in."""

    def __init__(self, claims: dict[str, object]) -> None:
        super().__init__()
        self.claims = claims

    def request(self, method: str, url: str, **_: object) -> requests.Response:
        said = {
            f"{SERVER}/.well-known/openid-configuration": {
                "issuer": SERVER,
                "authorization_endpoint": f"{SERVER}/authorize",
                "token_endpoint": f"{SERVER}/token",
                "userinfo_endpoint": f"{SERVER}/userinfo",
                "jwks_uri": f"{SERVER}/keys",
            },
            f"{SERVER}/token": {"access_token": "abc", "token_type": "Bearer"},
            f"{SERVER}/userinfo": self.claims,
        }[url]
        answer = requests.Response()
        answer.status_code = 200
        answer.headers["content-type"] = "application/json"
        answer._content = json.dumps(said).encode()
        return answer


@pytest.fixture
def set_up(settings: object) -> None:
    app = {
        "provider_id": "single-sign-on",
        "name": "Rivermouth Schools",
        "client_id": "site",
        "secret": "not secret",
        "settings": {"server_url": SERVER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def come_back(client: Client, monkeypatch: pytest.MonkeyPatch, **claims: object) -> str:
    """Go to the server and back, and say where that leads."""
    said = {"sub": "7", "email": "nia@example.org", "email_verified": True, "given_name": "Nia", **claims}
    monkeypatch.setattr(DefaultSocialAccountAdapter, "get_requests_session", lambda self: Server(said))
    away = client.get(f"{START}?process=login").headers["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert away.startswith(f"{SERVER}/authorize?")
    assert asked["redirect_uri"] == ["http://testserver/sign-in/oidc/single-sign-on/login/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{START}callback/", {"code": "xyz", "state": asked["state"][0]}).headers["Location"]


def test_it_is_not_there_where_nobody_set_it_up(client: Client) -> None:
    assert "Rivermouth" not in client.get("/en/account/sign-in/").content.decode()
    assert START not in client.get("/en/account/sign-in/").content.decode()
    assert client.get(START).status_code == 404


def test_it_is_offered_where_it_is_set_up(client: Client, set_up: None) -> None:
    page = client.get("/en/account/sign-in/").content.decode()
    assert f'href="{START}?process=login">Sign in with Rivermouth Schools</a>' in page


def test_a_new_person_answers_whether_they_are_13(
    client: Client, set_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = come_back(client, monkeypatch)
    assert form == "/en/account/single-sign-on/signup/"
    answer = client.post(form, {**ANSWERS, "old_enough": ""})
    assert "Only people who are 13 or older may have an account." in answer.content.decode()
    assert not User.objects.exists()

    assert client.post(form, ANSWERS).headers["Location"] == "/en/account/"
    user = User.objects.get()
    assert (user.email, user.first_name) == ("nia@example.org", "Nia")
    assert user.old_enough is not None
    assert not mail.outbox  # the server has confirmed the address


def test_a_confirmed_address_leads_to_its_account(
    client: Client, set_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = person("nia@example.org")
    assert come_back(client, monkeypatch) == "/en/account/"
    assert client.get("/en/account/").context["user"] == user


def test_an_unconfirmed_address_leads_to_nobodys_account(
    client: Client, set_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("nia@example.org")
    form = come_back(client, monkeypatch, email_verified=False)
    assert form == "/en/account/single-sign-on/signup/"
    client.post(form, ANSWERS)
    assert User.objects.count() == 1
    assert client.get("/en/account/").status_code == 302
    assert [message.subject for message in mail.outbox] == ["You have an account already"]
