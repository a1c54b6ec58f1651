"""My work and a city's workspace: what waits, for whom, in which order, and where to go."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city, holder, organization, person, signed_in

from allcity.site.accounts.models import User
from allcity.site.cities import workspace
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Invitation, Role
from allcity.site.cities.people import domain
from allcity.site.cities.settings.domain import show_city
from allcity.site.notices import work
from allcity.site.notices.work import WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


def page(user: User, address: str = "work/") -> str:
    return signed_in(user).get(f"/en/{address}").content.decode()


def test_what_is_due_first_comes_first(monkeypatch: pytest.MonkeyPatch, town: City) -> None:
    monkeypatch.setattr(work, "_providers", [])
    items = [
        WorkItem("light", "/"),
        WorkItem("heavy", "/", weight=5),
        WorkItem("later", "/", due_on=date(2026, 5, 2)),
        WorkItem("sooner", "/", due_on=date(2026, 5, 1)),
        WorkItem("in town", "/", city=town, weight=9),
    ]
    work.register(lambda user: items)
    assert [item.title for item in work.work_of(person())] == ["sooner", "later", "heavy", "light", "in town"]
    assert [item.title for item in work.work_of(person(), city=town)] == ["in town"]


def test_whoever_has_no_role_is_told_the_next_step() -> None:
    words = page(person())
    assert "Find your city" in words
    assert "Your cities" not in words


def test_roles_lead_to_their_cities_and_places(town: City) -> None:
    place = organization(town)
    words = page(holder(town, Role.MANAGER, place.public_id))
    assert f'href="/en/{town.slug}/workspace/"' in words
    assert f'href="/en/{town.slug}/organizations/{place.slug}/"' in words
    assert "Organization manager, Harbor Strings" in words


def test_coordinators_see_requests_and_invitations_that_ran_out(town: City) -> None:
    coordinator, other = holder(town, Role.COORDINATOR), holder(city("Otherton"), Role.COORDINATOR)
    domain.ask_for_role(city=town, user=person(first_name="Mei"), role=Role.MEMBER)
    domain.invite(city=town, email="new@example.org", role=Role.MEMBER, invited_by=coordinator)
    assert "run out" not in page(coordinator)
    Invitation.objects.update(expires_at=timezone.now())
    for address in ("work/", f"{town.slug}/workspace/"):
        words = page(coordinator, address)
        assert "Mei waits for your answer" in words
        assert "1 invitation has run out" in words
    assert "Mei" not in page(other)
    assert "Mei" not in page(holder(town))


def test_a_draft_that_somebody_has_begun_leads_on(django_assert_num_queries: object) -> None:
    founder = person()
    draft = city("Draftville", is_public=False)
    give_role(city=draft, user=founder, role=Role.COORDINATOR)
    for address in ("work/", "draftville/workspace/"):
        words = page(founder, address)
        assert "Go on with the first steps of Draftville" in words
        assert 'href="/en/draftville/workspace/start/"' in words
    assert "Go on with" not in page(holder(draft))
    with CaptureQueriesContext(connection) as of_one:
        work.work_of(founder)
    for number in range(9):
        give_role(city=city(f"Draft{number}", is_public=False), user=founder, role=Role.COORDINATOR)
    with django_assert_num_queries(len(of_one)):
        assert len(work.work_of(founder)) == 10
    shown = city("Shownville")
    show_city(city=shown, is_public=False, in_totals=False)
    assert "Go on with" not in page(holder(shown, Role.COORDINATOR))


def test_an_invitation_waits_for_whom_it_was_sent_to(town: City) -> None:
    coordinator, invited = holder(town, Role.COORDINATOR), person("mei@example.org")
    invitation = domain.invite(city=town, email=invited.email, role=Role.EDITOR, invited_by=coordinator)
    assert f"/en/account/invitation/{invitation.token}/" in page(invited)
    assert invitation.token not in page(coordinator)


def test_the_workspace_shows_what_a_role_may_do(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "_tools", {})
    workspace.register("Everybody's", "city:leave", "cities.open_workspace", "")
    workspace.register("The coordinator's", "city:people", "cities.manage_people", "")
    address = f"{town.slug}/workspace/"
    assert "Everybody" in page(holder(town), address)
    assert "The coordinator" not in page(holder(town), address)
    assert "The coordinator" in page(holder(town, Role.COORDINATOR), address)
