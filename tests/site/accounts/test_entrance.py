"""Signing up and in: codes by mail, no passwords, nobody under 13, nothing told about who has an account."""

import re
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from tests.factories.site import person, signed_in

from allcity.site.accounts.models import User

pytestmark = pytest.mark.django_db

SIGN_UP = {"email": "new@example.org", "first_name": "Nia", "last_name": "", "language": "es", "old_enough": "on"}
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


def code_in(message: mail.EmailMessage) -> str:
    return CODE.search(message.body)[0]


def test_signing_up_confirms_the_address_and_leads_in(client: Client) -> None:
    answer = client.post("/en/account/sign-up/", SIGN_UP)
    assert answer.headers["Location"] == "/en/account/sign-up/code/"
    [message] = mail.outbox
    assert message.to == ["new@example.org"]

    answer = client.post("/en/account/sign-up/code/", {"code": code_in(message)})
    assert answer.headers["Location"] == "/es/account/"  # in the language that was chosen
    user = User.objects.get()
    assert (user.first_name, user.language) == ("Nia", "es")
    assert user.old_enough is not None
    assert client.get("/es/account/").context["user"] == user


def test_the_mail_address_is_called_the_same_wherever_it_is_asked_for(client: Client) -> None:
    for page, field in (("sign-in", "login"), ("sign-up", "email"), ("mail", "email")):
        if page == "mail":
            client = signed_in(person())
        asked = client.get(f"/en/account/{page}/").context["form"][field]
        assert asked.label == "Mail address"
        assert "placeholder" not in str(asked)


def test_nobody_signs_up_without_saying_to_be_13_or_older(client: Client) -> None:
    answer = client.post("/en/account/sign-up/", {**SIGN_UP, "old_enough": ""})
    assert "Only people who are 13 or older may have an account." in answer.content.decode()
    assert not User.objects.exists()
    assert not mail.outbox


def test_a_code_by_mail_signs_in(client: Client) -> None:
    user = person()
    client.post("/en/account/sign-in/", {"login": user.email.upper()})
    answer = client.post("/en/account/sign-in/code/", {"code": code_in(mail.outbox[0])})
    assert answer.headers["Location"] == "/en/account/"
    assert client.get("/en/account/").context["user"] == user


def test_signing_in_leads_where_one_was_going_and_to_no_other_site(client: Client) -> None:
    user = person()
    for wanted, reached in (("/en/account/mail/", "/en/account/mail/"), ("https://example.net/", "/en/account/")):
        client.logout()
        mail.outbox.clear()
        answer = client.post("/en/account/sign-in/", {"login": user.email, "next": wanted})
        answer = client.post(answer.headers["Location"], {"code": code_in(mail.outbox[0])})
        assert answer.headers["Location"] == reached


def test_the_mail_is_plain_and_html_in_the_persons_language(client: Client) -> None:
    person("es@example.org", language="es")
    with patch("allcity.site.accounts.adapter.translation.override") as spoken:
        client.post("/en/account/sign-in/", {"login": "es@example.org"})
    spoken.assert_called_with("es")
    [message] = mail.outbox
    [(html, kind)] = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    assert f"<strong>{code_in(message)}</strong>" in html


def test_a_wrong_code_lets_nobody_in_and_three_end_it(client: Client) -> None:
    client.post("/en/account/sign-in/", {"login": person().email})
    for _ in range(2):
        answer = client.post("/en/account/sign-in/code/", {"code": "WRNG-WRNG"})
        assert "Incorrect code." in answer.content.decode()
    client.post("/en/account/sign-in/code/", {"code": "WRNG-WRNG"})
    answer = client.post("/en/account/sign-in/code/", {"code": code_in(mail.outbox[0])})
    assert answer.status_code == 302
    assert client.get("/en/account/").status_code == 302


def test_codes_are_not_sent_without_end(client: Client) -> None:
    email = person().email
    for _ in range(6):
        Client().post("/en/account/sign-in/", {"login": email})
    assert len(mail.outbox) == 3


def test_tries_from_one_place_are_limited(client: Client) -> None:
    answers = [client.post("/en/account/sign-in/", {"login": f"{n}@example.org"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Please wait a few minutes" in answers[-1].content.decode()


def test_a_person_without_an_account_sees_the_same_as_one_with(client: Client) -> None:
    known = person("known@example.org")
    for form, there in (({"login": "{}"}, "sign-in"), ({**SIGN_UP, "email": "{}"}, "sign-up")):
        seen = []
        for email in (known.email, "other@example.org"):
            browser = Client()
            sent = {key: value.format(email) for key, value in form.items()}
            answer = browser.post(f"/en/account/{there}/", sent)
            page = browser.get(answer.headers["Location"]).content.decode().replace(email, "…")
            seen.append((answer.headers["Location"], re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)))
        assert seen[0] == seen[1]
    assert len(mail.outbox) == 4  # the address itself learns what is so


def test_allauths_pages_for_passwords_are_not_wired() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert "account_login" in names
    assert not names & {"account_change_password", "account_set_password", "account_reset_password"}
    assert "account_reauthenticate" not in names


@pytest.mark.parametrize(
    "page",
    [*(f"en/account/password/{page}" for page in ("change", "set", "reset", "reset/done")), "editors/password_reset"],
)
def test_no_page_for_passwords_answers(client: Client, page: str) -> None:
    assert client.get(f"/{page}/").status_code == 404


def test_editors_sign_in_as_everybody_does(client: Client) -> None:
    for page in ("/editors/login/?next=/editors/", "/editors/"):
        assert client.get(page).headers["Location"] == "/en/account/sign-in/?next=/editors/"
    assert client.post("/editors/login/", {"username": "a", "password": "b"}).status_code == 302


def test_a_password_is_neither_kept_nor_taken(client: Client) -> None:
    user = User.objects.create_superuser("root@example.org", "hunter2hunter2")
    user.set_password("hunter2hunter2")
    user.save()
    assert not client.login(email="root@example.org", password="hunter2hunter2")
    assert not client.login(username="root@example.org", password="hunter2hunter2")


def test_somebody_inactive_stays_out(client: Client) -> None:
    user = person()
    client.post("/en/account/sign-in/", {"login": user.email})
    user.is_active = False
    user.save()
    answer = client.post("/en/account/sign-in/code/", {"code": code_in(mail.outbox[0])})
    assert answer.headers["Location"] == "/en/account/closed/"
    assert client.get("/en/account/").headers["Location"].startswith("/en/account/sign-in/")
