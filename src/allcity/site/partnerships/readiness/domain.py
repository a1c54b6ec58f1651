"""What is done about readiness: the city's list is kept, and organizations say how they stand. Papers are never taken."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization
from allcity.site.needs.proposals.queries import speaks_for
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Readiness, Requirement
from allcity.site.partnerships.readiness.queries import requirements_of, version_of
from allcity.site.partnerships.readiness.usual import USUAL


@dataclass(frozen=True)
class Said:
    """What somebody says of a requirement: None where nobody knows whether it is in order."""

    in_order: bool | None
    valid_until: date | None = None
    supervision: str = ""


class ChangedMeanwhileError(ValidationError):
    """Somebody else said something of the organization meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else of your organization saved this while you were writing. Look at both, and save what is right."
            )
        )


# --- The city's list ---


@transaction.atomic
def start_with_usual(*, city: City) -> list[Requirement]:
    """Begin the city's list with what is usual, in the language of the moment. Raises ValidationError where there is one."""
    _lock(city)
    if Requirement.objects.of(city).exists():
        raise ValidationError(_("There is a list already. Change it below."))
    return Requirement.objects.bulk_create(
        Requirement(city=city, kind=one.kind, title=str(one.title), months=one.months, position=number)
        for number, one in enumerate(USUAL, 1)
    )


@transaction.atomic
def add_requirement(
    *, city: City, kind: str, title: str, months: int | None, settings: Collection[str] = ()
) -> Requirement:
    """Ask for something more, as the last of the list. Raises ValidationError."""
    _lock(city)
    last = Requirement.objects.of(city).aggregate(last=Max("position"))["last"] or 0
    requirement = Requirement(
        city=city, kind=kind, title=title, months=months, settings=list(settings), position=last + 1
    )
    return _save(requirement)


@transaction.atomic
def change_requirement(
    *, requirement: Requirement, kind: str, title: str, months: int | None, settings: Collection[str] = ()
) -> Requirement:
    """Change what is asked for. What organizations said of it stays. Raises ValidationError."""
    found: Requirement = Requirement.objects.select_for_update(of=("self",)).get(pk=requirement.pk)
    found.kind, found.title, found.months, found.settings = kind, title, months, list(settings)
    return _save(found)


@transaction.atomic
def move_requirement(*, requirement: Requirement, up: bool) -> None:
    """Change places with the one before or after it. Nothing happens at the ends of the list."""
    _lock(requirement.city)
    rows = list(requirements_of(requirement.city))
    at = rows.index(requirement)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows, 1):
        row.position = position
    Requirement.objects.bulk_update(rows, ["position"])


def archive_requirement(*, requirement: Requirement) -> Requirement:
    """Ask for it no more. What was said of it is kept."""
    requirement.archived_at = timezone.now()
    requirement.save(update_fields=["archived_at"])
    return requirement


def restore_requirement(*, requirement: Requirement) -> Requirement:
    """Ask for it again."""
    requirement.archived_at = None
    requirement.save(update_fields=["archived_at"])
    return requirement


# --- What an organization says ---


@transaction.atomic
def tell(*, organization: Organization, said: Mapping[Requirement, Said], user: User, seen: str) -> list[Readiness]:
    """Say how an organization stands. `seen` is the version (`queries.version_of`) that the person looked at.

    Raises PermissionDenied, ValidationError, or ChangedMeanwhileError where it is another one by now.
    """
    rows = _begin(organization, user)
    if seen != version_of(organization):
        raise ChangedMeanwhileError
    today = today_in(organization.city)
    changed = []
    for requirement, one in said.items():
        row = rows.get(requirement.pk)
        check(requirement, one, row, today)
        row = row or Readiness(requirement=requirement, organization=organization)
        until = one.valid_until if one.in_order else None
        if (row.in_order, row.valid_until) != (one.in_order, until):
            row.told = ""
        row.in_order, row.valid_until, row.supervision = one.in_order, until, one.supervision
        if row.pk or row.in_order is not None or row.supervision:
            row.said_by = user
            row.save()
            changed.append(row)
    return changed


@transaction.atomic
def confirm(*, organization: Organization, user: User) -> int:
    """Say that nothing has changed. Gives of how many requirements, none where nobody has said anything so far."""
    rows = _begin(organization, user).values()
    for row in rows:
        row.said_by = user
        row.save(update_fields=["said_by", "said_at"])
    return len(rows)


def check(requirement: Requirement, said: Said, before: Readiness | None, today: date) -> None:
    """Raise ValidationError where it cannot be as somebody says. What stood there before may stay."""
    if not said.in_order or said.valid_until is None or (before and before.valid_until == said.valid_until):
        return
    if said.valid_until < today:
        raise ValidationError({
            "valid_until": _("This day has passed. Write the new last day, or choose that it is not yet in order.")
        })  # fmt: skip
    latest = last_day(requirement, today)
    if latest and said.valid_until > latest:
        raise ValidationError({
            "valid_until": _("It is valid for %(months)s months here, so until %(day)s at most. Look at the day again.")
            % {"months": requirement.months, "day": date_format(latest, "DATE_FORMAT")}
        })  # fmt: skip


def last_day(requirement: Requirement, today: date) -> date | None:
    """Until when it is valid if it was made today; None where it does not run out."""
    if requirement.months is None:
        return None
    years, month = divmod(today.month - 1 + requirement.months, 12)
    year, month = today.year + years, month + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def erase(user: User) -> None:
    """Take the person's name off what they said of organizations, which stays."""
    Readiness.objects.filter(said_by=user).update(said_by=None)


def _begin(organization: Organization, user: User) -> dict[int, Readiness]:
    """What is said of the organization so far, by requirement, so that two who write at once write one after the other."""
    found = Organization.objects.select_for_update(of=("self",)).select_related("city").get(pk=organization.pk)
    if not speaks_for(found, user, found.city):
        raise PermissionDenied
    if found.archived_at:
        raise ValidationError(_("%(name)s has been archived: nobody answers there any more.") % {"name": found})
    rows = Readiness.objects.filter(organization=found, requirement__archived_at=None)
    return {row.requirement_id: row for row in rows}


def _lock(city: City) -> None:
    City.objects.select_for_update(of=("self",)).get(pk=city.pk)


def _save(requirement: Requirement) -> Requirement:
    requirement.full_clean(exclude=["settings"])
    requirement.save()
    return requirement
