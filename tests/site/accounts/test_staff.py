"""Staff act in cities for an hour at a time, with a reason that is kept; neither flag of Django's opens anything by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts import staff
from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.models import StaffSession
from allcity.site.cities.models import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> City:
    return city("Draftville", is_public=False)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_staff_open_cities_only_while_on_duty(draft: City, is_superuser: bool) -> None:
    client = signed_in(person(is_staff=True, is_superuser=is_superuser))
    address = f"/en/{draft.slug}/workspace/people/"
    assert client.get(address).status_code == 404
    assert client.post("/en/account/staff/", {"reason": " "}).status_code == 200
    assert client.get(address).status_code == 404
    client.post("/en/account/staff/", {"reason": "They asked for help"})
    assert client.get(address).status_code == 200
    assert "You are on duty" in client.get("/en/work/").content.decode()
    client.post("/en/account/staff/", {"stop": "yes"})
    assert client.get(address).status_code == 404
    assert [session.reason for session in StaffSession.objects.all()] == ["They asked for help"]


def test_duty_ends_by_itself(draft: City) -> None:
    user = person(is_staff=True)
    staff.start_session(user=user, reason="Help")
    StaffSession.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert signed_in(user).get(f"/en/{draft.slug}/workspace/").status_code == 404


def test_duty_ends_with_being_staff(draft: City) -> None:
    user = person(is_staff=True)
    staff.start_session(user=user, reason="Help")
    user.is_staff = False
    user.save()
    assert signed_in(user).get(f"/en/{draft.slug}/workspace/").status_code == 404


def test_duty_is_for_staff_with_a_second_factor(draft: City) -> None:
    member = holder(draft)
    assert signed_in(member).get("/en/account/staff/").status_code == 403
    with pytest.raises(PermissionDenied):
        staff.start_session(user=member, reason="I want to")
    without = signed_in(person(is_staff=True), second_factor=False)
    answer = without.post("/en/account/staff/", {"reason": "Help"})
    assert answer.headers["Location"].startswith("/en/account/second-step/")
    assert not StaffSession.objects.exists()


def test_what_was_done_on_duty_outlives_the_account() -> None:
    user = person(is_staff=True)
    staff.start_session(user=user, reason="Help")
    delete_account(user=user)
    assert [(session.user, session.reason) for session in StaffSession.objects.all()] == [(None, "Help")]
