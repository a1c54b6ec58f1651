"""Endorsing the Declaration: confirmed by mail, changed and withdrawn by the same link, moderated, and never told of."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.site import city, holder, organization, person, signed_in

from allcity.site.accounts import personal_data
from allcity.site.action.endorsing import domain, moderating, queries, tasks
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City, Role
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation

pytestmark = pytest.mark.django_db
ADA = {"email": "Ada@Example.org", "name": "Ada Able", "participant": "families"}


@pytest.fixture(autouse=True)
def no_rates():
    cache.clear()


def form(**more):
    said = {"for_whom": "person", "is_adult": "on", "language": "en", **ADA, **more}
    return {name: value for name, value in said.items() if value is not None}


def send(town, browser=None, **more):
    return (browser or Client()).post(reverse("city:endorse", args=[town.slug]), form(**more))


def page_of(town, browser=None, query=""):
    return (browser or Client()).get(reverse("city:endorse", args=[town.slug]) + query)


def link_of(message):
    return re.search(r"http://localhost:8000(/\S+/endorsement/\S+)", message.body)[1]


def confirmed(town, **more):
    said = {**ADA, "is_public": True, **more}
    domain.endorse(city=town, **said)
    row = Endorsement.objects.of(town).get(
        email=said["email"].lower(), organization=said.get("organization", ""), withdrawn_at=None
    )
    return domain.confirm(endorsement=row)


def test_it_counts_once_it_is_confirmed_with_a_button_and_not_by_following_the_link(town, mails):
    (message,) = mails(lambda: send(town, statement="Music is ours.", is_public="on"))
    link = link_of(message)
    assert queries.counts(town).total == 0
    client = Client()
    for _ in range(2):
        assert "Confirm your endorsement" in client.get(link).content.decode()
    assert queries.counts(town).total == 0
    for _ in range(2):
        assert client.post(link).status_code == 302
    town.refresh_from_db()
    assert queries.counts(town).total == 1
    assert "Your endorsement" in client.get(link).content.decode()


def test_nothing_that_a_stranger_typed_is_mailed(town, mails):
    (message,) = mails(lambda: send(town, name="Buy pills", statement="Cheap watches", is_public="on"))
    assert message.to == ["ada@example.org"]
    assert not re.search("pills|watches", message.body + message.subject)


def test_whoever_asks_never_learns_whether_an_address_endorsed_before(town, mails):
    first = send(town)
    row = Endorsement.objects.get()
    domain.confirm(endorsement=row)
    answers = []
    (message,) = mails(lambda: answers.append(send(town, name="Somebody else", statement="Other")))
    assert (answers[0].status_code, answers[0].url) == (first.status_code, first.url)
    assert link_of(message).endswith(f"/{row.token}/")
    row.refresh_from_db()
    assert row.name == "Ada Able"
    for _ in range(5):
        answers.append(send(town))
    assert {answer.url for answer in answers} == {first.url}
    assert len(mails(lambda: send(town))) == 0  # three a day are enough


def test_what_was_not_confirmed_is_replaced_and_its_link_ends(town, mails):
    old = link_of(mails(lambda: send(town))[0])
    new = link_of(mails(lambda: send(town, name="Ada B."))[0])
    assert old != new
    gone = Client().get(old)
    assert gone.status_code == 404
    assert "newer one" in gone.content.decode()
    assert "Ada B." in Client().get(new).content.decode()
    assert Endorsement.objects.count() == 1


def test_one_for_each_address_and_organization(town):
    place = organization(town).public_id
    for more in ({}, {"organization": "Choir"}, {"organization": "CHOIR"}, {"place": place}, {"place": place}):
        domain.endorse(city=town, **ADA, **more)
    assert sorted(Endorsement.objects.values_list("organization", flat=True)) == ["", "Choir", "Harbor Strings"]


def test_a_member_is_shown_at_once_and_somebody_unknown_waits(town, mails):
    member = holder(town, email="mia@example.org")
    coordinator = holder(town, Role.COORDINATOR)
    confirmed(town, email=member.email, name="Mia", statement="Sing.")
    row = confirmed(town, statement="<script>alert(1)</script> 🎺" + "!" * 40)
    page = page_of(town).content.decode()
    assert "Mia" in page
    assert "Ada Able" not in page
    assert queries.counts(town).total == 2
    case = Case.objects.get(kind=moderating.KIND, subject=row.public_id)
    queue = signed_in(coordinator).get(reverse("city:moderation", args=[town.slug])).content.decode()
    assert "Ada Able" in queue
    moderation.keep(case=case, decided_by=coordinator)
    page = page_of(town).content.decode()
    assert "Ada Able" in page
    assert "&lt;script&gt;alert" in page


def test_a_coordinator_takes_it_down_and_the_link_tells_why(town):
    coordinator = holder(town, Role.COORDINATOR)
    row = confirmed(town)
    case = Case.objects.get(subject=row.public_id)
    moderation.take_down(case=case, decided_by=coordinator, reason="It names a student.")
    assert "Ada Able" not in page_of(town).content.decode()
    assert queries.counts(town).total == 1
    address = reverse("endorsement:link", args=[row.token])
    assert "It names a student." in Client().get(address).content.decode()
    domain.change(endorsement=row, name="Ada Able", participant="families", statement="Better.", is_public=True)
    case.refresh_from_db()
    assert (case.state, case.is_new) == (Case.State.WAITING, True)
    assert "Ada Able" not in page_of(town).content.decode()
    moderation.keep(case=case, decided_by=coordinator)
    assert "Better." in page_of(town).content.decode()


def test_a_member_whose_words_were_taken_down_does_not_put_them_back_alone(town):
    member = holder(town, email="mia@example.org")
    row = confirmed(town, email=member.email, name="Mia")
    domain.take_down(town, row.public_id)
    domain.change(endorsement=row, name="Mia!", participant="families", is_public=True)
    assert not queries.named(town).exists()
    assert Case.objects.waiting().filter(subject=row.public_id).exists()


def test_what_is_shown_is_reported_by_anybody(town):
    holder(town, email="ada@example.org")
    row = confirmed(town)
    address = reverse("city:report", args=[town.slug, moderating.KIND, row.public_id])
    assert Client().post(address, {"reason": "Not true."}).status_code == 302
    assert Case.objects.waiting().filter(subject=row.public_id).exists()
    hidden = confirmed(town, email="b@example.org", is_public=False)
    other = reverse("city:report", args=[town.slug, moderating.KIND, hidden.public_id])
    assert signed_in(person()).get(other).status_code == 404


def test_for_an_organization_the_city_knows_whoever_looks_after_it(town):
    place = organization(town).public_id
    member = holder(town, email="mia@example.org")
    manager = holder(town, Role.MANAGER, place=place, email="max@example.org")
    by_member = confirmed(town, email=member.email, place=place, organization="Harbor Strings")
    by_manager = confirmed(town, email=manager.email, place=place, organization="Harbor Strings")
    assert by_member.shown_at is None
    assert by_manager.shown_at is not None
    assert queries.counts(town).organizations == 1
    assert "Harbor Strings" in page_of(town).content.decode()


def test_an_account_whose_address_is_not_confirmed_makes_nobody_known(town):
    stranger = person(email="eve@example.org")
    stranger.emailaddress_set.update(verified=False)
    row = confirmed(town, email="eve@example.org")
    assert row.shown_at is None


def test_withdrawn_means_erased_and_one_may_endorse_anew(town):
    row = confirmed(town, statement="Mine.", organization="Choir")
    address = reverse("endorsement:link", args=[row.token])
    assert Client().get(reverse("endorsement:withdraw", args=[row.token])).status_code == 405
    assert Client().post(reverse("endorsement:withdraw", args=[row.token])).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.email, row.statement, row.organization, row.place) == ("", "", "", "", None)
    town.refresh_from_db()
    assert queries.counts(town).total == 0
    assert not Case.objects.waiting().exists()
    assert Client().get(address).status_code == 410
    assert Client().post(address).status_code == 410
    assert Client().post(reverse("endorsement:withdraw", args=[row.token])).status_code == 410
    assert Client().get(reverse("endorsement:change", args=[row.token])).status_code == 410
    confirmed(town, organization="Choir")
    confirmed(town, email="b@example.org", organization="Choir")
    town.refresh_from_db()
    assert queries.counts(town).total == 2


def test_what_was_never_confirmed_is_removed_by_whom_it_is_not_for_or_after_two_weeks(town):
    domain.endorse(city=town, **ADA)
    row = Endorsement.objects.get()
    assert Client().get(reverse("endorsement:change", args=[row.token])).status_code == 302
    Client().post(reverse("endorsement:withdraw", args=[row.token]))
    assert not Endorsement.objects.exists()
    domain.endorse(city=town, **ADA)
    tasks.forget_unconfirmed.call()
    assert Endorsement.objects.exists()
    Endorsement.objects.update(made_at=timezone.now() - timedelta(days=15))
    tasks.forget_unconfirmed.call()
    assert not Endorsement.objects.exists()


def test_it_is_changed_by_its_link_and_going_unnamed_needs_nobodys_leave(town):
    holder(town, email="ada@example.org")
    row = confirmed(town)
    address = reverse("endorsement:change", args=[row.token])
    said = {"name": "Ada C.", "participant": "musicians", "statement": "¡Canten!", "language": "es", "is_public": "on"}
    assert Client().post(address, said).status_code == 302
    page = page_of(town).content.decode()
    assert "Ada C." in page
    assert 'lang="es"><p>¡Canten!' in page
    del said["is_public"]
    Client().post(address, said)
    assert "Ada C." not in page_of(town).content.decode()
    assert Client().post(address, {**said, "name": ""}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": " \u202e "}, "name"),
        ({"name": "see www.pills.example"}, "name"),
        ({"participant": "students"}, "participant"),
        ({"participant": "no-such"}, "participant"),
        ({"statement": "x" * 601}, "statement"),
        ({"statement": "https://pills.example"}, "statement"),
        ({"organization": "x" * 301}, "organization"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(town, wrong, field):
    with pytest.raises(ValidationError) as refused:
        domain.endorse(city=town, **{**ADA, **wrong})
    assert refused.value.code == field
    answer = send(town, for_whom="organization" if field == "organization" else "person", **wrong)
    assert answer.status_code == 200
    assert not Endorsement.objects.exists()


def test_another_citys_organization_is_refused(town):
    with pytest.raises(ValidationError, match="not in the directory"):
        domain.endorse(city=town, **ADA, place=organization(city("Elsewhere")).public_id)


def test_students_and_programs_do_not_endorse(town, mails):
    assert "students" not in [key for key, _title in page_of(town).context["form"].fields["participant"].choices]
    assert send(town, is_adult=None).status_code == 200
    assert send(town, website="https://pills.example").status_code == 302
    assert send(town, for_whom="organization").status_code == 200
    assert not Endorsement.objects.exists()


def test_too_many_from_one_connection_are_asked_to_wait(town):
    for number in range(30):
        assert send(town, email=f"p{number}@example.org").status_code == 302
    answer = send(town, email="late@example.org")
    assert answer.status_code == 429
    assert "in an hour" in answer.content.decode()


def test_a_city_that_is_not_public_takes_none_but_lets_people_withdraw():
    town = city()
    row = confirmed(town)
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert page_of(town).status_code in (302, 404)
    assert queries.count_everywhere() == (0, 0)
    assert not Endorsement.objects.public().exists()
    assert Client().get(reverse("endorsement:link", args=[row.token])).status_code == 200
    assert Client().post(reverse("endorsement:withdraw", args=[row.token])).status_code == 410
    row.refresh_from_db()
    assert row.withdrawn_at


def test_what_is_kept_of_a_person_is_handed_over_and_erased(town):
    user = holder(town, email="ada@example.org")
    row = confirmed(town, email="ADA@example.org")
    (told,) = personal_data.export_all(user)["endorsements"]
    assert told["name"] == "Ada Able"
    domain.erase(user)
    row.refresh_from_db()
    assert (row.email, row.name) == ("", "")


def test_types_of_few_are_counted_together(town):
    for number in range(7):
        confirmed(town, email=f"f{number}@example.org")
    confirmed(town, email="m@example.org", participant="musicians")
    town.refresh_from_db()
    counts = queries.counts(town)
    assert (counts.total, counts.groups, counts.others) == (8, (), 8)
    for number in range(5):
        confirmed(town, email=f"s{number}@example.org", participant="school_leaders")
        confirmed(town, email=f"c{number}@example.org", participant="communities")
    town.refresh_from_db()
    counts = queries.counts(town)
    assert counts.groups == (("Families", 7), ("Communities", 5))
    assert counts.others == 6
    City.objects.filter(pk=town.pk).update(
        settings_text=town.settings_text + "\n[participants.families]\nenabled = false\n"
    )
    town = City.objects.get(pk=town.pk)
    counts = queries.counts(town)
    assert sum(number for _title, number in counts.groups) + counts.others == counts.total == 18


@given(st.dictionaries(st.sampled_from("abcdefghi"), st.integers(1, 40)))
def test_groups_add_up_and_none_is_small(numbers):
    shown, others = queries.grouped(numbers)
    assert sum(shown.values()) + others == sum(numbers.values())
    assert all(number >= queries.FEWEST for number in shown.values())
    if shown:
        assert others == 0 or others >= queries.FEWEST


def test_the_list_costs_the_same_with_one_and_with_many(town):
    place = organization(town).public_id
    coordinator = holder(town, Role.COORDINATOR, email="cora@example.org")
    confirmed(town, email=coordinator.email, place=place, organization="Harbor Strings")
    page_of(town)
    with CaptureQueriesContext(connection) as one:
        page_of(town)
    for number in range(40):
        Endorsement.objects.create(
            city=town, name=f"P{number}", email=f"p{number}@example.org", participant="families", is_public=True,
            token=f"t{number}", confirmed_at=timezone.now(), shown_at=timezone.now(), place=place,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page = page_of(town)
    assert len(many) == len(one)
    assert page.context["page"].paginator.num_pages == 2
    assert page_of(town, query="?page=2").status_code == 200
