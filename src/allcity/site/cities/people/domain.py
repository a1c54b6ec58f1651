"""What is done about a city's people. Whoever calls has checked that the acting person may; here it is checked what may be.

Every refusal is a ValidationError that says what to do instead.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.accounts.personal_data import HinderedError, Hindrance
from allcity.site.accounts.queries import is_stopped, language_of
from allcity.site.cities.domain import give_role, note_roles
from allcity.site.cities.models import City, Invitation, Membership, Request, Role
from allcity.site.cities.models.people import OF_A_PLACE
from allcity.site.cities.people.queries import (
    addresses_of,
    coordinators_of,
    held,
    is_only_coordinator,
    open_invitations,
    waiting_requests,
)
from allcity.site.cities.places import Place, find_places

INVITATION_DAYS = 14
MOST_OF_A_DRAFT = 20
"""How many invitations a city sends before it is public: anybody may start one, and mail goes to whoever is named."""
DRAFT_WAITS = timedelta(days=1)
"""How long a draft waits before it sends the same invitation again."""

REQUEST_LISTENERS: list[Callable[[Request], None]] = []
"""Called with every new request, inside its transaction."""


class OtherAddressError(ValidationError):
    """The invitation went to another address than those of the person who accepts it: ask whether it is meant."""


# --- Asking somebody in ---


@transaction.atomic
def invite(*, city: City, email: str, role: Role, place: UUID | None = None, invited_by: User) -> Invitation:
    """Ask somebody by mail to take a role. An open invitation of the same address to the same role is sent anew."""
    if not city.is_public:
        City.objects.select_for_update().get(pk=city.pk)  # many that are sent at once are counted one after the other
    email = email.strip().lower()
    _check_place(city, role, place)
    _check_address(email)
    if Membership.objects.filter(
        city=city, role=role, place=place, user__emailaddress__email__iexact=email, user__emailaddress__verified=True
    ).exists():
        raise ValidationError(_("The person has this role already."))
    open_one = open_invitations().filter(city=city, email=email, role=role, place=place).first()
    if open_one:
        return resend_invitation(invitation=open_one, invited_by=invited_by)
    if not city.is_public and city.invitations.count() >= MOST_OF_A_DRAFT:
        raise ValidationError(
            _("A city can ask in %(number)s people before it is public. Make it public to ask in more.")
            % {"number": MOST_OF_A_DRAFT}
        )
    invitation = Invitation.objects.create(
        city=city,
        email=email,
        role=role,
        place=place,
        token=secrets.token_urlsafe(32),
        invited_by=invited_by,
        expires_at=_expiry(),
    )
    _send_invitation(invitation)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, invited_by: User) -> Invitation:
    """Send an invitation again with a new link and a new fortnight; the link before no longer works."""
    _check_open(invitation)
    _check_address(invitation.email)
    if not invitation.city.is_public and _expiry() - invitation.expires_at < DRAFT_WAITS:
        raise ValidationError(
            _("It was sent less than a day ago, and the city is not public yet. Send it again tomorrow.")
        )
    invitation.token = secrets.token_urlsafe(32)
    invitation.expires_at = _expiry()
    invitation.invited_by = invited_by
    invitation.save(update_fields=["token", "expires_at", "invited_by"])
    _send_invitation(invitation)
    return invitation


def withdraw_invitation(*, invitation: Invitation) -> Invitation:
    """Take an invitation back: its link no longer works."""
    _check_open(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, in_place_of_addressee: bool = False) -> Membership:
    """Give the person the role that the invitation is for. It works once.

    Raises:
        OtherAddressError: it went to an address that is not the person's, and they have not said that this is meant.
    """
    if not in_place_of_addressee and invitation.email not in addresses_of(user):
        raise OtherAddressError(_("This invitation was sent to another mail address than yours."))
    _check_place(invitation.city, Role(invitation.role), invitation.place)
    now = timezone.now()
    if not open_invitations().filter(pk=invitation.pk, expires_at__gt=now).update(accepted_at=now):
        raise ValidationError(_("This invitation has been used, taken back or has run out. Ask for a new one."))
    invitation.accepted_at = now
    return give_role(city=invitation.city, user=user, role=Role(invitation.role), place=invitation.place)


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=INVITATION_DAYS)


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.withdrawn_at:
        raise ValidationError(_("This invitation has been accepted or taken back."))


def _check_address(email: str) -> None:
    if is_stopped(email):
        raise ValidationError(_("Mail to this address does not arrive. Ask the person for another one."))


def _send_invitation(invitation: Invitation) -> None:
    language = language_of(invitation.email)
    with translation.override(language):
        link = settings.SITE_ADDRESS + reverse("people:invitation", args=[invitation.token])
        _write(
            "invitation",
            invitation,
            to=invitation.email,
            language=language,
            link=link,
            inviter=invitation.invited_by,
            days=INVITATION_DAYS,
        )


# --- Asking to be let in ---


@transaction.atomic
def ask_for_role(*, city: City, user: User, role: Role, place: UUID | None = None, message: str = "") -> Request:
    """Ask a city's coordinators for a role: to join, or to look after a school or organization."""
    _check_place(city, role, place)
    if Membership.objects.filter(city=city, user=user, role=role, place=place).exists():
        raise ValidationError(_("You have this role already."))
    if waiting_requests().filter(city=city, user=user, role=role, place=place).exists():
        raise ValidationError(_("You have asked already. The coordinators have not answered yet."))
    asked = Request.objects.create(city=city, user=user, role=role, place=place, message=message.strip())
    for hear in REQUEST_LISTENERS:
        hear(asked)
    return asked


