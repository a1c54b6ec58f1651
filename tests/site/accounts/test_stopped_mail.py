"""Addresses that mail comes back from: reported by whoever carries our mail, written to no more, and tried again."""

import hashlib
import hmac
import json
import re
from base64 import b64encode

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts import domain
from allcity.site.accounts import mail as letters
from allcity.site.accounts.models import StoppedAddress, User
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import City, Role
from allcity.site.cities.people import domain as people
from allcity.site.notices import domain as notices
from allcity.site.notices import kinds, tasks
from allcity.site.notices.kinds import Delivery, Kind
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db

SECRET = "carrier:a-long-and-random-password"
KEY = "the-key-of-mailgun"
BOUNCED, COMPLAINED = StoppedAddress.Reason.BOUNCED, StoppedAddress.Reason.COMPLAINED


@pytest.fixture
def town() -> City:
    return city()


@pytest.fixture
def provider(settings, request) -> str:
    settings.MAIL_PROVIDER = getattr(request, "param", "postmark")
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    return settings.MAIL_PROVIDER


def report(provider: str, said: object, *, secret: str = SECRET, client: Client | None = None) -> int:
    answer = (client or Client(raise_request_exception=False)).post(
        f"/mail/reports/{provider}/",
        json.dumps(said),
        content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )
    return answer.status_code


def postmark(kind: str, email: object = "mei@example.org") -> dict[str, object]:
    record = "SpamComplaint" if kind == "SpamComplaint" else "Bounce"
    return {"RecordType": record, "Type": kind, "Email": email, "BouncedAt": "2026-05-01T10:00:00Z", "ID": 1}


def mailgun(event: str, **more: object) -> dict[str, object]:
    signature = hmac.new(KEY.encode(), b"1777629600token", hashlib.sha256).hexdigest()
    return {
        "signature": {"token": "token", "timestamp": "1777629600", "signature": signature},
        "event-data": {"event": event, "timestamp": 1777629600, "recipient": "mei@example.org", **more},
    }


def reasons() -> dict[str, str]:
    return dict(StoppedAddress.objects.values_list("email", "reason"))


# --- Reports ---


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("HardBounce", "bounced"),
        ("BadEmailAddress", "bounced"),
        ("SpamComplaint", "complained"),
        ("SoftBounce", None),
        ("Transient", None),
        ("DnsError", None),
        ("VirusNotification", None),
        ("AutoResponder", None),
        ("Unheard-of", "bounced"),
    ],
)
def test_what_postmark_reports(provider: str, kind: str, reason: str | None) -> None:
    assert report(provider, postmark(kind, "Mei@Example.org")) == 200
    assert reasons() == ({"mei@example.org": reason} if reason else {})


@pytest.mark.parametrize("provider", ["mailgun"], indirect=True)
@pytest.mark.parametrize(
    ("event", "more", "reason"),
    [
        ("failed", {"severity": "permanent", "reason": "bounce"}, "bounced"),
        ("failed", {"severity": "permanent", "reason": "generic"}, "bounced"),
        ("failed", {"severity": "temporary", "reason": "generic"}, None),
        ("complained", {}, "complained"),
        ("delivered", {}, None),
        ("opened", {}, None),
    ],
)
def test_what_mailgun_reports(provider: str, event: str, more: dict[str, object], reason: str | None) -> None:
    assert report(provider, mailgun(event, **more)) == 200
    assert reasons() == ({"mei@example.org": reason} if reason else {})


@pytest.mark.parametrize("provider", ["mailgun"], indirect=True)
def test_what_mailgun_did_not_sign_is_not_believed(provider: str) -> None:
    said = mailgun("complained")
    said["signature"]["signature"] = "0" * 64
    assert report(provider, said) == 400
    assert not reasons()


# The library says with each report that it has no account there any more to try itself.
@pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")
@pytest.mark.parametrize("provider", ["sendgrid"], indirect=True)
def test_what_sendgrid_reports_comes_many_at_once(provider: str) -> None:
    said = [
        {"event": "bounce", "type": "bounce", "email": "gone@example.org", "timestamp": 1777629600},
        {"event": "bounce", "type": "blocked", "email": "full@example.org", "timestamp": 1777629600},
        {"event": "dropped", "reason": "Bounced Address", "email": "before@example.org", "timestamp": 1777629600},
        {"event": "spamreport", "email": "cross@example.org", "timestamp": 1777629600},
        {"event": "deferred", "email": "late@example.org", "timestamp": 1777629600},
    ]
    assert report(provider, said) == 200
    assert reasons() == {
        "gone@example.org": "bounced",
        "before@example.org": "bounced",
        "cross@example.org": "complained",
    }


def test_nobody_reports_without_the_secret(provider: str) -> None:
    assert report(provider, postmark("HardBounce"), secret="carrier:guessed") == 400
    assert Client().post("/mail/reports/postmark/", postmark("HardBounce"), "application/json").status_code == 400
    assert not reasons()


