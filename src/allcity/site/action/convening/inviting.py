"""Asking people to a session: members of the city by name, groups, and people without an account by mail address.

One person is asked once, also where an address belongs to somebody's account. In a draft people are noted; they are told
once a date is looked for, or the session is called.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.convening import answering, telling
from allcity.site.action.convening.locking import locked
from allcity.site.action.convening.tasks import tell_all
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.action.participants import BY_ROLE
from allcity.site.cities.models import City, Membership, Role
from allcity.site.conversations.people import followers_of
from allcity.site.directory.models import Organization

MOST_AT_ONCE, MOST_ASKED = 500, 2000
ROLE, TYPE, PLACE, THREAD, EVERYBODY = "role", "type", "place", "thread", "everybody"
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Invited:
    """How many were asked now, and how many had been before."""

    now: int = 0
    before: int = 0


@transaction.atomic
def invite(
    *,
    session: PlanningSession,
    user: User,
    users: Iterable[User] = (),
    lines: str = "",
    participant: str = "",
    language: str = "",
) -> Invited:
    """Ask people: members by themselves, and others by their mail address, one on a line, with a name after a comma.

    Either all are asked or, where a line is wrong, nobody: ValidationError names every line that is. `participant` is what
    they are; of members it is guessed where it is empty.
    """
    found = locked(session)
    if answering.is_over(found):
        raise ValidationError(_("The session is over. Plan a new one to ask people to."))
    if participant and participant not in participants.titles(found.city):
        raise ValidationError({"participant": _("Choose who they are.")})
    addresses = addresses_in(lines)
    by_address = _accounts(addresses)
    people = {each.pk: each for each in users if each.is_active}
    people |= {each.pk: each for each in by_address.values()}
    others = {address: name for address, name in addresses.items() if address not in by_address}
    asked = _ask_users(found, user, people.values(), by_address, participant)
    asked_others = _ask_addresses(found, user, others, participant, language or get_language() or "en")
    if found.invitees.count() > MOST_ASKED:
        raise ValidationError(_("A session has at most %(number)s people who are asked.") % {"number": MOST_ASKED})
    if found.state in (PlanningSession.State.POLL, PlanningSession.State.CALLED):
        tell_all(found)
    return Invited(asked + asked_others, len(people) + len(others) - asked - asked_others)


def invite_group(*, session: PlanningSession, user: User, group: str) -> Invited:
    """Ask everybody of a group, as `groups_of` names them. Raises ValidationError where nobody is in it."""
    people = list(people_of_group(session, group))
    if not people:
        raise ValidationError({"group": _("Nobody is in that group. Choose another one.")})
    return invite(session=session, user=user, users=people)


@transaction.atomic
def uninvite(*, invitee: Invitee, user: User) -> None:  # noqa: ARG001 - writes take who does it
    """Ask somebody no more. Whoever was told of it is told of that too, and their place goes to whoever waits longest."""
    session = locked(invitee.session)
    found = Invitee.objects.filter(pk=invitee.pk).select_related("user").first()
    if found is None:
        return
    found.session = session
    if found.told_sequence >= 0 and not answering.is_over(session):
        telling.tell_uninvited(found)
    found.delete()
    answering.promote(session)


def ask_again(session: PlanningSession, another: PlanningSession, user: User) -> None:
    """Note for another session everybody who is asked to this one, without what they answered."""
    Invitee.objects.bulk_create(
        Invitee(
            session=another,
            user_id=row.user_id,
            email=row.email,
            name=row.name,
            participant=row.participant,
            place=row.place,
            language=row.language,
            token=_token(),
            invited_by=user,
        )
        for row in session.invitees.order_by("pk")
    )


# --- Groups ---


def people_of_group(session: PlanningSession, group: str) -> QuerySet[User]:
    """The people of a group: of a role, a type of participant, a school or organization, or who follow the conversation."""
    kind, _colon, which = group.partition(":")
    if kind == THREAD and session.thread:
        return followers_of(session.thread)
    rows = Membership.objects.filter(city=session.city)
    match kind:
        case "everybody":
            pass
        case "role" if which in Role.values:
            rows = rows.filter(role=which)
        case "type":
            rows = rows.filter(pk__in=[pk for pk, type_ in types_by_membership(session.city).items() if type_ == which])
        case "place" if found := _uuid(which):
            rows = rows.filter(place=found)
        case _:
            rows = rows.none()
    return User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk")


def types_by_membership(city: City) -> dict[int, str]:
    """What people are likely to be by each of their roles, as `participants.type_of` guesses it of one."""
    known = participants.titles(city)
    organizations = dict(Organization.objects.of(city).values_list("public_id", "participant_type"))
    found = {}
    for pk, role, place in Membership.objects.filter(city=city).values_list("pk", "role", "place"):
        type_ = BY_ROLE.get(Role(role), "")
        if role == Role.MANAGER:
            type_ = (organizations.get(place) if place else "") or type_
        if type_ in known:
            found[pk] = type_
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- Parts of these ---


def addresses_in(lines: str) -> dict[str, str]:
    """Mail addresses, one on each line, in small letters, each with the name after a comma. ValidationError names bad lines."""
    found: dict[str, str] = {}
    errors = []
    for number, line in enumerate(lines.replace("\x00", "").splitlines(), 1):
        address, _comma, name = (part.strip() for part in line.partition(","))
        address = address.lower()
        if not line.strip():
            continue
        try:
            validate_email(address)
        except ValidationError:
            errors.append(_("Line %(number)s is not a mail address: %(line)s") % {"number": number, "line": line[:60]})
        else:
            found[address] = found.get(address) or name[:_LONGEST_NAME]
    if len(found) > MOST_AT_ONCE:
        errors.append(_("Ask at most %(number)s people at once.") % {"number": MOST_AT_ONCE})
    if errors:
        raise ValidationError({"lines": errors})
    return found


def _accounts(addresses: Iterable[str]) -> dict[str, User]:
    """People who have shown that one of these addresses is theirs."""
    rows = EmailAddress.objects.filter(email__in=list(addresses), verified=True, user__is_active=True)
    return {row.email.lower(): row.user for row in rows.select_related("user")}


def _ask_users(
    session: PlanningSession,
    user: User,
    people: Iterable[User],
    by_address: Mapping[str, User],
    participant: str,
) -> int:
    """Ask people who have accounts. Whoever was asked by an address that is theirs has that invitation as their own."""
    people = list(people)
    there = set(session.invitees.filter(user__in=people).values_list("user", flat=True))
    new = [each for each in people if each.pk not in there]
    confirmed = dict(EmailAddress.objects.filter(user__in=new, verified=True).values_list("email", "user"))
    by_mail = {row.email: row for row in session.invitees.filter(user=None).exclude(email="")}
    own = {owner: by_mail[mail.lower()] for mail, owner in confirmed.items() if mail.lower() in by_mail}
    for owner, row in own.items():
        row.user_id = owner
        row.save(update_fields=["user"])
    new = [each for each in new if each.pk not in own]
    typed = {each.pk: address for address, each in by_address.items()}
    types = types_by_membership(session.city)
    members: dict[int, tuple[str, UUID | None]] = {}
    roles = Membership.objects.filter(city=session.city, user__in=new).order_by("-pk")
    for pk, person, place in roles.values_list("pk", "user", "place"):
        before = members.get(person, ("", None))
        members[person] = (types.get(pk) or before[0], place or before[1])
    Invitee.objects.bulk_create(
        Invitee(
            session=session,
            user=each,
            # Whoever asks knows of somebody who is not of the city no more than the address.
            email="" if each.pk in members else typed.get(each.pk, ""),
            participant=participant or members.get(each.pk, ("", None))[0],
            place=members.get(each.pk, ("", None))[1],
            language=each.language,
            token=_token(),
            invited_by=user,
        )
        for each in new
    )
    return len(new)


def _ask_addresses(
    session: PlanningSession, user: User, addresses: Mapping[str, str], participant: str, language: str
) -> int:
    there = set(session.invitees.filter(email__in=list(addresses)).values_list("email", flat=True))
    new = {address: name for address, name in addresses.items() if address not in there}
    Invitee.objects.bulk_create(
        Invitee(
            session=session,
            email=address,
            name=name,
            participant=participant,
            language=language,
            token=_token(),
            invited_by=user,
        )
        for address, name in new.items()
    )
    return len(new)


def _token() -> str:
    return secrets.token_urlsafe(32)
