"""Schools and organizations that become one while an agreement waits for signatures."""

import pytest
from tests.factories.site import holder, organization, school
from tests.site.partnerships.agreeing.conftest import Two
from tests.site.partnerships.agreeing.of_two import kinds, phase

from allcity.site.cities.models import Role
from allcity.site.directory.domain import merge_records, undo_merge
from allcity.site.needs.models import Need
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.queries import open_version, unsigned
from allcity.site.partnerships.models import Agreement, Event
from allcity.site.partnerships.parties import Party
from allcity.site.partnerships.phases import Phase

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(two: Two) -> Two:
    """An agreement of an organization and two schools that waits for signatures; the organization has signed."""
    twin = school(two.town.city, "Twin School")
    domain.add_party(partnership=two.partnership, place=twin, user=two.town.coordinator)
    two.write()
    two.put_up()
    two.sign("organization")
    return two


def twin(three: Two):
    return three.now.schools.get(name="Twin School")


def waiting(three: Two) -> list[Party]:
    version = open_version(three.now)
    assert version is not None
    return unsigned(version)


def sign_for(three: Two, place, user) -> None:
    (party,) = (each for each in waiting(three) if each.place == place)
    domain.sign(partnership=three.partnership, party=party, user=user, name="S", fingerprint=three.draft.fingerprint)


@pytest.mark.parametrize("signer", ["survivor", "duplicate"])
def test_it_holds_where_the_two_that_become_one_were_the_last_to_sign(three: Two, signer: str) -> None:
    town, other = three.town, twin(three)
    head = holder(town.city, Role.LIAISON, other.public_id)
    if signer == "survivor":
        sign_for(three, town.school, town.liaison)
    else:
        sign_for(three, other, head)
    merge_records(survivor=town.school, duplicate=other, user=town.coordinator)
    assert phase(three) == Phase.AGREED
    assert three.partnership.agreements.get().state == Agreement.State.SIGNED
    assert town.state() == Need.State.AGREED
    for user in (town.manager, town.liaison, head):
        assert kinds(user)[-1] == "agreement-signed"


def test_who_still_has_to_sign_is_told_and_right(three: Two) -> None:
    town = three.town
    merge = merge_records(survivor=town.school, duplicate=twin(three), user=town.coordinator)
    assert [each.name for each in waiting(three)] == ["Pier School"]
    assert phase(three) == Phase.PREPARED
    for user in (town.manager, town.liaison):
        assert kinds(user)[-1] == "agreement-merged"
    assert Event.objects.get(step="merged").values["names"] == "Pier School, Twin School"
    undo_merge(merge=merge, user=town.coordinator)
    assert [each.name for each in waiting(three)] == ["Pier School", "Twin School"]
    merge_records(survivor=town.school, duplicate=twin(three), user=town.coordinator)
    three.sign("school")
    assert phase(three) == Phase.AGREED


def test_one_that_had_not_signed_goes_on_where_the_other_was_in_none(three: Two) -> None:
    outside = organization(three.town.city, "Strings of the Harbor")
    merge_records(survivor=outside, duplicate=three.town.organization, user=three.town.coordinator)
    assert [each.name for each in waiting(three)] == ["Pier School", "Twin School"]
    assert {each.place for each in three.draft.signatures.all()} == {outside.public_id}


def test_what_is_written_still_is_left_alone(two: Two) -> None:
    kept = school(two.town.city, "Kept School")
    merge_records(survivor=kept, duplicate=two.town.school, user=two.town.coordinator)
    assert two.draft.state == Agreement.State.DRAFT
    assert not Event.objects.filter(step="merged").exists()