def withdraw_request(*, asked: Request) -> Request:
    """Take a request back."""
    return _decide(asked, Request.State.WITHDRAWN)


@transaction.atomic
def grant_request(*, asked: Request, decided_by: User, reason: str = "") -> Membership:
    """Give the person the role they asked for, and tell them."""
    _check_place(asked.city, Role(asked.role), asked.place)
    _decide(asked, Request.State.GRANTED, decided_by=decided_by, reason=reason)
    membership = give_role(city=asked.city, user=asked.user, role=Role(asked.role), place=asked.place)
    _tell(asked.user, "request_granted", asked, reason=asked.reason, link=_city_address(asked.city, asked.user))
    return membership


@transaction.atomic
def decline_request(*, asked: Request, decided_by: User, reason: str) -> Request:
    """Refuse a request, and tell the person why."""
    if not reason.strip():
        raise ValidationError(_("Say why, so that the person knows what to do."))
    _decide(asked, Request.State.DECLINED, decided_by=decided_by, reason=reason)
    _tell(asked.user, "request_declined", asked, reason=asked.reason)
    return asked


def _decide(asked: Request, state: Request.State, *, decided_by: User | None = None, reason: str = "") -> Request:
    """Decide once: of two who decide at the same time the first counts."""
    decision = {"state": state, "decided_at": timezone.now(), "decided_by": decided_by, "reason": reason.strip()}
    if not waiting_requests().filter(pk=asked.pk).update(**decision):
        raise ValidationError(_("This request has been answered already."))
    for field, value in decision.items():
        setattr(asked, field, value)
    return asked


# --- Roles ---


@transaction.atomic
def change_role(*, membership: Membership, role: Role, place: UUID | None = None) -> Membership:
    """Give somebody another role in the place of this one, and tell them."""
    _check_place(membership.city, role, place)
    if (membership.role, membership.place) == (role, place):
        return membership
    if role != Role.COORDINATOR:
        _keep_a_coordinator(membership)
    if Membership.objects.filter(city=membership.city, user=membership.user, role=role, place=place).exists():
        raise ValidationError(_("The person has this role already."))
    membership.role, membership.place = role, place
    membership.save(update_fields=["role", "place"])
    _withdraw_invitations(membership.city, membership.user)
    note_roles(membership.city)
    _tell(membership.user, "role_changed", membership, link=_city_address(membership.city, membership.user))
    return membership


