"""The second factor: who is asked for it, how it is set up, and that nothing else goes before."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from tests.factories.site import person

from allcity.site.accounts import second_factor
from allcity.site.accounts.models import User

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    [counter, *_] = totp.yield_hotp_counters_from_time()
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def by_code(user: User) -> Client:
    """A browser in which the person entered a code by mail."""
    client = Client()
    client.post("/en/account/sign-in/", {"login": user.email})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.MULTILINE)[0]
    client.post("/en/account/sign-in/code/", {"code": code})
    return client


def test_staff_are_asked_to_set_one_up_before_any_other_page() -> None:
    client = by_code(person(is_staff=True))
    assert client.get("/en/look/").headers["Location"] == "/en/account/second-step/?next=%2Fen%2Flook%2F"
    assert client.post("/en/look/").headers["Location"].startswith("/en/account/second-step/")
    assert "Your role needs a second step" in client.get("/en/account/second-step/").content.decode()
    assert client.get("/en/account/").status_code == 200


def test_others_are_not_asked() -> None:
    assert by_code(person()).get("/en/look/").status_code == 200
    assert Client().get("/en/look/").status_code == 200


def test_a_feature_can_require_it_of_its_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factor, "_predicates", [*second_factor._predicates])
    second_factor.required_for(lambda user: user.first_name == "Coordinator")
    assert by_code(person(first_name="Coordinator")).get("/en/look/").status_code == 302
    assert by_code(person(first_name="Ada")).get("/en/look/").status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)  # allauth notes it once the transaction stands
def test_setting_up_an_app_leads_on_to_where_one_was_going() -> None:
    user = person(is_staff=True)
    client = by_code(user)
    client.get(client.get("/en/look/").headers["Location"])
    secret = client.get("/en/account/security/totp/activate/").context["form"].secret

    answer = client.post("/en/account/security/totp/activate/", {"code": "000000"})
    assert "Incorrect code." in answer.content.decode()
    assert not Authenticator.objects.exists()

    answer = client.post("/en/account/security/totp/activate/", {"code": code_of(secret)}, follow=True)
    assert len(answer.context["unused_codes"]) == 10
    assert mail.outbox[-1].subject == "An authenticator app was set up"
    assert client.get("/en/account/second-step/").headers["Location"] == "/en/look/"
    assert client.get("/en/look/").status_code == 200


def test_whoever_has_an_app_signs_in_with_both() -> None:
    user = person(is_staff=True)
    totp.TOTP.activate(user, SECRET)
    client = by_code(user)
    assert client.get("/en/account/").status_code == 302  # the code by mail alone lets nobody in
    answer = client.post("/en/account/security/authenticate/", {"code": "000000"})
    assert "Incorrect code." in answer.content.decode()
    client.post("/en/account/security/authenticate/", {"code": code_of(SECRET)})
    assert client.get("/en/look/").status_code == 200


def test_a_recovery_code_lets_in_once() -> None:
    user = person(is_staff=True)
    totp.TOTP.activate(user, SECRET)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    client = by_code(user)
    client.post("/en/account/security/authenticate/", {"code": code})
    assert client.get("/en/look/").status_code == 200
    answer = by_code(user).post("/en/account/security/authenticate/", {"code": code})
    assert "Incorrect code." in answer.content.decode()


def test_a_session_from_before_is_asked_for_it_not_for_a_new_one() -> None:
    user = person(is_staff=True)
    client = by_code(user)
    totp.TOTP.activate(user, SECRET)
    answer = client.get("/en/account/second-step/?next=/en/look/")
    assert answer.headers["Location"] == "/en/account/security/reauthenticate/?next=%2Fen%2Faccount%2Fsecond-step%2F"
    answer = client.post(answer.headers["Location"], {"code": code_of(SECRET)}, follow=True)
    assert answer.redirect_chain[-1][0] == "/en/look/"


def test_nobody_is_led_to_another_site() -> None:
    user = person(is_staff=True)
    client = by_code(user)
    totp.TOTP.activate(user, SECRET)
    answer = client.get("/en/account/second-step/?next=https://example.net/")
    client.post(answer.headers["Location"], {"code": code_of(SECRET)})
    assert client.get("/en/account/second-step/").headers["Location"] == "/en/account/"


def test_whoever_has_one_shows_it_again_before_the_account_is_changed() -> None:
    user = person()
    totp.TOTP.activate(user, SECRET)
    client = by_code(user)
    client.post("/en/account/security/authenticate/", {"code": code_of(SECRET)})
    for page in ("delete/", "data/", "security/webauthn/add/", "security/recovery-codes/generate/"):
        assert client.get(f"/en/account/{page}").headers["Location"].startswith("/en/account/security/reauthenticate/")
    client.post("/en/account/mail/", {"action_add": "", "email": "other@example.org"})
    assert user.emailaddress_set.count() == 1
