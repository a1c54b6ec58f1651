"""What people are told of commitments. No notice holds the name of a person."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.action.committing.linking import address_of
from allcity.site.action.committing.phases import State
from allcity.site.action.models import Commitment
from allcity.site.cities.models import Membership
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language

YOURS = register(
    Kind(
        "commitment-yours",
        _("A commitment of your city is yours"),
        _("“%(title)s” is agreed to, and yours. Say when you begin, and when it is done."),
        Delivery.AT_ONCE,
    )
)
DECIDED = register(
    Kind(
        "commitment-decided",
        _("What became of a commitment of yours"),
        _("“%(title)s” has gone on: it was decided without you. Its page says what, and why."),
    )
)
SOON = register(
    Kind(
        "commitment-soon",
        _("A commitment of yours is due in a week"),
        _("“%(title)s” is due soon. If the day does not hold, name another now."),
    )
)
TODAY = register(
    Kind(
        "commitment-today",
        _("A commitment of yours is due"),
        _("“%(title)s” is due today. If it is done, say so; if it is not, name another day."),
    )
)
OVERDUE = register(
    Kind(
        "commitment-overdue",
        _("A commitment of yours is overdue"),
        _("“%(title)s” was due a week ago or more. Say that it is done, name another day, or ask for help."),
    )
)
KINDS = (YOURS, DECIDED, SOON, TODAY, OVERDUE)
MARKS: tuple[tuple[str, timedelta, Kind], ...] = (
    ("before", timedelta(days=-7), SOON),
    ("on", timedelta(0), TODAY),
    ("after", timedelta(days=7), OVERDUE),
)
"""The days around the one on which a commitment is due, on which whoever answers for it is told: what is kept of it, when."""


def people_of(commitment: Commitment) -> list[User]:
    """Whoever answers for a commitment: its owner while they have a role in the city, else those who look after its place."""
    return people_by_commitment([commitment])[commitment.pk]


def people_by_commitment(commitments: list[Commitment]) -> dict[int, list[User]]:
    """The same for many, in a number of queries that does not grow with them."""
    cities = {each.city_id for each in commitments}
    owners = {each.owner_id for each in commitments if each.owner_id}
    places = {each.place for each in commitments if each.place}
    roles = (
        Membership.objects.filter(city__in=cities, user__is_active=True).select_related("user").order_by("user", "pk")
    )
    owning = {(row.city_id, row.user_id): row.user for row in roles.filter(user__in=owners)} if owners else {}
    attending: dict[tuple[int, UUID | None], dict[int, User]] = {}
    for row in roles.filter(place__in=places) if places else ():
        attending.setdefault((row.city_id, row.place), {})[row.user_id] = row.user
    found = {}
    for each in commitments:
        owner = owning.get((each.city_id, each.owner_id or 0))
        at_place = attending.get((each.city_id, each.place), {}) if each.place else {}
        found[each.pk] = [owner] if owner else list(at_place.values())
    return found


def tell_owner(commitment: Commitment, *, by: User | None) -> None:
    """Tell whoever answers for a commitment that it is theirs."""
    _tell(commitment, YOURS, by)


def tell_of_step(commitment: Commitment, *, before: str, by: User | None) -> None:
    """Tell whoever answers for a commitment, and whoever proposed it, what others did with it."""
    if commitment.state == State.AGREED:
        tell_owner(commitment, by=by)
    elif commitment.state in (State.VERIFIED, State.DROPPED, State.PROPOSED) or before in (State.DONE, State.VERIFIED):
        _tell(commitment, DECIDED, by)


def mark_reached(due_on: date, today: date) -> str:
    """The last of the marks that the day has reached; empty before the first."""
    return next((mark for mark, after, _kind in reversed(MARKS) if today >= due_on + after), "")


def tell_of_mark(commitment: Commitment, mark: str) -> int:
    """Tell whoever answers for a commitment that its day is near, there, or past. Gives how many were told."""
    (kind,) = (kind for name, _after, kind in MARKS if name == mark)
    return _tell(commitment, kind, None)


def _tell(commitment: Commitment, kind: Kind, by: User | None) -> int:
    people = set(people_of(commitment))
    if kind is DECIDED and commitment.made_by and commitment.made_by.is_active:
        people.add(commitment.made_by)
    for user in (told := sorted(people - {by}, key=lambda each: each.pk)):
        notify(
            user=user,
            kind=kind,
            city=commitment.city,
            values={"title": commitment.title},
            url=in_language(address_of(commitment), "en"),
            due_on=commitment.due_on,
        )
    return len(told)
