"""What is read of endorsements: how many there are of whom, and those that may be named."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Lower
from django.urls import reverse

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import own_addresses
from allcity.site.action import participants
from allcity.site.action.models import Endorsement
from allcity.site.action.models.endorsing import EndorsementQuerySet
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City, Membership, Role

FEWEST = 5
"""Types of fewer than these are counted together: whoever does not wish to be named is not to be guessed."""


@dataclass(frozen=True)
class Counts:
    """How many endorsements a city has, of which types, and by how many organizations. `others` are of types with few."""

    total: int
    organizations: int
    groups: tuple[tuple[str, int], ...] = ()
    others: int = 0


def grouped(numbers: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Numbers by type, those of fewer than `FEWEST` put together with as few of the others as make that many, or with all."""
    shown = dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])))
    others = 0
    while shown:
        key, number = next(reversed(shown.items()))
        if number >= FEWEST and (others == 0 or others >= FEWEST):
            break
        others += shown.pop(key)
    return shown, others


def counts(city: City) -> Counts:
    """What a city's endorsements come to. A type that its framework has no more counts among the others."""

    def count() -> tuple[dict[str, int], int]:
        standing = Endorsement.objects.of(city).standing()
        by_type = standing.order_by().values_list("participant").annotate(number=Count("pk"))
        of_places = standing.filter(place__isnull=False).values("place").distinct().count()
        named = standing.filter(place=None).exclude(organization="")
        return dict(by_type), of_places + named.annotate(folded=Lower("organization")).values(
            "folded"
        ).distinct().count()

    by_type, organizations = kept(city, "endorsements", count)
    titles = participants.titles(city)
    known = {key: number for key, number in by_type.items() if key in titles}
    total = sum(by_type.values())
    gone = {f"gone {key}": number for key, number in by_type.items() if key not in titles}
    shown, others = grouped({**known, **gone})
    for key in [key for key in shown if key not in titles]:
        others += shown.pop(key)
    return Counts(total, organizations, tuple((titles[key], number) for key, number in shown.items()), others)


def count_everywhere() -> tuple[int, int]:
    """How many endorsements all public cities have together, and how many cities have any."""
    standing = Endorsement.objects.standing().filter(city__is_public=True)
    found = standing.aggregate(number=Count("pk"), cities=Count("city", distinct=True))
    return found["number"], found["cities"]


def named(city: City) -> EndorsementQuerySet:
    """Those that may be read by name, the newest first."""
    rows: EndorsementQuerySet = Endorsement.objects.of(city).public().order_by("-confirmed_at", "-pk")
    return rows


def account_of(email: str) -> User | None:
    """The account to which a mail address belongs that was confirmed there."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    address = found.select_related("user").first()
    return address.user if address else None


def is_known(endorsement: Endorsement) -> bool:
    """Whether the city knows who says it: by themselves its members, for an organization those who look after it."""
    user = account_of(endorsement.email)
    if user is None:
        return False
    roles = Membership.objects.filter(city=endorsement.city_id, user=user)
    if not endorsement.organization:
        return roles.exists()
    if endorsement.place is None:
        return roles.filter(role=Role.COORDINATOR).exists()
    return roles.filter(role=Role.COORDINATOR).exists() or roles.filter(place=endorsement.place).exists()


def new_token() -> str:
    """The secret of a link."""
    return secrets.token_urlsafe(32)


def address_of(city: City, name: str = "endorse") -> str:
    """The whole web address of one of the city's pages in the language of the moment."""
    return settings.SITE_ADDRESS + reverse(f"city:{name}", args=[city.slug])


def short(address: str) -> str:
    """A web address as it is read out, without its beginning and end."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def personal_data(user: User) -> list[dict[str, object]]:
    """What was endorsed from a person's mail addresses."""
    rows = Endorsement.objects.filter(email__in=own_addresses(user)).order_by("pk")
    told = ("city__slug", "name", "email", "organization", "participant", "statement", "is_public", "confirmed_at")
    return list(rows.values(*told))
