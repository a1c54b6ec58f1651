"""A person's own account: what it says, what is handed over, what is left when it is gone."""

import json

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from tests.factories.site import person

from allcity.site.accounts import personal_data
from allcity.site.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def keepers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "_keepers", dict(personal_data._keepers))


@pytest.mark.parametrize("page", ["", "mail/", "security/", "delete/", "data/", "second-step/", "single-sign-on/"])
def test_pages_of_an_account_need_one(client: Client, page: str) -> None:
    address = f"/en/account/{page}"
    assert client.get(address).headers["Location"].startswith("/en/account/sign-in/?next=")
    client.force_login(person())
    assert client.get(address).status_code == 200


def test_what_is_kept_is_explained_to_everybody(client: Client) -> None:
    assert "No student is in the database" in client.get("/en/account/privacy/").content.decode()


def test_name_and_language_are_changed_by_their_owner(client: Client) -> None:
    user, other = person(), person()
    client.force_login(user)
    answer = client.post("/en/account/", {"first_name": "Bo", "last_name": "Lund", "language": "es"})
    assert answer.headers["Location"] == "/es/account/"
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.first_name, user.last_name, user.language) == ("Bo", "Lund", "es")
    assert (other.first_name, other.language) == ("Ada", "en")


def test_a_name_is_asked_for(client: Client) -> None:
    user = person()
    client.force_login(user)
    assert client.post("/en/account/", {"first_name": " ", "language": "es"}).status_code == 200
    user.refresh_from_db()
    assert (user.first_name, user.language) == ("Ada", "en")


def test_a_name_is_text_and_nothing_else(client: Client) -> None:
    client.force_login(person(first_name="<script>alert(1)</script>"))
    assert "<script>alert" not in client.get("/en/account/").content.decode()


def test_another_mail_address_counts_once_it_is_confirmed(client: Client) -> None:
    user = person()
    client.force_login(user)
    client.post("/en/account/mail/", {"action_add": "", "email": "second@example.org"})
    assert not user.emailaddress_set.filter(email="second@example.org", verified=True).exists()
    code = mail.outbox[-1].body.split("\n\n")[1].strip()
    client.post("/en/account/sign-up/code/", {"code": code})
    assert user.emailaddress_set.filter(email="second@example.org", verified=True).exists()
    client.post("/en/account/mail/", {"action_primary": "", "email": "second@example.org"})
    user.refresh_from_db()
    assert user.email == "second@example.org"


def test_all_that_features_keep_is_handed_over_to_its_owner(client: Client, keepers: None) -> None:
    personal_data.register("hats", lambda user: {"of": user.email, "hats": 3}, lambda user: None)
    user = person("ada@example.org")
    person("other@example.org")
    client.force_login(user)
    answer = client.get("/en/account/data/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    kept = json.loads(answer.content)
    assert kept["hats"] == {"of": "ada@example.org", "hats": 3}
    assert kept["account"]["mail_addresses"] == [{"email": "ada@example.org", "verified": True, "primary": True}]
    assert "other@example.org" not in answer.content.decode()


def test_leaving_erases_feature_by_feature_and_says_so(
    client: Client, keepers: None, django_capture_on_commit_callbacks: object
) -> None:
    erased: list[str] = []
    personal_data.register("first", lambda user: None, lambda user: erased.append("first"))
    personal_data.register("second", lambda user: None, lambda user: erased.append("second"))
    user = person("ada@example.org")
    client.force_login(user)
    client.post("/en/account/delete/", {})
    assert User.objects.filter(pk=user.pk).exists()  # not without the tick
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/en/account/delete/", {"certain": "on"}).status_code == 302
    assert erased == ["second", "first"]
    assert not User.objects.filter(pk=user.pk).exists()
    assert client.get("/en/account/").status_code == 302
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["ada@example.org"], "Your account is deleted")


def test_a_feature_can_say_what_must_be_done_before(client: Client, keepers: None) -> None:
    def refuse(user: User) -> None:
        raise ValidationError("Hand over your city first.")

    personal_data.register("cities", lambda user: None, refuse)
    user = person()
    client.force_login(user)
    answer = client.post("/en/account/delete/", {"certain": "on"})
    assert "Hand over your city first." in answer.content.decode()
    assert User.objects.filter(pk=user.pk).exists()
    assert not mail.outbox


def test_ending_sessions_leaves_only_this_one() -> None:
    user, here, elsewhere = person(), Client(), Client()
    here.force_login(user)
    elsewhere.force_login(user)
    here.post("/en/account/sessions/end/")
    assert here.get("/en/account/").status_code == 200
    assert elsewhere.get("/en/account/").status_code == 302


def test_ending_sessions_and_signing_out_need_a_form(client: Client) -> None:
    client.force_login(person())
    assert client.get("/en/account/sessions/end/").status_code == 405
    client.get("/en/account/sign-out/")
    assert client.get("/en/account/").status_code == 200
    client.post("/en/account/sign-out/")
    assert client.get("/en/account/").status_code == 302
