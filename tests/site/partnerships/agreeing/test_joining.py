"""A new version of an agreement that brings somebody into a partnership: all sign, and what was agreed before holds on."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from tests.factories.site import holder, organization, school, signed_in
from tests.site.partnerships.agreeing.conftest import Two

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import Role, public_id
from allcity.site.directory.domain import merge_records
from allcity.site.directory.models import School
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.delivering import domain as delivering
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.models import Agreement, Event, Signature
from allcity.site.partnerships.parties import Party, parties, signatories

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Joining:
    """A partnership under way, and a school that its new version brings in, with a need of its own."""

    two: Two
    hill: School
    head: User
    need: Need

    def sign(self, user: User, place: object) -> None:
        party = next(each for each in signatories(self.two.draft) if each.place == place)
        domain.sign(
            partnership=self.two.partnership, party=party, user=user, name="N", fingerprint=self.two.draft.fingerprint
        )

    def put_up(self, *, days: int = 0) -> None:
        first = today_in(self.two.town.city) + timedelta(days=days)
        domain.write_part(
            partnership=self.two.partnership, part="what", user=self.head,
            values={"start_date": first, "end_date": first + timedelta(days=200)},
        )  # fmt: skip
        domain.put_up(partnership=self.two.partnership, user=self.two.town.manager)

    def agree(self) -> None:
        self.put_up()
        self.sign(self.two.town.manager, self.two.town.organization)
        self.sign(self.two.town.liaison, self.two.town.school)
        self.sign(self.head, self.hill)

    def url(self, name: str, *more: object) -> str:
        return reverse(f"city:{name}", args=[self.two.town.city.slug, self.two.partnership.public_id, *more])

    @property
    def names(self) -> list[str]:
        return [each.name for each in parties(self.two.now)]


@pytest.fixture
def joining(two: Two) -> Joining:
    two.since(40)
    city, today = two.town.city, today_in(two.town.city)
    hill = school(city, "Hill School")
    need = Need.objects.create(
        city=city, key="hill", public_id=public_id(city.slug, "needs", "hill"), year=year_of(today), school=hill,
        state=Need.State.STATED, contribution="private_lessons", unit="students", amount=30,
    )  # fmt: skip
    domain.begin_version(partnership=two.partnership, user=two.town.liaison)
    domain.add_party(partnership=two.partnership, place=hill, user=two.town.coordinator)
    return Joining(two, hill, holder(city, Role.LIAISON, hill.public_id), need)


def test_it_joins_once_all_have_signed(joining: Joining) -> None:
    two = joining.two
    joining.put_up()
    assert joining.names == ["Harbor Strings", "Pier School"]
    joining.sign(two.town.manager, two.town.organization)
    joining.sign(two.town.liaison, two.town.school)
    assert joining.names == ["Harbor Strings", "Pier School"]
    joining.sign(joining.head, joining.hill)
    assert joining.names == ["Harbor Strings", "Hill School", "Pier School"]
    assert joining.need in two.now.needs.all()
    assert Need.objects.get(pk=joining.need.pk).state == Need.State.AGREED
    first, second = two.partnership.agreements.order_by("version")
    assert [each["name"] for each in first.document["parties"]] == ["Harbor Strings", "Pier School"]
    assert "Hill School" in [each["name"] for each in second.document["parties"]]
    assert two.now.start_date == first.start_date
    history = signed_in(joining.head).get(joining.url("partnership")).content.decode()
    assert "Hill School was added to version 2" in history
    assert "Hill School joined with version 2" in history
    assert Notice.objects.filter(user=two.town.manager).latest("pk").kind == "agreement-signed"


def test_its_people_read_write_and_sign_that_version_and_nothing_else(joining: Joining) -> None:
    client = signed_in(joining.head)
    assert any("Go on with the agreement" in str(item.title) for item in work_of(joining.head))
    assert "You are asked to join this partnership." in client.get(joining.url("partnership")).content.decode()
    page = client.get(joining.url("partnership-agreement")).content.decode()
    assert "You are asked to join." in page
    assert "Versions that held" not in page
    mine = client.get(reverse("city:my-partnerships", args=["testville"]) + "?show=me")
    assert joining.two.partnership.name in mine.content.decode()
    assert client.get(joining.url("agreement-version", 2)).status_code == 200
    assert client.get(joining.url("agreement-version", 1)).status_code == 404
    assert client.get(joining.url("agreement-changes", 2)).status_code == 403
    for name in ("partnership-sessions", "partnership-check-ins", "partnership-evaluation"):
        assert client.get(joining.url(name)).status_code == 403
    assert client.post(joining.url("agreement-put-aside")).status_code == 403
    assert client.get(joining.url("partnership-step", "end")).status_code == 403
    joining.put_up()
    given = {"name": "Hilda Head", "consent": "on", "fingerprint": joining.two.draft.fingerprint}
    assert "Signed. Thank you." in client.post(joining.url("agreement-sign"), given, follow=True).content.decode()
    assert Signature.objects.get(place=joining.hill.public_id).name == "Hilda Head"


def test_a_version_put_aside_brings_nobody_in(joining: Joining) -> None:
    joining.put_up()
    domain.withdraw_version(partnership=joining.two.partnership, user=joining.two.town.liaison)
    assert joining.names == ["Harbor Strings", "Pier School"]
    assert Notice.objects.filter(user=joining.head).latest("pk").kind == "partnership-not-joined"
    assert signed_in(joining.head).get(joining.url("partnership-agreement")).status_code == 403


def test_whoever_was_to_join_is_told_where_it_ends_instead(joining: Joining) -> None:
    two = joining.two
    joining.put_up()
    domain.end(partnership=two.partnership, user=two.town.liaison, day=today_in(two.town.city), reason="done")
    assert Notice.objects.filter(user=joining.head).latest("pk").kind == "partnership-not-joined"


def test_the_need_of_one_that_leaves_again_is_open_again(joining: Joining) -> None:
    two = joining.two
    joining.agree()
    assert Need.objects.get(pk=joining.need.pk).state == Need.State.AGREED
    hill = next(each for each in parties(two.now) if each.place == joining.hill)
    domain.leave(partnership=two.partnership, party=hill, user=joining.head, reason="money")
    assert Need.objects.get(pk=joining.need.pk).state == Need.State.STATED
    assert two.town.state() == Need.State.AGREED


def test_one_taken_out_of_a_first_draft_takes_its_needs_along(joining: Joining) -> None:
    town = joining.two.town
    begun = domain.begin_without_proposal(
        city=town.city, user=town.coordinator, places=[town.organization, town.school, joining.hill],
        needs=[joining.need],
    )  # fmt: skip
    domain.remove_party(partnership=begun, place=joining.hill, user=town.coordinator)
    assert not begun.needs.exists()


def test_whoever_is_asked_may_say_no(joining: Joining) -> None:
    two = joining.two
    joining.put_up()
    joining.sign(two.town.manager, two.town.organization)
    with pytest.raises(PermissionDenied):
        domain.decline(partnership=two.partnership, party=parties(two.draft)[0], user=two.town.liaison)
    page = signed_in(joining.head).post(joining.url("agreement-decline"), follow=True).content.decode()
    assert "You do not join." in page
    assert (two.draft.state, two.draft.signatures.count()) == (Agreement.State.DRAFT, 0)
    assert parties(two.draft) == []
    assert Notice.objects.filter(user=two.town.liaison).latest("pk").kind == "partnership-declined"


def test_a_coordinator_says_who_joins_while_it_is_written(joining: Joining) -> None:
    two = joining.two
    client = signed_in(two.town.coordinator)
    more = organization(two.town.city, "More Music")
    page = client.post(joining.url("partnership-parties"), {"place": str(more.public_id)}, follow=True)
    assert [each.name for each in parties(two.draft)] == ["More Music", "Hill School"]
    assert "Whoever is added joins with this version" in page.content.decode()
    client.post(joining.url("partnership-parties"), {"remove": str(more.public_id)})
    client.post(joining.url("partnership-parties"), {"remove": str(two.town.school.public_id)})
    assert [each.name for each in signatories(two.draft)] == ["Harbor Strings", "Pier School", "Hill School"]
    with pytest.raises(ValidationError, match="leaves it"):
        domain.remove_party(partnership=two.partnership, place=two.town.school, user=two.town.coordinator)
    with pytest.raises(PermissionDenied):
        domain.add_party(partnership=two.partnership, place=more, user=two.town.manager)
    joining.put_up()
    page = client.get(joining.url("partnership-parties"), follow=True)
    assert "Begin a new version first" in page.content.decode()


def test_it_logs_from_the_version_on_that_brought_it_in(joining: Joining) -> None:
    two, today = joining.two, today_in(joining.two.town.city)
    joining.put_up(days=-3)
    joining.sign(two.town.manager, two.town.organization)
    joining.sign(two.town.liaison, two.town.school)
    joining.sign(joining.head, joining.hill)

    def log(user: User, place: School, ago: int) -> None:
        (party,) = delivering.loggers(two.now, user)
        entry = Entry(today - timedelta(days=ago), 1, "private_lessons", two.town.organization, place, 5)
        delivering.log_session(partnership=two.partnership, user=user, party=party, entry=entry)

    log(joining.head, joining.hill, 2)
    log(two.town.liaison, two.town.school, 10)
    with pytest.raises(ValidationError) as error:
        log(joining.head, joining.hill, 10)
    assert "Hill School is in it from" in error.value.messages[0]


def test_one_that_merges_with_a_party_joins_no_more(joining: Joining) -> None:
    two = joining.two
    joining.put_up()
    joining.sign(two.town.manager, two.town.organization)
    joining.sign(two.town.liaison, two.town.school)
    merge_records(survivor=two.town.school, duplicate=joining.hill, user=two.town.coordinator)
    assert joining.names == ["Harbor Strings", "Pier School"]
    assert two.partnership.agreements.get(version=2).state == Agreement.State.SIGNED
    assert parties(two.partnership.agreements.get(version=2)) == []
    assert not Event.objects.filter(step="joined-by-version").exists()


def test_it_is_no_party_of_anything_else_meanwhile(joining: Joining) -> None:
    with pytest.raises(PermissionDenied):
        domain.end(
            partnership=joining.two.partnership, user=joining.head, day=today_in(joining.two.town.city), reason="done"
        )
    assert Party("school", joining.hill) not in parties(joining.two.now)
