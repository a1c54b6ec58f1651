"""Which records need looking after, and by whom."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Kept, Membership, RecordQuerySet
from allcity.site.cities.models.record import STALE_AFTER_DAYS
from allcity.site.directory.kinds import KINDS, Kind
from allcity.site.directory.models import Asking, Offering, Organization, Program, School


@dataclass(frozen=True)
class Tally:
    """How many records of a kind are current, may be out of date, were never confirmed by a person, and are archived."""

    kind: Kind
    current: int
    stale: int
    unconfirmed: int
    archived: int


def is_old(today: date | None = None) -> Q:
    """The condition of records of which nobody has known for a year that they are true."""
    day = (today or timezone.now().date()) - timedelta(days=STALE_AFTER_DAYS)
    return Q(as_of=None) | Q(as_of__lt=day)


def not_over(today: date | None = None) -> Q:
    """The condition of offerings that are not over: nobody need confirm what was."""
    return Q(end_date__gte=today or timezone.now().date())


def tallies(city: City) -> list[Tally]:
    """A tally of each kind: one query for each. Offerings that are over do not grow old."""
    here = Q(archived_at=None)
    found = []
    for kind in KINDS.values():
        old = is_old() & not_over() if kind.model is Offering else is_old()
        counts = kind.model._default_manager.of(city).aggregate(
            current=Count("pk", filter=here),
            stale=Count("pk", filter=here & old),
            unconfirmed=Count("pk", filter=here & Q(confirmed_at=None)),
            archived=Count("pk", filter=Q(archived_at__isnull=False)),
        )
        found.append(Tally(kind=kind, **counts))
    return found


def records(city: City, kind: Kind, *, show: str = "", text: str = "") -> RecordQuerySet:
    """Records of a kind: `show` is stale, unconfirmed, archived or empty for all current ones; `text` is part of a name."""
    found = kind.model._default_manager.of(city).select_related("source", "confirmed_by", "merged_into", *kind.paths)
    found = found.filter(archived_at__isnull=False) if show == "archived" else found.current()
    if show == "stale":
        found = found.filter(is_old() & not_over() if kind.model is Offering else is_old())
    if show == "unconfirmed":
        found = found.filter(confirmed_at=None)
    name = "program__name" if kind.model is Offering else "name"
    if text:
        found = found.filter(**{f"{name}__icontains": text})
    return found.order_by(name, "pk")


def places_looked_after(user: User) -> dict[UUID, City]:
    """The schools and organizations that a person looks after, in all cities."""
    rows = Membership.objects.filter(user=user, place__isnull=False).select_related("city")
    return {row.place: row.city for row in rows if row.place}


def to_confirm(places: Collection[UUID], *, today: date | None = None) -> list[Kept]:
    """What may be out of date of these schools and organizations: themselves, programs, offerings that are not over."""
    if not places:
        return []
    of_programs = Program.objects.filter(organization__public_id__in=places).select_related("city", "organization")
    of_offerings = Offering.objects.filter(program__organization__public_id__in=places).select_related(
        "city", "program__organization", "location"
    )
    found: Iterable[RecordQuerySet] = (
        School.objects.filter(public_id__in=places).select_related("city"),
        Organization.objects.filter(public_id__in=places).select_related("city"),
        of_programs.order_by("name"),
        of_offerings.filter(not_over(today)).order_by("start_date"),
    )
    return [record for records in found for record in records.current().filter(is_old(today))]


def personal_data(user: User) -> dict[str, object]:
    """Which records the person confirmed last, and when they were last asked to."""
    confirmed = [
        {"city": record.city.display_name(), "kind": kind.name, "record": str(record), "on": record.confirmed_at}
        for kind in KINDS.values()
        for record in kind.model._default_manager.filter(confirmed_by=user).select_related("city", *kind.paths)
    ]
    asked = Asking.objects.filter(user=user).first()
    return {"confirmed": confirmed, "asked_on": asked and asked.asked_at}
