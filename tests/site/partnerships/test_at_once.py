"""Partnerships in which two people write at the same moment: real transactions, each on its own connection."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from tests.factories.site import holder, school
from tests.site.partnerships.agreeing.conftest import Two, town, two
from tests.site.partnerships.at_once import at_once

from allcity.site.cities.models import Role
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.delivering import domain as delivering
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.models import Agreement, Delivery, Event, Partnership, Session, Signature
from allcity.site.partnerships.parties import Party, parties

__all__ = ["town", "two"]
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
State = Agreement.State


def signs(of: Two, partnership: Partnership, side: str):
    version = Agreement.objects.get(partnership=partnership, state=State.SIGNING)
    place = next(each for each in parties(partnership) if each.side == side)
    return partial(
        domain.sign, partnership=partnership, party=place, user=of.user_of(side), name="N",
        fingerprint=version.fingerprint,
    )  # fmt: skip


def another(of: Two) -> Partnership:
    """A second partnership for the same need, written and put up."""
    made = domain.begin_without_proposal(
        city=of.town.city, user=of.town.coordinator, places=[of.town.organization, of.town.school],
        needs=[of.town.need], contributions=["private_lessons"],
    )  # fmt: skip
    what = {"what": "More of it.", "setting": "out_of_hours"}
    domain.write_part(partnership=made, part="what", values=what, user=of.town.manager)
    domain.add_goal(partnership=made, user=of.town.manager, goal="All sing.")
    domain.put_up(partnership=made, user=of.town.manager)
    return made


def test_both_sides_sign_at_once_and_it_holds_once(two: Two) -> None:
    two.write()
    two.put_up()
    found = at_once(signs(two, two.now, "organization"), signs(two, two.now, "school"))
    assert all(isinstance(each, Signature) for each in found), found
    assert two.partnership.agreements.get().state == State.SIGNED
    assert Event.objects.filter(partnership=two.partnership, step="agreed").count() == 1
    assert two.town.state() == Need.State.AGREED


def test_two_sign_for_the_same_place_and_one_is_told(two: Two) -> None:
    two.write()
    two.put_up()
    found = at_once(signs(two, two.now, "school"), signs(two, two.now, "school"))
    assert sorted(type(each).__name__ for each in found) == ["Signature", "ValidationError"]
    assert Signature.objects.count() == 1


def test_two_agreements_for_one_need_are_signed_at_once(two: Two) -> None:
    two.write()
    two.put_up()
    second = another(two)
    two.sign("organization")
    signs(two, second, "organization")()
    found = at_once(signs(two, two.now, "school"), signs(two, second, "school"))
    assert all(isinstance(each, Signature) for each in found), found
    assert set(Agreement.objects.values_list("state", flat=True)) == {State.SIGNED}
    assert two.town.state() == Need.State.AGREED
    assert Need.objects.get().history.filter(state=Need.State.AGREED).count() == 1


def test_a_new_version_is_begun_once(two: Two) -> None:
    two.since(40)
    begin = [
        partial(domain.begin_version, partnership=two.now, user=user) for user in (two.town.manager, two.town.liaison)
    ]
    first, second = at_once(*begin)
    assert first == second
    assert two.partnership.agreements.filter(state=State.DRAFT).count() == 1


def test_a_party_leaves_while_the_other_signs(two: Two) -> None:
    more = school(two.town.city, "Hill School")
    domain.add_party(partnership=two.partnership, place=more, user=two.town.coordinator)
    head = holder(two.town.city, Role.LIAISON, more.public_id)
    two.write()
    two.put_up()
    two.sign("organization")
    leaving = Party("school", more)
    sign = partial(
        domain.sign, partnership=two.now, party=Party("school", two.town.school), user=two.town.liaison, name="L",
        fingerprint=two.draft.fingerprint,
    )  # fmt: skip
    leave = partial(domain.leave, partnership=two.now, party=leaving, user=head, reason="times")
    signed, left = at_once(sign, leave)
    assert isinstance(left, Partnership), left
    assert isinstance(signed, Signature | ValidationError), signed
    # Whoever was first: without the one who left, nobody's signature stands under words that named them.
    assert (two.draft.state, Signature.objects.count()) == (State.DRAFT, 0)
    assert [each.name for each in parties(two.now)] == ["Harbor Strings", "Pier School"]


def logs(of: Two, user, **more):
    (party,) = delivering.loggers(of.now, user)
    values = {"hours": 13, "contribution": "private_lessons", "students": 5, **more}
    entry = Entry(date=today_in(of.town.city), organization=of.town.organization, school=of.town.school, **values)
    return partial(delivering.log_session, partnership=of.now, user=user, party=party, entry=entry)


def test_two_log_the_same_session_and_one_is_asked(two: Two) -> None:
    two.since(40)
    colleague = holder(two.town.city, Role.MANAGER, two.town.organization.public_id)
    found = at_once(logs(two, two.town.manager, hours=2), logs(two, colleague, hours=2))
    assert sorted(type(each).__name__ for each in found) == ["Outcome", "TwiceError"]
    assert Session.objects.count() == 1
    assert Delivery.objects.get().sessions == 1


def test_both_sides_log_at_once_and_each_has_its_account(two: Two) -> None:
    two.since(40)
    found = at_once(logs(two, two.town.manager), logs(two, two.town.liaison))
    assert [type(each).__name__ for each in found] == ["Outcome", "Outcome"], found
    assert Delivery.objects.values("key").distinct().count() == 1
    assert set(Delivery.objects.values_list("account", flat=True)) == {"organization", "school"}
    assert Event.objects.filter(step="first-session").count() == 1


def test_a_day_keeps_24_hours_whoever_is_first(two: Two) -> None:
    two.since(40)
    acts = [partial(each, is_another=True) for each in (logs(two, two.town.manager), logs(two, two.town.manager))]
    found = at_once(*acts)
    assert sorted(type(each).__name__ for each in found) == ["Outcome", "ValidationError"]
    assert Delivery.objects.get().hours == 13
