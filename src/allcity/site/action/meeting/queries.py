"""What is read of a session after it began: who is there and who is missing, and what the minutes say."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allcity.analysis.city import year_of
from allcity.site.action import participants
from allcity.site.action.convening import times, words
from allcity.site.action.convening.queries import invitees_of
from allcity.site.action.convening.words import Planned
from allcity.site.action.models import Attendance, Commitment, Decision, Invitee, PlanningSession, Series
from allcity.site.cities.models import City, Membership
from allcity.site.cities.rules import Person

State = PlanningSession.State


# --- Who is there ---


@dataclass(frozen=True)
class TypeHere:
    """How many of a type of participant were asked and were there. Who came without having been asked counts as there."""

    title: str
    asked: int
    here: int


@dataclass(frozen=True)
class Here:
    """Who was there by type of participant; the types of the city of which nobody was; and of how many no type is known."""

    number: int
    types: tuple[TypeHere, ...]
    missing: tuple[str, ...]
    without_type: int


def here_at(session: PlanningSession) -> Here:
    """Who was at a session, without anybody's name."""
    titles = participants.titles(session.city)
    asked = Counter(session.invitees.values_list("participant", flat=True))
    there = Counter(session.attendances.values_list("participant", flat=True))
    known = [TypeHere(title, asked[id_], there[id_]) for id_, title in titles.items()]
    return Here(
        there.total(),
        tuple(each for each in known if each.here or each.asked),
        tuple(each.title for each in known if not each.here),
        sum(number for id_, number in there.items() if id_ not in titles),
    )


@dataclass(frozen=True)
class AtDoor:
    """Somebody on the list at the door: who is asked, or came without; `attendance` is None of who is not there."""

    name: str
    type: str
    invitee: Invitee | None
    attendance: Attendance | None


def at_door(session: PlanningSession) -> list[AtDoor]:
    """Everybody who is asked by name, and who else is there, for those who run the session."""
    titles = participants.titles(session.city)
    rows = list(invitees_of(session))
    members = set(
        Membership.objects.filter(city=session.city, user__in=[row.user_id for row in rows if row.user_id]).values_list(
            "user", flat=True
        )
    )
    there = {row.invitee_id: row for row in session.attendances.exclude(invitee=None)}
    found = []
    for row in rows:
        attendance = there.get(row.pk)
        type_ = attendance.participant if attendance else row.participant
        found.append(AtDoor(words.called(row, members), titles.get(type_, type_), row, attendance))
    others = session.attendances.filter(invitee=None)
    found += [AtDoor(row.name, titles.get(row.participant, row.participant), None, row) for row in others]
    return sorted(found, key=lambda each: each.name.casefold())


# --- Minutes ---


@dataclass(frozen=True)
class Decided:
    """A decision, with the commitment that it became, where the reader may see that."""

    decision: Decision
    commitment: Commitment | None

    @property
    def is_its_title(self) -> bool:
        """Whether the commitment is called as the decision is, so that one of them is said."""
        return self.commitment is not None and self.commitment.title == self.decision.text


@dataclass(frozen=True)
class PointMinutes:
    """A point of the agenda with what was noted and decided there."""

    planned: Planned
    decisions: tuple[Decided, ...]

    @property
    def is_silent(self) -> bool:
        """Whether nothing was noted there."""
        return not (self.planned.item.notes or self.decisions)


@dataclass(frozen=True)
class Minutes:
    """All that the minutes of a session say; of people they say how many of which type were there."""

    here: Here
    points: tuple[PointMinutes, ...]
    notes: str
    decisions: tuple[Decided, ...]

    @property
    def silent(self) -> str:
        """The points of which nothing was noted, in words."""
        return "; ".join(point.planned.item.title for point in self.points if point.is_silent)

    @property
    def all_decisions(self) -> list[Decided]:
        """Every decision, in the order of the agenda."""
        return [*(each for point in self.points for each in point.decisions), *self.decisions]


def minutes_of(session: PlanningSession, user: Person) -> Minutes:
    """The minutes as a reader sees them."""
    rows = list(session.decisions.select_related("commitment"))
    numbers = [row.commitment_id for row in rows if row.commitment_id]
    seen = {row.pk: row for row in Commitment.objects.for_user(user).of(session.city).filter(pk__in=numbers)}
    for commitment in seen.values():
        commitment.city = session.city
    by_item: dict[int | None, list[Decided]] = {}
    for row in rows:
        shown = seen.get(row.commitment_id) if row.commitment_id else None
        by_item.setdefault(row.item_id, []).append(Decided(row, shown))
    points = tuple(
        PointMinutes(planned, tuple(by_item.get(planned.item.pk, ()))) for planned in words.agenda_of(session)
    )
    return Minutes(here_at(session), points, session.notes, tuple(by_item.get(None, ())))


# --- Over the years ---


@dataclass(frozen=True)
class TypeOver:
    """A type of participant over several sessions: how many came altogether, and to how many of the sessions anybody."""

    title: str
    came: int
    sessions: int


@dataclass(frozen=True)
class Over:
    """Several sessions together: those of a school year, or of a series."""

    title: str
    sessions: int
    came: int
    types: tuple[TypeOver, ...]
    missing: tuple[str, ...]


def attendance_over(city: City, user: Person) -> tuple[list[tuple[int, Over]], list[Over]]:
    """Who came to the sessions that a person may see and whose minutes were sent: by school year, the newest first, and by
    series.
    """
    rows = PlanningSession.objects.for_user(user).of(city).filter(starts_at__isnull=False, state=State.HELD)
    sessions = list(rows.select_related("series").order_by("starts_at", "pk"))
    counts: dict[int, Counter[str]] = {each.pk: Counter() for each in sessions}
    for session, type_ in Attendance.objects.filter(session__in=counts).values_list("session", "participant"):
        counts[session][type_] += 1
    titles = participants.titles(city)
    years: dict[int, list[PlanningSession]] = {}
    series: dict[Series, list[PlanningSession]] = {}
    for each in sessions:
        if each.starts_at is not None:
            years.setdefault(year_of(times.here(each, each.starts_at).date()), []).append(each)
        if each.series:
            series.setdefault(each.series, []).append(each)
    by_year = [(year, _over("", years[year], counts, titles)) for year in sorted(years, reverse=True)]
    return by_year, [_over(rows[0].title, rows, counts, titles) for rows in series.values() if len(rows) > 1]


def _over(
    title: str, sessions: Iterable[PlanningSession], counts: dict[int, Counter[str]], titles: dict[str, str]
) -> Over:
    told = [counts[each.pk] for each in sessions]
    types = [
        TypeOver(name, sum(each[id_] for each in told), sum(bool(each[id_]) for each in told))
        for id_, name in titles.items()
    ]
    return Over(
        title,
        len(told),
        sum(each.total() for each in told),
        tuple(each for each in types if each.came),
        tuple(each.title for each in types if not each.came),
    )
