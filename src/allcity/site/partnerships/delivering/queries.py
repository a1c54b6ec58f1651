"""What is read of sessions: who sees which, what waits to be confirmed, what was told last, and what can be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from allcity.site.accounts.models import User
from allcity.site.cities.models import RecordQuerySet
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import Organization, School
from allcity.site.directory.words import contribution_title
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Delivery, Event, Partnership, Schedule, Session, Setting, Side
from allcity.site.partnerships.parties import Party

BROUGHT = "sessions-brought"
"""The step that a spreadsheet of sessions is, in a partnership's history."""
RELATED = ("organization", "school", "told_by")
COUNTED = (Need.Unit.ITEMS, Need.Unit.TEACHERS)
"""Units of which a session says how many; students and hours it says anyway."""


@dataclass(frozen=True)
class Choices:
    """What can be said of a session of a partnership by whoever logs for some of its parties."""

    partnership: Partnership
    logging: Sequence[Party]

    @cached_property
    def is_for_organization(self) -> bool:
        return any(party.side == Side.ORGANIZATION for party in self.logging)

    @cached_property
    def schools(self) -> list[School]:
        """Schools at which it can have been: all for an organization, a school's own."""
        if self.is_for_organization:
            return [school for school in self.partnership.schools.all() if not school.archived_at]
        return [party.place for party in self.logging if isinstance(party.place, School)]

    @cached_property
    def organizations(self) -> list[Organization]:
        """Organizations that can have given it: all for a school, an organization itself."""
        if any(party.side == Side.SCHOOL for party in self.logging):
            return list(self.partnership.organizations.all())
        return [party.place for party in self.logging if isinstance(party.place, Organization)]

    @cached_property
    def contributions(self) -> list[tuple[str, str]]:
        """What was given, by id and title."""
        city = self.partnership.city
        codes = self.partnership.contributions or city.settings.framework.contributions
        return [(code, contribution_title(city, code)) for code in codes]

    @cached_property
    def amounts(self) -> set[str]:
        """The units in which amounts can be told."""
        known = self.partnership.city.settings.framework.contributions
        return {str(known[code].unit) for code, _title in self.contributions if code in known} & set(COUNTED)

    @property
    def can_be_nowhere(self) -> bool:
        """Whether a session need not be at one of the schools."""
        return self.is_for_organization and self.partnership.setting == Setting.OUT_OF_SCHOOL

    @property
    def asks_teacher(self) -> bool:
        return self.partnership.setting == Setting.IN_SCHOOL_HOURS


def sessions_of(partnership: Partnership, user: User) -> RecordQuerySet:
    """The sessions of a partnership that somebody may read, the newest first."""
    found: RecordQuerySet = Session.objects.for_user(user).filter(partnership=partnership).select_related(*RELATED)
    return found.order_by("-date", "-pk")


def schedules_of(partnership: Partnership, user: User) -> RecordQuerySet:
    """The plans of a partnership that somebody may read and that have not ended, the newest first."""
    found: RecordQuerySet = Schedule.objects.for_user(user).filter(partnership=partnership, ended_at=None)
    return found.select_related("organization", "school").order_by("-first_day", "-pk")


def of_parties(logging: Iterable[Party]) -> Q:
    """Whether something is told for one of these parties."""
    found = Q(pk__in=[])
    for party in logging:
        if party.side == Side.ORGANIZATION:
            found |= Q(account=Delivery.Account.ORGANIZATION, organization=party.place.pk)
        elif party.side == Side.SCHOOL:
            found |= Q(account=Delivery.Account.SCHOOL, school=party.place.pk)
    return found


def to_confirm(partnership: Partnership, logging: Iterable[Party], *, until: date | None = None) -> list[Session]:
    """Sessions that were planned for a day that has come, and of which nobody has said whether they took place."""
    day = until or today_in(partnership.city)
    planned = Session.objects.filter(of_parties(logging), partnership=partnership, state=Session.State.PLANNED)
    return list(planned.filter(date__lte=day).select_related(*RELATED).order_by("date", "pk"))


def last_told(partnership: Partnership, logging: Sequence[Party]) -> Session | None:
    """What was told last for these parties: the next is likely to be like it."""
    held = Session.objects.filter(of_parties(logging), partnership=partnership, state=Session.State.HELD)
    found: Session | None = held.order_by("-told_at", "-pk").first()
    return found


def batches(partnership: Partnership, logging: Iterable[Party]) -> list[Event]:
    """The spreadsheets that were brought for some parties, the newest first, of which something is still there."""
    events = list(partnership.events.filter(step=BROUGHT).order_by("-pk")[:10])
    keys = [key for event in events for key in event.values["sessions"]]
    sessions = Session.objects.filter(of_parties(logging), partnership=partnership, public_id__in=keys)
    there = {str(key) for key in sessions.values_list("public_id", flat=True)}
    return [event for event in events if not there.isdisjoint(event.values["sessions"])]


def of_schools(
    deliveries: RecordQuerySet, partnership: Partnership, user: User, logging: Sequence[Party]
) -> RecordQuerySet:
    """Of a partnership's deliveries those that a party may read: a school its own and those of no school, all others all."""
    if sees_all(partnership, user, logging):
        return deliveries
    own = [party.place.pk for party in logging if party.side == Side.SCHOOL]
    return deliveries.filter(Q(school=None) | Q(school__in=own))


def sees_all(partnership: Partnership, user: User, logging: Sequence[Party]) -> bool:
    """Whether somebody reads the sessions at all schools."""
    return is_coordinator(user, partnership) or any(party.side == Side.ORGANIZATION for party in logging)


def personal_data(user: User) -> dict[str, object]:
    """What a person logged and planned."""
    held = Session.objects.filter(told_by=user).order_by("pk")
    plans = Schedule.objects.filter(made_by=user).order_by("pk")
    return {
        "sessions": list(held.values("partnership__name", "date", "hours", "students", "state", "told_at")),
        "plans": list(plans.values("partnership__name", "days", "first_day", "last_day", "hours", "students")),
    }
