"""Suggesting a resource: confirmed by mail, looked at in the one queue, taken back by the link; and what is refused."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.resources import a_resource, a_suggestion, an_entry
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts import personal_data
from allcity.site.accounts.domain import delete_account
from allcity.site.cities.models import City, Role
from allcity.site.conversations.kinds import QUEUE
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.notices.models import Notice
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain, moderating, queries, suggest_views, tasks
from allcity.site.publishing.resources.addresses import cleaned, host_of, same

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
State = Resource.State
LINK = "https://lending.example/how"
STRANGER = {"email": "Ada@Example.org", "is_adult": "on"}
SAID = {
    "url": LINK,
    "title": "How to lend a cello",
    "kind": "guide",
    "summary": "On lending.",
    "use": "",
    "language": "en",
}


def send(town, browser=None, **more):
    said = {**SAID, **({} if browser else STRANGER), **more}
    return (browser or Client()).post(
        reverse("city:resource-suggest", args=[town.slug]),
        {name: each for name, each in said.items() if each is not None},
    )


def library_of(town):
    return Client().get(reverse("city:resources", args=[town.slug])).content.decode()


def link_of(message):
    return re.search(r"http://localhost:8000(/\S+/suggestion/\S+)", message.body)[1]


def confirmed(town, **more):
    return domain.confirm(resource=a_suggestion(town, **{"email": "ada@example.org", **more}))


def case_of(resource):
    return Case.objects.get(kind=queries.KIND, subject=resource.public_id)


# --- Without an account ---


def test_it_waits_in_the_queue_once_it_is_confirmed_with_a_button_and_not_by_following_the_link(town, mails):
    (message,) = mails(lambda: send(town))
    link = link_of(message)
    assert message.to == ["ada@example.org"]
    row, client = Resource.objects.get(), Client()
    for _ in range(2):
        assert "Confirm your suggestion" in client.get(link).content.decode()
    assert not moderating.is_waiting(row)
    for _ in range(2):
        assert client.post(link).status_code == 302
    assert case_of(row).state == Case.State.WAITING
    assert "A coordinator of the city looks at it" in client.get(link).content.decode()
    assert "How to lend a cello" not in library_of(town)


def test_nothing_that_a_stranger_typed_is_mailed(town, mails):
    (message,) = mails(lambda: send(town, title="Buy pills", summary="Cheap watches", url="https://pills.example/"))
    assert link_of(message)
    assert not re.search(r"pills|watches", message.body + message.subject)


def test_somebody_with_an_account_and_no_role_confirms_by_mail_too(town, mails):
    (message,) = mails(lambda: send(town, signed_in(person()), **STRANGER))
    assert message.to == ["ada@example.org"]
    row = Resource.objects.get()
    assert (row.suggested_by, moderating.is_waiting(row)) == (None, False)


def test_a_member_needs_no_mail_and_waits_for_a_coordinator_all_the_same(town, mails):
    member = holder(town)
    browser = signed_in(member)
    assert mails(lambda: send(town, browser)) == []
    row = Resource.objects.get()
    assert (row.suggested_by, row.email, row.state) == (member, "", State.SUGGESTED)
    assert case_of(row).author == member
    assert "How to lend a cello" not in library_of(town)


def test_a_member_finds_what_waits_of_theirs_and_takes_it_back(town, mails):
    member, other = signed_in(holder(town)), signed_in(holder(town))
    here = reverse("city:resources", args=[town.slug])
    mails(lambda: send(town, member))
    row = Resource.objects.get()
    link = reverse("resources:suggestion", args=[queries.token_of(row)])
    assert link in member.get(here).content.decode()
    assert link not in other.get(here).content.decode()
    member.post(reverse("resources:take-back", args=[queries.token_of(row)]))
    assert link not in member.get(here).content.decode()
    assert not Resource.objects.filter(pk=row.pk, state=State.SUGGESTED).exists()


def test_what_was_not_confirmed_is_replaced_and_its_link_ends(town, mails):
    old = link_of(mails(lambda: send(town))[0])
    new = link_of(mails(lambda: send(town, title="Better said", url=LINK + "/"))[0])
    assert Client().get(old).status_code == Client().post(old).status_code == 404
    assert "Better said" in Client().get(new).content.decode()
    assert Resource.objects.count() == 1


def test_it_is_taken_back_by_the_link_before_it_is_decided_and_not_after(town, coordinator):
    rows = [a_suggestion(town, email="a@example.org"), confirmed(town), confirmed(town)]
    paths = [reverse("resources:take-back", args=[queries.token_of(row)]) for row in rows]
    for row, path in zip(rows[:2], paths, strict=False):
        assert Client().get(path).status_code == 405
        assert Client().post(path).status_code == 302
        assert not Resource.objects.filter(pk=row.pk).exists()
    assert not Case.objects.waiting().exclude(subject=rows[2].public_id).exists()
    moderation.keep(case=case_of(rows[2]), decided_by=coordinator)
    assert Client().post(paths[2]).status_code == 404
    assert Client().get(reverse("resources:suggestion", args=[queries.token_of(rows[2])])).status_code == 404
    assert Resource.objects.filter(pk=rows[2].pk).exists()
    with pytest.raises(ValidationError, match="decided already"):
        domain.take_back(resource=rows[2])


def test_a_link_that_is_not_ours_leads_nowhere(town):
    row = a_suggestion(town, email="a@example.org")
    token = queries.token_of(row)
    for wrong in ("x", str(row.public_id), token + "x", token.swapcase()):
        assert Client().get(reverse("resources:suggestion", args=[wrong])).status_code == 404
        assert Client().post(reverse("resources:take-back", args=[wrong])).status_code == 404
    assert Resource.objects.filter(pk=row.pk).exists()


def test_what_nobody_confirms_is_forgotten_after_two_weeks(town):
    _never, later, by_member = (
        a_suggestion(town, email="a@example.org"),
        confirmed(town),
        a_suggestion(town, user=person()),
    )
    Resource.objects.update(made_at=timezone.now() - timedelta(days=13))
    tasks.forget_unconfirmed_suggestions.call()
    assert Resource.objects.count() == 3
    Resource.objects.update(made_at=timezone.now() - timedelta(days=15))
    tasks.forget_unconfirmed_suggestions.call()
    assert set(Resource.objects.all()) == {later, by_member}


# --- Who fills in the form ---


def test_programs_and_students_suggest_nothing(town, mails):
    def act():
        trapped = send(town, website="https://pills.example/")
        assert trapped.url == send(town, url="https://other.example/").url  # it is told nothing
        assert send(town, is_adult=None, url="https://third.example/").status_code == 200

    assert len(mails(act)) == 1
    assert [row.url for row in Resource.objects.all()] == ["https://other.example/"]


def test_too_many_from_one_connection_are_asked_to_wait(town):
    for number in range(20):
        sent = send(town, email=f"p{number}@example.org", url=f"https://lending.example/{number}")
        assert sent.status_code == 302
    late = send(town, email="late@example.org", url="https://lending.example/late")
    assert late.status_code == 429
    assert "in an hour" in late.content.decode()
    assert Resource.objects.count() == 20


def test_three_mails_a_day_reach_an_address_and_whoever_asks_is_told_nothing_of_it(town, mails):
    answers = []

    def act():
        answers.extend(send(town, url=f"https://lending.example/{number}") for number in range(5))

    assert len(mails(act)) == 3
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, answers[0].url)}
    assert Resource.objects.count() == 3


def test_a_member_too_suggests_only_so_much_in_a_day(town, monkeypatch):
    monkeypatch.setitem(suggest_views.RATES, "suggest_resource_user", "2/d/key")
    browser = signed_in(holder(town))
    answers = [send(town, browser, url=f"https://lending.example/{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 200]
    assert "Go on tomorrow" in answers[-1].content.decode()


def test_it_is_said_in_the_language_of_the_page(town):
    with translation.override("es"):
        assert send(town).status_code == 302
    assert list(Resource.objects.get().words) == ["es"]


def test_a_city_that_is_not_public_takes_none_from_outside(town):
    member = signed_in(holder(town))
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert send(town).status_code == 404
    assert town not in Client().get(reverse("resources:suggest")).context["cities"]
    assert send(town, member).status_code == 302
    assert Resource.objects.get().city == town


def test_one_chooses_the_city_first(town):
    page = Client().get(reverse("resources:suggest")).content.decode()
    assert reverse("city:resource-suggest", args=[town.slug]) in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "lending"}, "url"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\u202e"}, None),
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 601}, "summary"),
        ({"use": "x" * 601}, "use"),
        ({"kind": "poem"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"language": "klingon"}, "language"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(town, wrong, field):
    answer = send(town, **wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {field or "__all__"}
    assert not Resource.objects.exists()


# --- Links ---


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://lending.example/", "file:///etc/passwd", "https://",
        "https://ada:secret@lending.example/", "https://ada@lending.example/", "https://lending.example:99999/",
        "https://lend ing.example/", "https://[::1", "https://lending.example/" + "x" * 1000,
        "http://localhost/", "http://localhost:8000/admin/", "http://LOCALHOST./", "http://127.0.0.1/", "127.0.0.1:80",
        "http://10.0.0.8/", "http://172.16.5.4/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/", "http://100.64.0.1/", "http://[::1]/", "http://[fe80::1]/", "http://[fd00::1]/",
        "http://[::ffff:10.0.0.8]/", "http://[64:ff9b::a00:8]/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
        "http://printer.local/", "http://metadata.google.internal/", "http://a.localhost/", "http://router/",
    ],
)  # fmt: skip
def test_what_is_not_of_the_public_web_is_refused(town, url):
    with pytest.raises(ValidationError, match="Write a link that begins with https://"):
        a_suggestion(town, url=url, email="ada@example.org")
    assert send(town, url=url).status_code == 200
    assert not Resource.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lending.example", "https://lending.example/"),
        (" HTTPS://Lending.Example:443/How#top ", "https://lending.example/How"),
        ("http://lending.example:8080/a", "http://lending.example:8080/a"),
        ("https://a.example/?utm_source=x&id=2&fbclid=3", "https://a.example/?id=2"),
        ("https://a.example/?q=a+b&empty=", "https://a.example/?q=a+b&empty="),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://localhost.example/internal", "https://localhost.example/internal"),
    ],
)
def test_a_link_is_kept_without_what_follows_readers(town, typed, kept):
    assert a_suggestion(town, url=typed, email="ada@example.org").url == kept


@given(st.text(max_size=80))
def test_whatever_is_typed_is_kept_as_a_link_of_the_web_or_refused(typed):
    try:
        url = cleaned(typed)
    except ValidationError:
        return
    assert url.startswith(("https://", "http://"))
    assert cleaned(url) == url
    assert same(url) == same(typed.strip() if "://" in typed else f"https://{typed.strip()}")
    assert host_of(url)


def test_what_is_there_already_is_thanked_for(town, coordinator):
    listed = a_resource(None, "In the library", url="https://www.one.example/page/")
    waits = confirmed(town, url="https://two.example/?a=1&b=2")
    declined = confirmed(town, url="https://three.example/")
    moderation.take_down(case=case_of(declined), decided_by=coordinator, reason="It sells something.")
    for url, told in (
        ("http://one.example/page?utm_source=x", "in the library already, as “In the library”"),
        ("two.example/?b=2&a=1", "somebody suggested this before you"),
        ("https://www.three.example", "was looked at before"),
    ):
        with pytest.raises(ValidationError, match=told) as refused:
            a_suggestion(town, url=url, email="eve@example.org")
        assert refused.value.code == "url"
    assert set(Resource.objects.all()) == {listed, waits, declined}
    a_suggestion(city("Elsewhere"), url="https://two.example/?a=1&b=2", email="eve@example.org")  # another's queue


def test_what_a_stranger_never_confirms_keeps_nobody_else_out(town, editor, coordinator):
    held = a_suggestion(town, url=LINK, email="eve@example.org")
    other = a_suggestion(town, url=LINK, email="ada@example.org")
    domain.confirm(resource=other)
    moderation.keep(case=case_of(other), decided_by=coordinator)
    late = Client().post(reverse("resources:suggestion", args=[queries.token_of(held)]))
    assert late.status_code == 404
    assert "in the library already" in late.content.decode()
    assert not moderating.is_waiting(held)
    another = "https://another.example/"
    a_suggestion(town, url=another, email="eve@example.org")
    assert domain.add(city=town, user=editor, entry=an_entry(), url=another).state == State.LISTED


# --- Moderation ---


def test_a_coordinator_reads_the_whole_link_as_text_and_lets_it_into_the_library(town, coordinator):
    row = confirmed(town, title="<b>Cello</b>", url=LINK)
    browser = signed_in(coordinator)
    assert Notice.objects.filter(user=coordinator, kind=QUEUE.id).exists()
    page = browser.get(reverse("city:moderation-case", args=[town.slug, case_of(row).public_id])).content.decode()
    assert LINK in page
    assert f'href="{LINK}"' not in page
    assert "<b>Cello" not in page
    moderation.keep(case=case_of(row), decided_by=coordinator)
    row.refresh_from_db()
    assert (row.state, row.email) == (State.LISTED, "")  # nobody needs the address any more
    assert "&lt;b&gt;Cello" in library_of(town)


def test_what_is_declined_is_not_shown_and_its_address_is_erased(town, coordinator):
    row = confirmed(town)
    moderation.take_down(case=case_of(row), decided_by=coordinator, reason="It sells something.")
    row.refresh_from_db()
    assert (row.state, row.email) == (State.DECLINED, "")
    assert "How to lend violins" not in library_of(town)


def test_a_member_is_told_why_it_was_declined_and_answers_once(town, coordinator):
    member = holder(town)
    row = a_suggestion(town, user=member)
    moderation.take_down(case=case_of(row), decided_by=coordinator, reason="It sells something.")
    assert "It sells something." in str(list(Notice.objects.filter(user=member).values_list("values", flat=True)))
    moderation.answer(case=case_of(row), text="It does not.")
    moderation.keep(case=case_of(row), decided_by=coordinator)
    row.refresh_from_db()
    assert row.state == State.LISTED


def test_nobody_decides_of_their_own_and_editors_of_none(town, editor, coordinator):
    row = a_suggestion(town, user=coordinator)
    with pytest.raises(ValidationError, match="wrote this yourself"):
        moderation.keep(case=case_of(row), decided_by=coordinator)
    queue = reverse("city:moderation", args=[town.slug])
    assert signed_in(editor).get(queue).status_code == 403
    assert "How to lend violins" in signed_in(holder(town, Role.COORDINATOR)).get(queue).content.decode()


def test_what_is_in_the_library_of_a_city_is_reported_by_anybody(town, editor, coordinator):
    row, for_all, hidden = a_resource(town, user=editor), a_resource(None), confirmed(town)
    paths = {
        each: reverse("city:report", args=[town.slug, queries.KIND, each.public_id]) for each in (row, for_all, hidden)
    }
    assert paths[row] in Client().get(reverse("city:resource", args=[town.slug, row.public_id])).content.decode()
    assert Client().post(paths[row], {"reason": "It is an advertisement."}).status_code == 302
    assert case_of(row).state == Case.State.WAITING
    for each in (for_all, hidden):
        assert signed_in(person()).get(paths[each]).status_code == 404
    moderation.take_down(case=case_of(row), decided_by=coordinator, reason="So it is.")
    row.refresh_from_db()
    assert row.state == State.DECLINED


def test_letting_a_report_stand_brings_nothing_back_that_was_archived_meanwhile(town, editor, coordinator):
    row = a_resource(town, user=editor)
    Client().post(reverse("city:report", args=[town.slug, queries.KIND, row.public_id]), {"reason": "Odd."})
    domain.archive(resource=row, user=editor)
    moderation.keep(case=case_of(row), decided_by=coordinator)
    row.refresh_from_db()
    assert row.state == State.REMOVED


# --- People ---


def test_what_is_kept_of_a_person_is_handed_over(town):
    user, other = holder(town, email="ada@example.org"), holder(town)
    a_suggestion(town, "By the account", user=user)
    a_suggestion(town, "By the address", email="ADA@example.org")
    a_resource(town, "Added", user=user)
    a_suggestion(town, "Of somebody else", user=other)
    told = personal_data.export_all(user)["resources"]
    assert [row["words"]["en"]["title"] for row in told] == ["By the account", "By the address", "Added"]
    assert {row["city__slug"] for row in told} == {town.slug}


def test_whoever_leaves_takes_along_what_nobody_has_decided_and_the_name_off_the_rest(town, coordinator):
    user, other = holder(town, email="ada@example.org"), holder(town)
    decided, waits = a_suggestion(town, user=user), a_suggestion(town, user=user)
    by_address, others = confirmed(town), a_suggestion(town, user=other)
    added = a_resource(town, user=user)
    moderation.keep(case=case_of(decided), decided_by=coordinator)
    delete_account(user=user)
    assert set(Resource.objects.all()) == {decided, others, added}
    for row in (decided, added):
        row.refresh_from_db()
        assert (row.suggested_by, row.changed_by, row.email, row.state) == (None, None, "", State.LISTED)
    assert not Resource.objects.filter(pk__in=[waits.pk, by_address.pk]).exists()
    assert set(Case.objects.waiting().values_list("subject", flat=True)) == {others.public_id}
