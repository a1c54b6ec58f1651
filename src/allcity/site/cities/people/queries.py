"""What is read of a city's people."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import stopped_among
from allcity.site.cities.models import City, CityQuerySet, Invitation, Membership, Request, Role
from allcity.site.cities.places import Place, find_places

NEED_SECOND_FACTOR = (Role.COORDINATOR, Role.EDITOR)


@dataclass(frozen=True)
class Held:
    """Something about a role (a membership, an invitation or a request) with the place that it is for, where there is one,
    and whether mail to whoever it is about is stopped.
    """

    row: Membership | Invitation | Request
    place: Place | None
    mail_is_stopped: bool = False

    @property
    def words(self) -> str:
        """The role in words, with the name of its place."""
        role = str(self.row.get_role_display())
        return f"{role}, {self.place.name}" if self.place else role


def held(row: Membership | Invitation | Request) -> Held:
    """One of them, with its place."""
    return Held(row, place_of(row))


def place_of(row: Membership | Invitation | Request) -> Place | None:
    """The school or organization of a role, where it has one and that is still there."""
    return next(iter(find_places(row.city, [row.place]).values()), None)


@dataclass(frozen=True)
class People:
    """Everybody who has to do with a city, by name or by age of the matter."""

    members: list[Held]
    invitations: list[Held]
    requests: list[Held]


def people_of(city: City) -> People:
    """The people of a city, those who are asked in and have not answered, and those who wait for an answer."""
    members = city.memberships.select_related("user").order_by("user__last_name", "user__first_name", "user", "pk")
    invitations = open_invitations().filter(city=city).order_by("created_at")
    requests = waiting_requests().filter(city=city).select_related("user").order_by("created_at")
    rows: list[Membership | Invitation | Request] = [*members, *invitations, *requests]
    places = find_places(city, (row.place for row in rows))
    stopped = stopped_among(_address_of(row) for row in rows)
    return People(
        _held(members, places, stopped), _held(invitations, places, stopped), _held(requests, places, stopped)
    )


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that nobody has accepted or withdrawn, whether they have run out or not."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def is_open(invitation: Invitation) -> bool:
    """Whether an invitation can be accepted now."""
    return not invitation.accepted_at and not invitation.withdrawn_at and invitation.expires_at > timezone.now()


def waiting_requests() -> QuerySet[Request]:
    """Requests on which nobody has decided."""
    return Request.objects.filter(state=Request.State.WAITING)


def invitations_to(user: User) -> QuerySet[Invitation]:
    """Open invitations to one of the person's confirmed addresses."""
    return (
        open_invitations()
        .filter(email__in=addresses_of(user), expires_at__gt=timezone.now())
        .select_related("city", "invited_by")
    )


def addresses_of(user: User) -> set[str]:
    """The person's confirmed mail addresses, in small letters."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in confirmed}


def coordinators_of(city: City) -> QuerySet[User]:
    """The city's coordinators, without those whose account is closed."""
    return User.objects.filter(memberships__city=city, memberships__role=Role.COORDINATOR, is_active=True)


def is_only_coordinator(user: User, city: City) -> bool:
    """Whether the person coordinates the city, and nobody else does who can still sign in."""
    others = coordinators_of(city).exclude(pk=user.pk)
    return city.memberships.filter(user=user, role=Role.COORDINATOR).exists() and not others.exists()


def coordinated_by(user: User) -> CityQuerySet:
    """The cities that a person coordinates."""
    return City.objects.filter(memberships__user=user, memberships__role=Role.COORDINATOR)


def needs_second_factor(user: User) -> bool:
    """Whether one of the person's roles lets them change what others rely on."""
    return user.memberships.filter(role__in=NEED_SECOND_FACTOR).exists()


def roles_by_city(user: User) -> list[tuple[City, list[Held]]]:
    """The cities in which a person has a role, by name, each with the roles."""
    cities = (
        City.objects.filter(memberships__user=user)
        .distinct()
        .prefetch_related(Prefetch("memberships", Membership.objects.filter(user=user).order_by("pk"), "own_roles"))
    )
    return [(city, _held(city.own_roles, find_places(city, (row.place for row in city.own_roles)))) for city in cities]


def role_words(user: User) -> list[str]:
    """Each role of a person in words, with its place and city."""
    return [f"{held.words}, {city.display_name()}" for city, roles in roles_by_city(user) for held in roles]


def _address_of(row: Membership | Invitation | Request) -> str:
    return (row.email if isinstance(row, Invitation) else row.user.email).lower()


def _held(
    rows: Iterable[Membership | Invitation | Request], places: Mapping[UUID, Place], stopped: Container[str] = ()
) -> list[Held]:
    return [
        Held(row, places.get(row.place) if row.place else None, bool(stopped) and _address_of(row) in stopped)
        for row in rows
    ]


def personal_data(user: User) -> dict[str, object]:
    """The person's roles, requests and invitations."""
    return {
        "roles": list(user.memberships.values("city__name", "role", "place", "since")),
        "requests": list(
            user.requests.values(
                "city__name", "role", "place", "message", "state", "reason", "created_at", "decided_at"
            )
        ),
        "invitations": list(
            Invitation.objects.filter(email__in=addresses_of(user)).values(
                "city__name", "role", "place", "created_at", "accepted_at", "withdrawn_at"
            )
        ),
    }
