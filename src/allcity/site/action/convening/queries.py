"""What is read of planning sessions: those somebody sees, who is asked and who comes, and what a poll found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.convening import answering, words
from allcity.site.action.models import CalendarFeed, Invitee, PlanningSession, PollAnswer, PollDate
from allcity.site.cities.models import City, Membership
from allcity.site.cities.people.queries import addresses_of
from allcity.site.cities.rules import Person

State = PlanningSession.State
COMING, PAST, MINE = "coming", "past", "mine"
KEPT_IN_FEEDS = timedelta(days=365)
"""How long a feed still holds what is past."""


# --- Sessions ---


def session_for(city: City, user: Person, public_id: UUID) -> PlanningSession | None:
    """A session of a city by its public id, if the person may see it."""
    rows = PlanningSession.objects.for_user(user).of(city).select_related("city", "thread", "series")
    found: PlanningSession | None = rows.filter(public_id=public_id).first()
    return found


def sessions_of(city: City, user: Person) -> "QuerySet[PlanningSession]":
    """The sessions of a city that somebody may see."""
    found: QuerySet[PlanningSession] = PlanningSession.objects.for_user(user).of(city).select_related("city")
    return found


def listed(city: City, user: Person, show: str) -> "QuerySet[PlanningSession]":
    """Sessions that are to come, the next first; those that are past or cancelled; or one's own."""
    rows = sessions_of(city, user)
    is_past = Q(state__in=(State.HELD, State.CANCELLED)) | Q(ends_at__lt=timezone.now())
    if show == PAST:
        return rows.filter(is_past).order_by("-starts_at", "-pk")
    if show == MINE and user.is_authenticated:
        mine = Invitee.objects.filter(user=user).values("session")
        return rows.filter(pk__in=mine).order_by("-starts_at", "-pk")
    return rows.exclude(is_past).order_by(F("starts_at").asc(nulls_last=True), "pk")


def series_of(session: PlanningSession) -> "QuerySet[PlanningSession]":
    """The other sessions of its series by their day."""
    rows = PlanningSession.objects.of(session.city).filter(series=session.series).exclude(pk=session.pk)
    found: QuerySet[PlanningSession] = rows.order_by("starts_at", "pk") if session.series_id else rows.none()
    return found


# --- People ---


def invitees_of(session: PlanningSession) -> "QuerySet[Invitee]":
    """Everybody who is asked to a session: those who come and wait in the order in which they said so, then the others."""
    found: QuerySet[Invitee] = session.invitees.select_related("user").order_by("queued_at", "pk")
    return found


def invitee_of(session: PlanningSession, user: Person) -> Invitee | None:
    """The invitation of whoever is signed in, also by an address that they have shown to be theirs."""
    if not user.is_authenticated:
        return None
    rows = session.invitees.select_related("user", "session__city")
    own = rows.filter(user=user).first()
    return own or rows.filter(user=None, email__in=addresses_of(user)).exclude(email="").first()


@dataclass(frozen=True)
class Places:
    """How many come and wait, of how many places; None where everybody may come."""

    coming: int
    waiting: int
    capacity: int | None

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.coming, 0)


def places_of(session: PlanningSession) -> Places:
    """The places of a session as they are now."""
    counts = Counter(session.invitees.values_list("state", flat=True))
    return Places(counts[Invitee.State.COMING], counts[Invitee.State.WAITING], session.capacity)


@dataclass
class OfType:
    """How many of a type of participant are asked, and how many of them come."""

    title: str
    asked: int = 0
    coming: int = 0


@dataclass(frozen=True)
class Asked:
    """Who is asked, by what they answered, each with what they are called; and how many of each type of participant."""

    by_state: Mapping[str, list[tuple[Invitee, str, str]]] = field(default_factory=dict)
    types: tuple[OfType, ...] = ()
    missing: tuple[str, ...] = ()
    without_type: int = 0

    @property
    def number(self) -> int:
        return sum(len(rows) for rows in self.by_state.values())


def asked(session: PlanningSession) -> Asked:
    """Everybody who is asked to a session, for those who run it, and the types of participants of which nobody is."""
    titles = participants.titles(session.city)
    rows = list(invitees_of(session))
    members = set(
        Membership.objects.filter(city=session.city, user__in=[row.user_id for row in rows if row.user_id]).values_list(
            "user", flat=True
        )
    )
    by_state: dict[str, list[tuple[Invitee, str, str]]] = {state: [] for state in Invitee.State.values}
    types = {type_: OfType(title) for type_, title in titles.items()}
    for row in rows:
        by_state[row.state].append((row, words.called(row, members), titles.get(row.participant, row.participant)))
        if row.participant in types:
            types[row.participant].asked += 1
            types[row.participant].coming += row.state == Invitee.State.COMING
    return Asked(
        by_state,
        tuple(each for each in types.values() if each.asked),
        tuple(each.title for each in types.values() if not each.asked),
        sum(row.participant not in types for row in rows),
    )