@transaction.atomic
def remove_role(*, membership: Membership) -> None:
    """Take a role away from somebody, and tell them."""
    _keep_a_coordinator(membership)
    _tell(membership.user, "role_removed", membership)
    membership.delete()
    _withdraw_invitations(membership.city, membership.user)
    note_roles(membership.city)


@transaction.atomic
def leave_city(*, city: City, user: User) -> None:
    """Give up all of one's own roles in a city."""
    for membership in city.memberships.filter(user=user):
        _keep_a_coordinator(membership)
        membership.delete()
    _withdraw_invitations(city, user)
    note_roles(city)


@transaction.atomic
def erase_person(user: User) -> None:
    """Give up every role of a person who leaves the site, with what was asked by them and of them.

    Raises HinderedError, naming each city of which the person is the only coordinator.
    """
    cities = City.objects.filter(memberships__user=user).distinct()
    stuck = [_without_coordinator(city) for city in cities if is_only_coordinator(user, city)]
    if stuck:
        raise HinderedError(stuck)
    for city in cities:
        leave_city(city=city, user=user)
    Invitation.objects.filter(email__in=addresses_of(user)).delete()
    Request.objects.filter(user=user).delete()


def _withdraw_invitations(city: City, user: User) -> None:
    """Withdraw what somebody has sent who may invite no more: it could be to an address of their own."""
    if not Membership.objects.filter(city=city, user=user, role=Role.COORDINATOR).exists():
        open_invitations().filter(city=city, invited_by=user).update(withdrawn_at=timezone.now())


def _keep_a_coordinator(membership: Membership) -> None:
    if membership.role != Role.COORDINATOR:
        return
    City.objects.select_for_update().get(pk=membership.city_id)  # two who leave at once do so one after the other
    if not coordinators_of(membership.city).exclude(pk=membership.user_id).exists():
        raise ValidationError(_without_coordinator(membership.city).reason)


def _without_coordinator(city: City) -> Hindrance:
    values = {"city": city.display_name()}
    if City.objects.drafts().filter(pk=city.pk).exists():
        reason = _("The draft of %(city)s would have no coordinator. Make somebody else coordinator, or discard it.")
        return Hindrance(
            reason % values, _("Discard the draft of %(city)s") % values, reverse("city:discard", args=[city.slug])
        )
    reason = _("%(city)s would have no coordinator. Make somebody else coordinator first.")
    return Hindrance(reason % values, _("People of %(city)s") % values, reverse("city:people", args=[city.slug]))


def _check_place(city: City, role: Role, place: UUID | None) -> Place | None:
    """The school or organization of a role that needs one."""
    if role not in OF_A_PLACE:
        if place:
            raise ValidationError(_("Only a school liaison or an organization manager has a place."))
        return None
    found = find_places(city, [place]).get(place) if place else None
    if not found or found.role != role:
        raise ValidationError(
            _("Choose the school that the person speaks for.")
            if role == Role.LIAISON
            else _("Choose the organization that the person looks after.")
        )
    return found


# --- Mail ---


def _tell(user: User, template: str, row: Membership | Request, **context: object) -> None:
    with translation.override(user.language):
        _write(template, row, to=user.email, language=user.language, **context)


def _write(template: str, row: Membership | Request | Invitation, *, to: str, language: str, **context: object) -> None:
    mail.send(
        f"cities/mail/{template}",
        to=to,
        language=language,
        city=row.city.display_name(),
        role=held(row).words,
        **context,
    )


def _city_address(city: City, user: User) -> str:
    with translation.override(user.language):
        return settings.SITE_ADDRESS + reverse("city:workspace", args=[city.slug])