def test_a_report_needs_a_service_that_is_set_and_a_secret(provider: str, settings) -> None:
    assert report("mailgun", mailgun("complained")) == 404
    assert report("nobody", {}) == 404
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert report(provider, postmark("HardBounce")) == 404
    settings.MAIL_PROVIDER = ""
    assert report(provider, postmark("HardBounce")) == 404
    assert not reasons()


def test_reading_the_address_of_reports_changes_nothing(provider: str) -> None:
    assert Client().get("/mail/reports/postmark/").status_code == 405
    assert report(provider, postmark("HardBounce", None)) == 200
    assert not reasons()


def test_the_same_report_many_times_is_one(provider: str, town: City) -> None:
    coordinator, member = holder(town, Role.COORDINATOR), holder(town)
    for _each in range(3):
        assert report(provider, postmark("HardBounce", member.email)) == 200
    assert reasons() == {member.email: "bounced"}
    assert Notice.objects.filter(user=coordinator).count() == 1
    report(provider, postmark("SpamComplaint", member.email))
    report(provider, postmark("HardBounce", member.email))
    assert reasons() == {member.email: "complained"}


# --- No mail ---


def test_no_notice_reaches_a_stopped_address_and_none_is_lost(monkeypatch, town: City) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    kind = kinds.register(Kind("news", "News", "%(what)s happened"))
    alarm = kinds.register(Kind("alarm", "Alarms", "%(what)s is wrong", Delivery.AT_ONCE))
    user = holder(town)
    domain.stop_address(email=user.email.upper(), reason=BOUNCED)
    notices.notify(user=user, kind=kind, city=town, values={"what": "This"})
    notices.notify(user=user, kind=alarm, city=town, values={"what": "That"})
    tasks.mail_digests.enqueue()
    assert not mail.outbox
    assert Notice.objects.filter(mailed_at=None).count() == 2
    assert "This happened" in signed_in(user).get("/en/work/").content.decode()
    StoppedAddress.objects.all().delete()
    tasks.mail_digests.enqueue()
    assert "This happened" in mail.outbox[-1].body


def test_other_mail_does_not_reach_it_either(django_capture_on_commit_callbacks) -> None:
    domain.stop_address(email="mei@example.org", reason=BOUNCED)
    with django_capture_on_commit_callbacks(execute=True):
        letters.send("accounts/mail/reached", to="Mei@example.org", language="en", person="")
        letters.send("accounts/mail/reached", to="bo@example.org", language="en", person="")
    assert [message.to for message in mail.outbox] == [["bo@example.org"]]


def test_a_code_that_somebody_asks_for_reaches_it_and_shows_that_it_works(client: Client) -> None:
    user, other = person(), person()
    for each in (user, other):
        domain.stop_address(email=each.email, reason=BOUNCED)
    client.post("/en/account/sign-in/", {"login": user.email})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[0].body, re.MULTILINE)[0]
    assert len(reasons()) == 2
    client.post("/en/account/sign-in/code/", {"code": code})
    assert client.get("/en/account/").context["user"] == user
    assert reasons() == {other.email: "bounced"}


def test_whoever_reported_our_mail_gets_none_by_signing_in(client: Client) -> None:
    user = person()
    domain.stop_address(email=user.email, reason=COMPLAINED)
    client.post("/en/account/sign-in/", {"login": user.email})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[0].body, re.MULTILINE)[0]
    client.post("/en/account/sign-in/code/", {"code": code})
    assert reasons() == {user.email: "complained"}
    assert "reported as unwanted" in client.get("/en/account/").content.decode()


def test_signing_in_by_other_means_shows_nothing_of_the_address() -> None:
    user = person()
    domain.stop_address(email=user.email, reason=BOUNCED)
    signed_in(user).get("/en/account/")
    assert reasons() == {user.email: "bounced"}


def test_confirming_an_address_shows_that_it_works() -> None:
    user = person()
    client = signed_in(user)
    domain.stop_address(email="new@example.org", reason=BOUNCED)
    client.post("/en/account/mail/", {"email": "new@example.org", "action_add": ""})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[0].body, re.MULTILINE)[0]
    client.post("/en/account/sign-up/code/", {"code": code})
    assert EmailAddress.objects.get(email="new@example.org").verified
    assert not reasons()


# --- Trying again ---