# --- The poll ---


@dataclass(frozen=True)
class PolledDate:
    """A proposed date with what was answered to it."""

    date: PollDate
    when: str
    counts: Mapping[str, int]

    @property
    def yes(self) -> int:
        return self.counts.get(PollAnswer.Suits.YES, 0)

    @property
    def if_needed(self) -> int:
        return self.counts.get(PollAnswer.Suits.IF_NEEDED, 0)

    @property
    def no(self) -> int:
        return self.counts.get(PollAnswer.Suits.NO, 0)


@dataclass(frozen=True)
class Poll:
    """The proposed dates, what each person answered to each of them, and those that suit most people."""

    dates: tuple[PolledDate, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    best: frozenset[int]


def poll_of(session: PlanningSession) -> Poll:
    """The table of answers to a poll, with names: for those who run the session."""
    dates = list(session.dates.all())
    answers: dict[int, dict[int, str]] = {}
    counts: dict[int, Counter[str]] = {date.pk: Counter() for date in dates}
    for date, invitee, suits in PollAnswer.objects.filter(date__session=session).values_list(
        "date", "invitee", "suits"
    ):
        answers.setdefault(invitee, {})[date] = suits
        counts[date][suits] += 1
    labels = dict(PollAnswer.Suits.choices)
    people = [row for rows in asked(session).by_state.values() for row in rows if row[0].pk in answers]
    rows = tuple(
        (name, tuple(str(labels.get(answers[invitee.pk].get(date.pk, ""), "")) for date in dates))
        for invitee, name, _type in sorted(people, key=lambda row: row[1].casefold())
    )
    polled = tuple(
        PolledDate(date, words.when(date.starts_at, date.ends_at, session), counts[date.pk]) for date in dates
    )
    most = max(((each.yes, each.if_needed) for each in polled), default=(0, 0))
    best = frozenset(each.date.pk for each in polled if any(most) and (each.yes, each.if_needed) == most)
    return Poll(polled, rows, best)


def poll_answers(invitee: Invitee) -> dict[int, str]:
    """What somebody answered, by the number of the date."""
    return dict(invitee.poll_answers.values_list("date", "suits"))


# --- Feeds ---


def public_sessions(city: City) -> "QuerySet[PlanningSession]":
    """The sessions of a city that everybody may put into their calendar."""
    found: QuerySet[PlanningSession] = (
        PlanningSession.objects.public()
        .of(city)
        .filter(ends_at__gt=timezone.now() - KEPT_IN_FEEDS, state__in=(State.CALLED, State.HELD, State.CANCELLED))
        .select_related("city")
        .order_by("starts_at", "pk")
    )
    return found


def invitations_in_feed(feed: CalendarFeed) -> "QuerySet[Invitee]":
    """What a person's feed holds: the sessions to which they are asked and that they have not declined."""
    rows = Invitee.objects.filter(
        user=feed.user,
        session__state__in=(State.CALLED, State.HELD, State.CANCELLED),
        session__ends_at__gt=timezone.now() - KEPT_IN_FEEDS,
    ).exclude(state=Invitee.State.DECLINED)
    if feed.city_id:
        rows = rows.filter(session__city=feed.city_id)
    return rows.select_related("session__city", "user").order_by("session__starts_at", "pk")


# --- What is kept of a person ---


def personal_data(user: User) -> dict[str, Any]:
    """The sessions to which somebody was asked, with what they answered, and those that they planned."""
    rows = Invitee.objects.filter(Q(user=user) | Q(user=None, email__in=addresses_of(user))).select_related(
        "session__city"
    )
    return {
        "invitations": [
            {
                "city": row.session.city.slug,
                "session": row.session.title,
                "starts_at": row.session.starts_at,
                "state": row.state,
                "as": row.participant,
                "asks": row.asks,
                "dates": [
                    {"starts_at": answer.date.starts_at, "suits": answer.suits} for answer in row.poll_answers.all()
                ],
            }
            for row in rows.prefetch_related("poll_answers__date").order_by("pk")
        ],
        "planned": list(
            PlanningSession.objects.filter(made_by=user).order_by("pk").values("city__slug", "title", "starts_at")
        ),
    }


def erase(user: User) -> None:
    """Take a person out of sessions, with what they answered; whoever waits has their place."""
    answering.forget(user)
    Invitee.objects.filter(user=None, email__in=addresses_of(user)).update(email="", name="", asks="")
    Invitee.objects.filter(invited_by=user).update(invited_by=None)
    PlanningSession.objects.filter(made_by=user).update(made_by=None)
    CalendarFeed.objects.filter(user=user).delete()
