"""Notices: told in the reader's language, mailed as each person wants, and stopped with one click."""

import re
from datetime import date
from email.utils import parseaddr

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.models import User
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import City, Role
from allcity.site.cities.people.domain import ask_for_role
from allcity.site.notices import domain, kinds, tasks
from allcity.site.notices.kinds import Delivery, Kind
from allcity.site.notices.mail import stop_token
from allcity.site.notices.models import EVERY_KIND, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})


@pytest.fixture
def news(catalogue: None) -> Kind:
    return kinds.register(Kind("news", "News", "%(what)s happened"))


@pytest.fixture
def alarm(catalogue: None) -> Kind:
    return kinds.register(Kind("alarm", "Alarms", "%(what)s is wrong", Delivery.AT_ONCE))


@pytest.fixture
def town() -> City:
    return city()


@pytest.fixture
def user(town: City) -> User:
    return holder(town)


def test_a_days_notices_come_in_one_mail_once(news: Kind, town: City, user: User) -> None:
    domain.notify(user=user, kind=news, city=town, values={"what": "This"}, url=f"/en/{town.slug}/workspace/")
    domain.notify(user=user, kind=news, city=city("Otherton"), values={"what": "That"}, due_on=date(2026, 5, 4))
    tasks.mail_digests.enqueue()
    tasks.mail_digests.enqueue()
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert message.subject == "2 notices from Otherton, Testville"
    for words in ("This happened", "That happened", "Due on May 4, 2026", f"/en/{town.slug}/workspace/"):
        assert words in message.body
        assert words in message.alternatives[0].content


def test_nothing_new_means_no_mail(news: Kind, user: User) -> None:
    tasks.mail_digests.enqueue()
    domain.notify(user=user, kind=news, values={"what": "This"})
    signed_in(user).post("/en/work/notices/read/")
    tasks.mail_digests.enqueue()
    assert not mail.outbox


def test_mail_is_in_the_persons_language_and_the_citys_time(town: City, catalogue: None) -> None:
    kind = kinds.register(Kind("save", "Save", _("Save")))  # a word that Django itself can say in Spanish
    user = holder(town, language="es")
    notice = domain.notify(user=user, kind=kind, city=town, url=f"/en/{town.slug}/workspace/")
    Notice.objects.filter(pk=notice.pk).update(created_at="2026-01-02T03:00:00Z")
    tasks.mail_digests.enqueue()
    body = mail.outbox[0].body
    assert "Guardar" in body or "Grabar" in body
    assert "1 de enero de 2026" in body  # the evening before, in Chicago
    assert f"/es/{town.slug}/workspace/" in body
    assert "/es/account/notices/" in body


def test_what_cannot_wait_is_mailed_at_once_and_not_again(
    alarm: Kind, user: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        domain.notify(user=user, kind=alarm, values={"what": "It"})
    assert [message.subject for message in mail.outbox] == ["It is wrong"]
    tasks.mail_digests.enqueue()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("choice", "at_once", "in_digest"), [("at_once", 1, 0), ("digest", 0, 1), ("off", 0, 0)])
def test_each_kind_comes_as_it_is_chosen(
    news: Kind,
    alarm: Kind,
    user: User,
    choice: str,
    at_once: int,
    in_digest: int,
    django_capture_on_commit_callbacks: object,
) -> None:
    client = signed_in(user)
    assert "How" not in client.get("/en/account/notices/").content.decode()
    client.post("/en/account/notices/", {"news": choice, "alarm": "off"})
    with django_capture_on_commit_callbacks(execute=True):
        domain.notify(user=user, kind=news, values={"what": "This"})
        domain.notify(user=user, kind=alarm, values={"what": "This"})
    assert len(mail.outbox) == at_once
    tasks.mail_digests.enqueue()
    assert len(mail.outbox) == at_once + in_digest
    assert "This happened" in client.get("/en/work/notices/").content.decode()  # on the site in any case