@pytest.mark.parametrize("page", ["account/", "work/"])
def test_the_person_sees_that_mail_is_stopped_and_tries_again(page: str, django_capture_on_commit_callbacks) -> None:
    user = person(language="en")
    client = signed_in(user)
    assert "/account/mail/again/" not in client.get(f"/en/{page}").content.decode()
    domain.stop_address(email=user.email, reason=BOUNCED)
    words = client.get(f"/en/{page}").content.decode()
    assert f"Mail to {user.email} came back" in words
    assert 'action="/en/account/mail/again/"' in words
    with django_capture_on_commit_callbacks(execute=True):
        assert client.get("/en/account/mail/again/").status_code == 405
        answer = client.post("/en/account/mail/again/", follow=True)
        client.post("/en/account/mail/again/")  # once more, by the button of another tab
    assert f"We send mail to {user.email} again" in answer.content.decode()
    assert [message.subject for message in mail.outbox] == ["Mail reaches you again"]
    assert not reasons()


def test_nobody_lifts_the_stop_of_another() -> None:
    user = person()
    domain.stop_address(email=user.email, reason=BOUNCED)
    signed_in(person()).post("/en/account/mail/again/")
    assert Client().post("/en/account/mail/again/").status_code == 302
    assert reasons() == {user.email: "bounced"}


def test_the_account_goes_with_its_stop_and_without_a_farewell(django_capture_on_commit_callbacks) -> None:
    user, other = person(), person()
    for each in (user, other):
        domain.stop_address(email=each.email, reason=BOUNCED)
    assert export_all(user)["account"]["stopped_addresses"][0]["reason"] == "bounced"
    with django_capture_on_commit_callbacks(execute=True):
        domain.delete_account(user=user)
    assert reasons() == {other.email: "bounced"}
    assert not mail.outbox


# --- Those who are told ---


def test_coordinators_of_the_persons_cities_are_told_without_a_name(town: City) -> None:
    coordinator, elsewhere = holder(town, Role.COORDINATOR), holder(city("Otherton"), Role.COORDINATOR)
    member = holder(town, first_name="Mei")
    domain.stop_address(email=member.email, reason=BOUNCED)
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.city, notice.values) == (coordinator, town, {})
    assert "Mei" not in str(notice)
    assert notice.url == f"/en/{town.slug}/workspace/people/"
    assert not Notice.objects.filter(user__in=[elsewhere, member]).exists()
    domain.stop_address(email=holder(town).email, reason=BOUNCED)
    assert Notice.objects.count() == 1, "the page shows both, so that one notice is enough"


def test_a_coordinator_is_not_told_of_themselves(town: City) -> None:
    domain.stop_address(email=holder(town, Role.COORDINATOR).email, reason=BOUNCED)
    assert not Notice.objects.exists()


def test_the_page_of_people_marks_whom_no_mail_reaches(town: City, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    coordinator = holder(town, Role.COORDINATOR)
    client = signed_in(coordinator)
    address = f"/en/{town.slug}/workspace/people/"
    assert "mail does not arrive" not in client.get(address).content.decode()
    domain.stop_address(email=holder(town).email, reason=BOUNCED)
    people.invite(city=town, email="asked@example.org", role=Role.MEMBER, invited_by=coordinator)
    domain.stop_address(email="asked@example.org", reason=COMPLAINED)
    with CaptureQueriesContext(connection) as of_two:
        assert client.get(address).content.decode().count("mail does not arrive") == 2
    for number in range(9):
        domain.stop_address(email=holder(town, email=f"m{number}@example.org").email, reason=BOUNCED)
    with django_assert_num_queries(len(of_two)):
        assert client.get(address).content.decode().count("mail does not arrive") == 11


def test_whoever_invited_is_told_and_cannot_invite_there_again(town: City) -> None:
    coordinator, left = holder(town, Role.COORDINATOR), holder(town, Role.COORDINATOR)
    for inviter in (coordinator, left):
        people.invite(city=town, email=f"of-{inviter.pk}@example.org", role=Role.MEMBER, invited_by=inviter)
    invitation = town.invitations.get(invited_by=coordinator)
    town.memberships.filter(user=left).delete()
    for each in town.invitations.all():
        domain.stop_address(email=each.email, reason=BOUNCED)
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind) == (coordinator, "invitation-stopped")
    for again in (
        lambda: people.resend_invitation(invitation=invitation, invited_by=coordinator),
        lambda: people.invite(city=town, email=invitation.email, role=Role.EDITOR, invited_by=coordinator),
    ):
        with pytest.raises(ValidationError, match="Ask the person for another one"):
            again()
    typed = {"email": invitation.email.upper(), "role": "member"}
    answer = signed_in(coordinator).post(f"/en/{town.slug}/workspace/people/invite/", typed)
    assert "Mail to this address does not arrive" in answer.content.decode()


def test_an_inviter_whose_account_is_gone_is_nobody_to_tell(town: City) -> None:
    coordinator = holder(town, Role.COORDINATOR)
    people.invite(city=town, email="asked@example.org", role=Role.MEMBER, invited_by=coordinator)
    holder(town, Role.COORDINATOR)
    domain.delete_account(user=User.objects.get(pk=coordinator.pk))
    domain.stop_address(email="asked@example.org", reason=BOUNCED)
    assert not Notice.objects.exists()
