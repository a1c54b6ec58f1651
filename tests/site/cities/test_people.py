"""A city's people: asked in, let in, given other roles, removed, leaving; and what may not be."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city, holder, organization, person, school, signed_in

from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.models import User
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import City, Invitation, Membership, Request, Role
from allcity.site.cities.people import domain

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


@pytest.fixture
def coordinator(town: City) -> User:
    return holder(town, Role.COORDINATOR, first_name="Corinne")


def link_in(message: object) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body)[1]


def roles(user: User) -> set[tuple[str, object]]:
    return set(user.memberships.values_list("role", "place"))


# --- Asking somebody in ---


def test_an_invitation_leads_a_newcomer_to_a_role(
    town: City, coordinator: User, django_capture_on_commit_callbacks: object
) -> None:
    place = school(town)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(coordinator).post(
            f"/en/{town.slug}/workspace/people/invite/",
            {"email": "Lia@Example.org", "role": "liaison", "place": str(place.public_id)},
        )
    assert answer.status_code == 302
    (message,) = mail.outbox
    assert message.to == ["lia@example.org"]
    assert "school liaison, Pier School" in message.body
    assert message.alternatives[0].mimetype == "text/html"
    link = link_in(message)

    stranger = Client().get(link).content.decode()
    assert f"/en/account/sign-up/?next={link}" in stranger
    newcomer = person("lia@example.org")
    client = signed_in(newcomer)
    assert "Corinne" in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    assert roles(newcomer) == {("liaison", place.public_id)}


def test_looking_at_an_invitation_accepts_nothing(town: City, coordinator: User) -> None:
    invited = person("lia@example.org")
    invitation = domain.invite(city=town, email=invited.email, role=Role.MEMBER, invited_by=coordinator)
    signed_in(invited).get(f"/en/account/invitation/{invitation.token}/")
    assert Client().post(f"/en/account/invitation/{invitation.token}/").status_code == 200
    assert not invited.memberships.exists()


def test_an_invitation_works_once(town: City, coordinator: User) -> None:
    invitation = domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    domain.accept_invitation(invitation=invitation, user=person("lia@example.org"))
    with pytest.raises(ValidationError):
        domain.accept_invitation(invitation=invitation, user=person(), in_place_of_addressee=True)
    assert town.memberships.count() == 2


@pytest.mark.parametrize(
    "change", [{"expires_at": timezone.now() - timedelta(minutes=1)}, {"withdrawn_at": timezone.now()}]
)
def test_an_invitation_that_ran_out_or_was_taken_back_works_no_more(
    town: City, coordinator: User, change: dict[str, object]
) -> None:
    user = person("lia@example.org")
    invitation = domain.invite(city=town, email=user.email, role=Role.MEMBER, invited_by=coordinator)
    Invitation.objects.update(**change)
    client = signed_in(user)
    assert "no longer works" in client.get(f"/en/account/invitation/{invitation.token}/").content.decode()
    client.post(f"/en/account/invitation/{invitation.token}/")
    assert not user.memberships.exists()


def test_what_somebody_sent_who_may_invite_no_more_works_no_more(town: City, coordinator: User) -> None:
    other = holder(town, Role.COORDINATOR)
    own = domain.invite(city=town, email="me@example.org", role=Role.COORDINATOR, invited_by=other)
    kept = domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    domain.remove_role(membership=other.memberships.get())
    with pytest.raises(ValidationError):
        domain.accept_invitation(invitation=own, user=person("me@example.org"))
    domain.accept_invitation(invitation=kept, user=person("lia@example.org"))


def test_an_invitation_to_another_address_asks_first(town: City, coordinator: User) -> None:
    user = person("home@example.org")
    EmailAddress.objects.create(user=user, email="work@example.org", verified=False, primary=False)
    invitation = domain.invite(city=town, email="work@example.org", role=Role.MEMBER, invited_by=coordinator)
    client = signed_in(user)
    page = client.post(f"/en/account/invitation/{invitation.token}/").content.decode()
    assert "another address than yours" in page
    assert "work@example.org" not in page  # whoever got the link by mistake learns no address
    assert not user.memberships.exists()
    client.post(f"/en/account/invitation/{invitation.token}/", {"in-place": "yes"})
    assert roles(user) == {("member", None)}


def test_sending_again_makes_the_earlier_link_worthless(
    town: City, coordinator: User, django_capture_on_commit_callbacks: object
) -> None:
    invitation = domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    earlier = invitation.token
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(coordinator).post(f"/en/{town.slug}/workspace/people/invitations/{invitation.pk}/again/")
    assert Client().get(f"/en/account/invitation/{earlier}/").status_code == 404
    assert "Take part in Testville" in Client().get(link_in(mail.outbox[-1])).content.decode()


def test_inviting_twice_sends_the_same_invitation_again(town: City, coordinator: User) -> None:
    first = domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    second = domain.invite(city=town, email="LIA@example.org ", role=Role.MEMBER, invited_by=coordinator)
    assert first == second
    assert Invitation.objects.count() == 1


def test_taking_an_invitation_back(town: City, coordinator: User) -> None:
    invitation = domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    client = signed_in(coordinator)
    client.post(f"/en/{town.slug}/workspace/people/invitations/{invitation.pk}/withdraw/")
    assert "no longer works" in Client().get(f"/en/account/invitation/{invitation.token}/").content.decode()
    assert "lia@example.org" not in client.get(f"/en/{town.slug}/workspace/people/").content.decode()


def test_a_role_of_a_place_needs_one_of_its_kind_in_the_city(town: City, coordinator: User) -> None:
    elsewhere = school(city("Otherton"))
    client = signed_in(coordinator)
    for role, place in (
        ("liaison", ""),
        ("liaison", str(organization(town).public_id)),
        ("liaison", str(elsewhere.public_id)),
        ("member", str(school(town).public_id)),
    ):
        page = client.post(
            f"/en/{town.slug}/workspace/people/invite/", {"email": "lia@example.org", "role": role, "place": place}
        )
        assert page.status_code == 200, (role, place)
        assert 'role="alert"' in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_draft_asks_in_only_so_many(coordinator: User) -> None:
    draft = city("Draftville", is_public=False)
    client = signed_in(holder(draft, Role.COORDINATOR))

    def asked(number: int) -> str:
        data = {"email": f"p{number}@example.org", "role": "member", "place": ""}
        return client.post("/en/draftville/workspace/people/invite/", data, follow=True).content.decode()

    for number in range(domain.MOST_OF_A_DRAFT):
        assert "Asked:" in asked(number)
    Invitation.objects.filter(email="p1@example.org").update(withdrawn_at=timezone.now())
    assert "before it is public" in asked(99)
    assert "less than a day ago" in asked(0)
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=12))
    assert "Asked:" in asked(0)
    City.objects.filter(pk=draft.pk).update(is_public=True)
    assert "Asked:" in asked(99)
    assert "Asked:" in asked(99)


def test_mail_of_an_invitation_is_in_the_language_of_who_gets_it(
    town: City, coordinator: User, django_capture_on_commit_callbacks: object
) -> None:
    person("lia@example.org", language="es")
    with django_capture_on_commit_callbacks(execute=True):
        domain.invite(city=town, email="lia@example.org", role=Role.MEMBER, invited_by=coordinator)
    assert "/es/account/invitation/" in mail.outbox[0].body


# --- Asking to be let in ---


def test_whoever_asks_to_join_is_let_in_by_a_coordinator(
    town: City, coordinator: User, django_capture_on_commit_callbacks: object
) -> None:
    asker = person(first_name="Mei")
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(asker).post(f"/en/{town.slug}/join/", {"message": "I sing."})
    asked = Request.objects.get()
    client = signed_in(coordinator)
    assert "Mei" in client.get(f"/en/{town.slug}/workspace/people/").content.decode()
    assert "I sing." in client.get(f"/en/{town.slug}/workspace/people/requests/{asked.pk}/").content.decode()
    assert not asker.memberships.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            f"/en/{town.slug}/workspace/people/requests/{asked.pk}/", {"grant": "yes", "reason": "Good to have you."}
        )
    assert roles(asker) == {("member", None)}
    assert mail.outbox[-1].to == [asker.email]
    assert "Good to have you." in mail.outbox[-1].body
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("granted", coordinator)


@pytest.mark.parametrize(("make", "role"), [(school, "liaison"), (organization, "manager")])
def test_a_claim_gives_the_role_of_its_place(town: City, coordinator: User, make: object, role: str) -> None:
    place = make(town)
    asker = person()
    client = signed_in(asker)
    assert place.name in client.get(f"/en/{town.slug}/claim/{place.public_id}/").content.decode()
    client.post(f"/en/{town.slug}/claim/{place.public_id}/", {"message": "It is mine."})
    domain.grant_request(asked=Request.objects.get(), decided_by=coordinator)
    assert roles(asker) == {(role, place.public_id)}


def test_declining_takes_a_reason_and_tells_it(
    town: City, coordinator: User, django_capture_on_commit_callbacks: object
) -> None:
    asker = person()
    asked = domain.ask_for_role(city=town, user=asker, role=Role.MEMBER, message="Hi")
    client = signed_in(coordinator)
    address = f"/en/{town.slug}/workspace/people/requests/{asked.pk}/"
    assert client.post(address, {"decline": "yes", "reason": " "}).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "waiting"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"decline": "yes", "reason": "We do not know you <b>yet</b>."})
    assert not asker.memberships.exists()
    assert "We do not know you <b>yet</b>." in mail.outbox[-1].body
    assert "<b>yet" not in mail.outbox[-1].alternatives[0].content


def test_a_request_is_answered_once(town: City, coordinator: User) -> None:
    asked = domain.ask_for_role(city=town, user=person(), role=Role.MEMBER)
    seen_by_another = Request.objects.get(pk=asked.pk)
    domain.decline_request(asked=asked, decided_by=coordinator, reason="No.")
    with pytest.raises(ValidationError):
        domain.grant_request(asked=seen_by_another, decided_by=coordinator)
    assert town.memberships.count() == 1


def test_nobody_asks_twice_or_for_what_they_have(town: City) -> None:
    user = holder(town)
    with pytest.raises(ValidationError):
        domain.ask_for_role(city=town, user=user, role=Role.MEMBER)
    place = school(town)
    domain.ask_for_role(city=town, user=user, role=Role.LIAISON, place=place.public_id)
    with pytest.raises(ValidationError):
        domain.ask_for_role(city=town, user=user, role=Role.LIAISON, place=place.public_id)


def test_a_request_can_be_taken_back_by_whoever_asked(town: City) -> None:
    asker = person()
    asked = domain.ask_for_role(city=town, user=asker, role=Role.MEMBER)
    assert signed_in(person()).post(f"/en/account/requests/{asked.pk}/withdraw/").status_code == 404
    asked.refresh_from_db()
    assert asked.state == "waiting"
    signed_in(asker).post(f"/en/account/requests/{asked.pk}/withdraw/")
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_draft_city_cannot_be_asked(client: Client) -> None:
    draft = city("Draftville", is_public=False)
    assert signed_in(person()).get(f"/en/{draft.slug}/join/").status_code == 404
    assert signed_in(person()).get(f"/en/{draft.slug}/claim/{school(draft).public_id}/").status_code == 404


# --- Other roles, and none ---


def test_a_role_is_changed_and_ended(town: City, coordinator: User, django_capture_on_commit_callbacks: object) -> None:
    user = holder(town)
    client = signed_in(coordinator)
    address = f"/en/{town.slug}/workspace/people/roles/{user.memberships.get().pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"role": "editor", "place": ""})
    assert roles(user) == {("editor", None)}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"end": "yes"})
    assert roles(user) == set()
    assert [message.to for message in mail.outbox] == [[user.email], [user.email]]


def test_the_last_coordinator_stays(town: City, coordinator: User) -> None:
    client = signed_in(coordinator)
    membership = coordinator.memberships.get()
    address = f"/en/{town.slug}/workspace/people/roles/{membership.pk}/"
    for page in (
        client.post(f"/en/{town.slug}/leave/"),
        client.post(address, {"end": "yes"}),
        client.post(address, {"role": "member", "place": ""}),
        client.post("/en/account/delete/", {"certain": "on"}, follow=True),
    ):
        assert "would have no coordinator" in page.content.decode()
    assert roles(coordinator) == {("coordinator", None)}
    holder(town, Role.COORDINATOR)
    client.post(f"/en/{town.slug}/leave/")
    assert roles(coordinator) == set()


def test_a_coordinator_who_cannot_sign_in_does_not_count(town: City, coordinator: User) -> None:
    other = holder(town, Role.COORDINATOR)
    User.objects.filter(pk=other.pk).update(is_active=False)
    for act in (
        lambda: domain.leave_city(city=town, user=coordinator),
        lambda: domain.remove_role(membership=coordinator.memberships.get()),
        lambda: domain.change_role(membership=coordinator.memberships.get(), role=Role.MEMBER),
        lambda: delete_account(user=coordinator),
    ):
        with pytest.raises(ValidationError):
            act()
    domain.remove_role(membership=other.memberships.get())
    assert roles(coordinator) == {("coordinator", None)}


def test_leaving_ends_all_own_roles_in_that_city_alone(town: City) -> None:
    user, other = holder(town), city("Otherton")
    domain.give_role(city=town, user=user, role=Role.EDITOR)
    domain.give_role(city=other, user=user, role=Role.MEMBER)
    signed_in(user).post(f"/en/{town.slug}/leave/")
    assert list(user.memberships.values_list("city__slug", flat=True)) == ["otherton"]


def test_people_of_another_city_are_out_of_reach(town: City, coordinator: User) -> None:
    other = city("Otherton")
    user = holder(other, Role.EDITOR)
    invitation = domain.invite(city=other, email="x@example.org", role=Role.MEMBER, invited_by=user)
    asked = domain.ask_for_role(city=other, user=person(), role=Role.MEMBER)
    client = signed_in(coordinator)
    people = f"/en/{town.slug}/workspace/people"
    for address in (
        f"{people}/roles/{user.memberships.get().pk}/",
        f"{people}/invitations/{invitation.pk}/withdraw/",
        f"{people}/requests/{asked.pk}/",
    ):
        assert client.post(address, {"end": "yes", "grant": "yes"}).status_code == 404
    assert roles(user) == {("editor", None)}


def test_coordinators_and_editors_need_a_second_factor_and_members_do_not(town: City) -> None:
    for role, asked in ((Role.COORDINATOR, True), (Role.EDITOR, True), (Role.MEMBER, False)):
        answer = signed_in(holder(town, role), second_factor=False).get(f"/en/{town.slug}/workspace/")
        assert answer.headers.get("Location", "").startswith("/en/account/second-step/") is asked


def test_a_role_is_held_once(town: City) -> None:
    user = holder(town)
    domain.give_role(city=town, user=user, role=Role.MEMBER)
    assert Membership.objects.filter(user=user).count() == 1


# --- Pages and personal data ---


def fill(town: City, number: int) -> None:
    for index in range(number):
        holder(town, Role.LIAISON, school(town, f"School {index}").public_id)
        place = organization(town, f"Organization {index}").public_id
        domain.ask_for_role(city=town, user=person(), role=Role.MANAGER, place=place)
        Invitation.objects.create(
            city=town,
            email=f"{index}@example.org",
            role=Role.MEMBER,
            token=str(index),
            expires_at=timezone.now() + timedelta(days=index - 3),
        )


@pytest.mark.parametrize("page", ["{}/workspace/people/", "{}/workspace/people/invite/", "{}/workspace/", "work/"])
def test_as_many_queries_for_thirty_people_as_for_one(town: City, coordinator: User, page: str) -> None:
    client = signed_in(coordinator)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(f"/en/{page.format(town.slug)}").status_code == 200
        return len(captured)

    fill(town, 1)
    queries()
    one = queries()
    Invitation.objects.all().delete()
    Membership.objects.exclude(user=coordinator).delete()
    school_model, organization_model = type(school(town, "x")), type(organization(town, "y"))
    school_model.objects.all().delete()
    organization_model.objects.all().delete()
    fill(town, 30)
    assert queries() == one


def test_names_and_messages_are_text_and_nothing_else(town: City, coordinator: User) -> None:
    asked = domain.ask_for_role(
        city=town, user=person(first_name="<script>one"), role=Role.MEMBER, message="<script>two"
    )
    client = signed_in(coordinator)
    for page in ("", f"requests/{asked.pk}/"):
        assert "<script>one" not in client.get(f"/en/{town.slug}/workspace/people/{page}").content.decode()
    assert "<script>two" not in client.get(f"/en/{town.slug}/workspace/people/requests/{asked.pk}/").content.decode()


def test_what_is_kept_of_people_is_handed_over_and_erased(town: City, coordinator: User) -> None:
    user = holder(town)
    domain.invite(city=town, email=user.email, role=Role.EDITOR, invited_by=coordinator)
    domain.ask_for_role(city=town, user=user, role=Role.LIAISON, place=school(town).public_id, message="Mine")
    kept = export_all(user)["cities"]
    assert [role["role"] for role in kept["roles"]] == ["member"]
    assert kept["requests"][0]["message"] == "Mine"
    assert kept["invitations"][0]["role"] == "editor"
    delete_account(user=user)
    assert not Request.objects.exists()
    assert not Invitation.objects.exists()
    assert list(town.memberships.values_list("user", flat=True)) == [coordinator.pk]


def test_whoever_edits_no_longer_loses_the_editors_part_at_once(town: City, coordinator: User) -> None:
    def edits(user: User) -> bool:
        return user.groups.filter(name=f"editors:{town.slug}").exists()

    changed, removed, left = (holder(town, Role.EDITOR) for _each in range(3))
    member = holder(town, Role.MEMBER)
    assert all(edits(each) for each in (changed, removed, left))
    assert not edits(member)
    domain.change_role(membership=changed.memberships.get(), role=Role.MEMBER)
    domain.remove_role(membership=removed.memberships.get())
    domain.leave_city(city=town, user=left)
    domain.change_role(membership=member.memberships.get(), role=Role.EDITOR)
    assert not any(edits(each) for each in (changed, removed, left))
    assert edits(member)
