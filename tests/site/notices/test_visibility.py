"""Nobody is told, on the site or by mail, of what they may not see any more."""

from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.site import city, holder, organization, person, signed_in

from allcity.site.accounts.models import User
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.cities.people import domain as people
from allcity.site.cities.settings.domain import show_city
from allcity.site.conversations.domain import start_thread, write_post
from allcity.site.conversations.models import Party, Thread
from allcity.site.notices import domain, kinds, queries, tasks, visibility
from allcity.site.notices.kinds import Delivery, Kind
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Kind:
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(visibility, "_checkers", {})
    return kinds.register(Kind("news", "News", "%(what)s happened"))


def seen(user: User) -> str:
    client = signed_in(User.objects.get(pk=user.pk))
    return client.get("/en/work/").content.decode() + client.get("/en/work/notices/").content.decode()


def mailed(user: User) -> str:
    mail.outbox.clear()
    tasks.mail_digests.enqueue()
    return "".join(message.body for message in mail.outbox if message.to == [user.email])


def test_a_city_that_was_hidden_is_not_told_of(news: Kind, town: City) -> None:
    member, outsider = holder(town), person()
    for user in (member, outsider):
        domain.notify(user=user, kind=news, city=town, values={"what": "This"})
        domain.notify(user=user, kind=news, values={"what": "That"})
    show_city(city=town, is_public=False, in_totals=False)
    assert "This happened" not in seen(outsider)
    assert "This happened" in seen(member)
    tasks.mail_digests.enqueue()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "This happened" not in bodies[outsider.email]
    assert all("That happened" in body for body in bodies.values())
    assert len(queries.unread_of(outsider)) == 1


def test_a_mail_at_once_is_checked_as_it_is_sent(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    alarm = kinds.register(Kind("alarm", "Alarms", "Wrong", Delivery.OFF))
    show_city(city=town, is_public=False, in_totals=False)
    notice = domain.notify(user=person(), kind=alarm, city=town)
    tasks.mail_notice.enqueue(notice.pk)
    assert not mail.outbox
    notice.refresh_from_db()
    assert notice.mailed_at is None


def test_what_may_be_seen_again_is_told_again(news: Kind, town: City) -> None:
    show_city(city=town, is_public=False, in_totals=False)
    user = person()
    domain.notify(user=user, kind=news, city=town, values={"what": "This"})
    assert not mailed(user)
    give_role(city=town, user=user, role=Role.MEMBER)
    assert "This happened" in mailed(user)
    assert "This happened" in seen(user)


def test_coordinators_are_told_of_requests_while_they_are_coordinators(town: City) -> None:
    coordinator, other = holder(town, Role.COORDINATOR), holder(town, Role.COORDINATOR)
    people.ask_for_role(city=town, user=person(first_name="Mei"), role=Role.MEMBER)
    for membership in town.memberships.filter(user=other):
        people.change_role(membership=membership, role=Role.MEMBER)
    assert "Mei asks for a role" in seen(coordinator)
    assert "Mei asks for a role" not in seen(other)
    tasks.mail_digests.enqueue()
    assert [message.to for message in mail.outbox if "Mei asks" in message.body] == [[coordinator.email]]


def test_a_request_that_is_gone_is_not_told_of(town: City) -> None:
    coordinator = holder(town, Role.COORDINATOR)
    people.ask_for_role(city=town, user=person(first_name="Mei"), role=Role.MEMBER).delete()
    assert Notice.objects.filter(user=coordinator).exists()
    assert "Mei asks" not in seen(coordinator)
    assert not mailed(coordinator)


def a_thread(town: City, *, audience: str, followers: list[User]) -> Thread:
    author = holder(town, Role.EDITOR)
    thread = start_thread(
        city=town, title="Violins", user=author, audience=audience, users=followers, text="Who has some?", language="en"
    )
    write_post(thread=thread, user=author, text="We have three.", language="en")
    return thread


def test_a_conversation_that_became_a_circles_own_is_told_to_the_circle_alone(town: City) -> None:
    inside, outside = holder(town), holder(town)
    thread = a_thread(town, audience="public", followers=[inside, outside])
    assert "Violins" in seen(outside)
    Notice.objects.update(read_at=None)
    Thread.objects.filter(pk=thread.pk).update(audience="circle")
    Party.objects.filter(thread=thread, user=outside).delete()
    assert "Violins" in seen(inside)
    assert "Violins" not in seen(outside)
    assert "Violins" in mailed(inside)
    assert "Violins" not in mailed(outside)


def test_a_conversation_that_is_gone_is_not_told_of(town: City) -> None:
    user = holder(town)
    thread = a_thread(town, audience="members", followers=[user])
    thread.delete()
    assert "Violins" not in seen(user)
    assert not mailed(user)


def test_who_left_is_not_told_of_what_members_said(town: City) -> None:
    user = holder(town)
    a_thread(town, audience="members", followers=[user])
    people.leave_city(city=town, user=user)
    assert "Violins" not in seen(user)
    assert not mailed(user)


def test_a_page_that_is_no_more_lets_nothing_through(news: Kind, town: City) -> None:
    visibility.register(visibility.of_records("thread", readable=lambda _user, named: named), news)
    user = holder(town)
    for what, url in (("Gone", "/en/nowhere/at/all/ever/"), ("Whole", f"/en/{town.slug}/conversations/"), ("Bare", "")):
        domain.notify(user=user, kind=news, city=town, values={"what": what}, url=url)
    assert [notice.values["what"] for notice in queries.unread_of(user)] == ["Bare", "Whole"]


def test_one_notice_and_thirty_take_as_many_queries(town: City) -> None:
    user = holder(town)
    a_thread(town, audience="members", followers=[user])
    organization(town)
    client = signed_in(user)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    client.get("/en/work/")
    before = [count("/en/work/"), count("/en/work/notices/")]
    for _each in range(30):
        a_thread(town, audience="members", followers=[user])
    assert [count("/en/work/"), count("/en/work/notices/")] == before
    with CaptureQueriesContext(connection) as of_many:
        tasks.mail_digest.enqueue(user.pk)
    assert len(mail.outbox) == 1
    assert len(of_many) < 25


def test_the_newest_five_stand_on_my_work(news: Kind, town: City) -> None:
    user = holder(town)
    for number in range(7):
        domain.notify(
            user=user, kind=news, city=town, values={"what": f"<b>{number}</b>"}, due_on=date(2026, 5, 1 + number)
        )
    words = signed_in(user).get("/en/work/").content.decode()
    assert "&lt;b&gt;6&lt;/b&gt; happened" in words
    assert "<b>6" not in words
    assert "&lt;b&gt;1&lt;/b&gt;" not in words
    assert "Notices: 7 that you have not read" in words