def test_mail_that_cannot_be_sent_is_sent_the_next_day(news: Kind, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    domain.notify(user=user, kind=news, values={"what": "This"})
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        with pytest.raises(AssertionError, match="ConnectionRefusedError"):
            tasks.mail_digest.enqueue(user.pk)
    tasks.mail_digests.enqueue()
    assert len(mail.outbox) == 1


def test_a_mail_program_stops_mail_with_one_click(news: Kind, user: User) -> None:
    domain.notify(user=user, kind=news, values={"what": "This"})
    tasks.mail_digests.enqueue()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<https?://[^/]+(/.+)>", headers["List-Unsubscribe"])[1]
    strict = Client(enforce_csrf_checks=True)
    assert "No more mail?" in strict.get(address).content.decode()
    domain.notify(user=user, kind=news, values={"what": "That"})
    tasks.mail_digests.enqueue()
    assert len(mail.outbox) == 2  # looking changed nothing
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    later = kinds.register(Kind("later", "Later", "Later"))
    domain.notify(user=user, kind=news, values={"what": "Again"})
    domain.notify(user=user, kind=later)
    tasks.mail_digests.enqueue()
    assert len(mail.outbox) == 2


def test_stopping_one_kind_leaves_the_others(
    news: Kind, alarm: Kind, user: User, django_capture_on_commit_callbacks: object
) -> None:
    Client().post(f"/en/account/notices/stop/{stop_token(user, 'alarm')}/")
    with django_capture_on_commit_callbacks(execute=True):
        domain.notify(user=user, kind=alarm, values={"what": "This"})
        domain.notify(user=user, kind=news, values={"what": "This"})
    tasks.mail_digests.enqueue()
    assert [message.subject for message in mail.outbox] == ["This happened"]


def test_a_link_that_was_tampered_with_stops_nothing(news: Kind, user: User) -> None:
    other = person()
    forged = stop_token(user, EVERY_KIND).replace(f"{user.pk}.", f"{other.pk}.", 1)
    assert Client().post(f"/en/account/notices/stop/{forged}/").status_code == 404
    assert not other.notice_preferences.exists()


def test_a_notice_is_read_by_its_owner_alone(news: Kind, town: City, user: User) -> None:
    notice = domain.notify(user=user, kind=news, city=town, values={"what": "This"}, url=f"/en/{town.slug}/workspace/")
    assert signed_in(person()).post(f"/en/work/notices/{notice.pk}/read/").status_code == 404
    answer = signed_in(user).post(f"/es/work/notices/{notice.pk}/read/")
    assert answer.headers["Location"] == f"/es/{town.slug}/workspace/"
    notice.refresh_from_db()
    assert notice.read_at


def test_values_are_text_and_all_of_them_are_needed(news: Kind, user: User) -> None:
    domain.notify(user=user, kind=news, values={"what": "<script>alert(1)</script>"})
    assert "<script>alert" not in signed_in(user).get("/en/work/notices/").content.decode()
    tasks.mail_digests.enqueue()
    assert "<script>alert" not in mail.outbox[0].alternatives[0].content
    assert parseaddr(mail.outbox[0].to[0])[1] == user.email
    with pytest.raises(KeyError):
        domain.notify(user=user, kind=news)


def test_kinds_that_are_gone_break_nothing(news: Kind, user: User) -> None:
    domain.notify(user=user, kind=news, values={"what": "This"})
    kinds.kinds().clear()
    tasks.mail_digests.enqueue()
    assert not mail.outbox
    assert signed_in(user).get("/en/work/notices/").status_code == 200


def test_coordinators_hear_of_requests(town: City) -> None:
    coordinators = [holder(town, Role.COORDINATOR) for _each in range(2)]
    ask_for_role(city=town, user=person(first_name="Mei"), role=Role.MEMBER)
    assert {notice.user for notice in Notice.objects.all()} == set(coordinators)
    assert {str(notice) for notice in Notice.objects.all()} == {"Mei asks for a role."}


def test_as_many_queries_for_thirty_notices_as_for_one(news: Kind, town: City, user: User) -> None:
    client = signed_in(user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/en/work/notices/")
        return len(captured)

    domain.notify(user=user, kind=news, city=town, values={"what": "This"})
    queries()
    one = queries()
    for _each in range(30):
        domain.notify(user=user, kind=news, city=town, values={"what": "This"})
    assert queries() == one


def test_notices_are_handed_over_and_erased(news: Kind, town: City, user: User) -> None:
    domain.notify(user=user, kind=news, city=town, values={"what": "This"})
    domain.choose_delivery(user=user, choices={"news": Delivery.OFF})
    kept = export_all(user)["notices"]
    assert kept["notices"][0]["says"] == "This happened"
    assert kept["preferences"] == [{"kind": "news", "delivery": "off"}]
    delete_account(user=user)
    assert not Notice.objects.exists()


def test_coordinators_are_not_left_with_the_name_of_somebody_who_has_gone(town: City) -> None:
    coordinator, stranger, other = holder(town, Role.COORDINATOR), person(first_name="Zelda"), person(first_name="Otto")
    for each in (stranger, other):
        ask_for_role(city=town, user=each, role=Role.MEMBER)
    delete_account(user=stranger)
    told = signed_in(coordinator).get("/es/work/notices/").content.decode()
    assert "Otto" in told
    assert "Zelda" not in told
