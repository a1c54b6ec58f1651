"""Partnerships of the demonstration: one in every phase, written as its people would write them.

They begin in the weeks before today, so that of the sample's own school years no figure moves but by the days of today's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, Program, School
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain as agreeing
from allcity.site.partnerships.agreeing.domain.ending import Reason
from allcity.site.partnerships.agreeing.queries import open_version, unsigned
from allcity.site.partnerships.checking import domain as checking
from allcity.site.partnerships.checking import growth, voice
from allcity.site.partnerships.checking.domain import Saying
from allcity.site.partnerships.checking.questions import VOICE
from allcity.site.partnerships.checking.rounds import keep_rounds
from allcity.site.partnerships.delivering import domain as delivering
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.evaluating.domain import say_view
from allcity.site.partnerships.models import Evaluation, Event, Goal, Partnership, Readiness, Setting, View
from allcity.site.partnerships.parties import Party, parties
from allcity.site.partnerships.readiness import domain as readiness
from allcity.site.partnerships.readiness.queries import version_of

PLAY = ("Each student plays a piece of their own choice for an audience.", Goal.Type.MUSICAL, "MU:Pr6")
SONG = ("Students write and record a song about their neighborhood.", Goal.Type.CURRICULUM, "MU:Cr2")
LEAD = ("Older students lead a section of the younger ones.", Goal.Type.SOCIAL, "")
STUDENTS = 20
RUNS_OUT_IN = timedelta(days=20)
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")


@dataclass(frozen=True)
class Cast:
    """Who plays: the people of the demonstration with what two of them look after, and the city's other schools."""

    city: City
    coordinator: User
    liaison: User
    manager: User
    school: School
    organization: Organization
    others: Sequence[School]
    contribution: str
    today: date

    def weeks(self, number: int) -> date:
        """The day so many weeks from today, or before it."""
        return self.today + timedelta(weeks=number)

    def speaker(self, place: UUID) -> User:
        """Whoever speaks for a place: a coordinator where it is neither of the two."""
        return {self.school.public_id: self.liaison, self.organization.public_id: self.manager}.get(
            place, self.coordinator
        )


@transaction.atomic
def add_partnerships(*, city: City, coordinator: User, liaison: User, manager: User) -> None:
    """Partnerships of the two in every phase, and how ready the organization is; once."""
    if Event.objects.filter(partnership__city=city).exists():
        return
    cast = _cast(city, coordinator, liaison, manager)
    _say_readiness(cast)
    _begin(cast, "Songs of our street", cast.school, "Students write songs about where they live.", goals=[SONG])
    _put_up(cast, _begin(cast, "Choir before school", cast.school, "A choir that meets before the first lesson."))
    _sign(cast, _begin(cast, "Drums for beginners", cast.school, "Ten weeks of hand drums.", first=cast.weeks(3)))
    dropped = _begin(cast, "Music camp", cast.school, "A week of music in the holidays.")
    agreeing.drop(partnership=dropped, user=liaison, reason=Reason.TIMES)
    _go_on(cast)
    _renew(cast)
    other = cast.others[0] if cast.others else cast.school
    ended = _sign(cast, _begin(cast, "Ukulele club", other, "A club that older students lead.", first=cast.weeks(-14)))
    agreeing.hand_over(
        partnership=ended,
        user=manager,
        day=cast.weeks(-1),
        words="The instruments stay. The music teacher leads the club, and two older students help.",
    )
    _look_back(cast)


def _cast(city: City, coordinator: User, liaison: User, manager: User) -> Cast:
    school = School.objects.of(city).filter(public_id__in=liaison.memberships.values("place")).earliest("pk")
    organization = (
        Organization.objects.of(city).filter(public_id__in=manager.memberships.values("place")).earliest("pk")
    )
    given = Program.objects.filter(organization=organization).exclude(contributions=[]).order_by("pk").first()
    others = School.objects.of(city).current().exclude(pk=school.pk).order_by("pk")[:3]
    known = list(city.settings.framework.contributions)
    return Cast(
        city,
        coordinator,
        liaison,
        manager,
        school,
        organization,
        list(others),
        given.contributions[0] if given else known[0],
        today_in(city),
    )


def _begin(
    cast: Cast,
    name: str,
    school: School,
    what: str,
    *,
    first: date | None = None,
    weeks: int = 12,
    goals: Sequence[tuple[str, str, str]] = (PLAY, LEAD),
) -> Partnership:
    """A partnership whose agreement is written, and not put up yet."""
    made = agreeing.begin_without_proposal(
        city=cast.city,
        user=cast.coordinator,
        places=[cast.organization, school],
        contributions=[cast.contribution],
        name=name,
    )
    parts: Mapping[str, dict[str, Any]] = {
        "what": {
            "what": what,
            "setting": Setting.OUT_OF_HOURS,
            "schedule": "Once a week, an hour and a half.",
            **({"start_date": first} if first else {}),
        },
        "sides": {
            "organization_gives": "A teaching artist and the instruments.",
            "school_gives": "The music room, and somebody who opens it.",
            "money": 240_000,
            "funding_source": "School budget",
        },
        "rhythm": {"check_in_weeks": weeks},
    }
    for part, values in parts.items():
        agreeing.write_part(partnership=made, part=part, values=values, user=cast.manager)
    for text, kind, standard in goals:
        agreeing.add_goal(partnership=made, user=cast.manager, goal=text, goal_type=kind, standard=standard)
    return made


def _put_up(cast: Cast, partnership: Partnership) -> Partnership:
    """Put up for signatures, and signed by the organization: the school is to sign."""
    agreeing.put_up(partnership=partnership, user=cast.manager)
    own = next(party for party in parties(partnership) if party.public_id == cast.organization.public_id)
    _sign_for(cast, partnership, own)
    return partnership


def _sign(cast: Cast, partnership: Partnership) -> Partnership:
    """Signed by all; as it is then."""
    agreeing.put_up(partnership=partnership, user=cast.manager)
    version = open_version(partnership)
    for party in unsigned(version) if version else ():
        _sign_for(cast, partnership, party)
    found: Partnership = Partnership.objects.select_related("city").get(pk=partnership.pk)
    return found


def _sign_for(cast: Cast, partnership: Partnership, party: Party) -> None:
    version, user = open_version(partnership), cast.speaker(party.public_id)
    agreeing.sign(
        partnership=partnership,
        party=party,
        user=user,
        name=user.get_full_name(),
        fingerprint=version.fingerprint if version else "",
    )


def _go_on(cast: Cast) -> None:
    """One that is under way: sessions as both sides tell them, some to be confirmed, a check-in in which they differ."""
    made = _sign(
        cast,
        _begin(
            cast, "Strings after school", cast.school, "An ensemble for whoever wants to play.", first=cast.weeks(-12)
        ),
    )
    organization, school = parties(made)
    held = [
        Entry(cast.weeks(-week), 1.5, cast.contribution, cast.organization, cast.school, STUDENTS - week % 3)
        for week in range(9, 1, -1)
    ]
    own = [replace(entry, students=STUDENTS - 4) for entry in held[:4]]
    delivering.bring(partnership=made, user=cast.manager, party=organization, entries=held[:-1])
    delivering.log_session(partnership=made, user=cast.manager, party=organization, entry=held[-1])
    delivering.bring(partnership=made, user=cast.liaison, party=school, entries=own)
    delivering.plan(
        partnership=made,
        user=cast.manager,
        party=organization,
        entry=Entry(cast.weeks(-1), 1.5, cast.contribution, cast.organization, cast.school, STUDENTS),
        days=[_DAYS[cast.today.weekday()]],
        last_day=cast.weeks(6),
    )
    _check_in(made, organization, cast.manager, levels=(4, 3), helps="The room is ours every week.")
    _check_in(made, school, cast.liaison, levels=(2, 3), hinders="Some miss the bus home.")
    form = voice.open_form(partnership=made, school=cast.school, user=cast.liaison)
    for number in range(cast.city.threshold + 2):
        voice.add_reply(form=form, reply={one.id: (1, 3, 4, 2, 3)[(number + at) % 5] for at, one in enumerate(VOICE)})
    counts = {goal.pk: {1: 2, 2: 5, 3: 6, 4: 3} for goal in made.goals.order_by("pk")}
    growth.count_growth(partnership=made, school=cast.school, counts=counts, by=growth.Counting(user=cast.liaison))
    views = ((school, View.Stance.AGREE, Evaluation.Decision.RENEW), (organization, View.Stance.PARTLY, "change"))
    for party, stance, wish in views:
        say_view(
            partnership=made,
            year=year_of(cast.today),
            party=party,
            user=cast.speaker(party.public_id),
            stance=stance,
            words="" if stance == View.Stance.AGREE else "We reach fewer beginners than we hoped for.",
            wish=wish,
        )


def _check_in(partnership: Partnership, party: Party, user: User, *, levels: tuple[int, int], **words: str) -> None:
    """Answer what is due, for a party."""
    keep_rounds(partnership)
    due = partnership.rounds.filter(closed_at=None).earliest("due_on")
    goals = partnership.goals.order_by("pk").values_list("pk", flat=True)
    saying = Saying(progress=dict(zip(goals, levels, strict=False)), communication=min(levels) + 1, **words)
    checking.check_in(due=due, party=party, user=user, saying=saying)


def _renew(cast: Cast) -> None:
    """One that was renewed, and in which the school has not answered the check-in that is due."""
    made = _sign(
        cast,
        _begin(cast, "Winds on Wednesdays", cast.school, "Lessons in small groups.", first=cast.weeks(-16), weeks=8),
    )
    agreeing.begin_version(partnership=made, user=cast.liaison)
    agreeing.add_goal(partnership=made, user=cast.liaison, goal=SONG[0], goal_type=SONG[1], standard=SONG[2])
    made = _sign(cast, made)
    _check_in(made, parties(made)[0], cast.manager, levels=(3, 3), recognizes="Families come to every concert.")


def _look_back(cast: Cast) -> None:
    """One of the sample's own, of a school year whose figures are there: the two do not see it alike."""
    own = Partnership.objects.of(cast.city).filter(organizations=cast.organization, end_date=None, events=None)
    found = (
        own.filter(planned_end_date__lt=cast.today).order_by("pk").first() or own.order_by("start_date", "pk").first()
    )
    if found is None or found.start_date > cast.today:
        return
    year = min(year_of(cast.today), year_of(found.planned_end_date or cast.today))
    for party in parties(found):
        is_own = party.public_id == cast.organization.public_id
        say_view(
            partnership=found,
            year=year,
            party=party,
            user=cast.speaker(party.public_id),
            stance=View.Stance.AGREE if is_own else View.Stance.DISSENT,
            words="" if is_own else "Half of the sessions were called off, and nobody told us why.",
            wish=Evaluation.Decision.RENEW if is_own else Evaluation.Decision.END,
        )


def _say_readiness(cast: Cast) -> None:
    """The usual list, of which the organization has most in order; one thing runs out, and one was not said."""
    asked = readiness.start_with_usual(city=cast.city)
    until = {one: readiness.last_day(one, cast.today) for one in asked}
    said = {
        one: readiness.Said(True, day, Readiness.Supervision.TOGETHER if one.kind == one.Kind.CLEARANCE else "")
        for one, day in until.items()
    }
    said |= {one: readiness.Said(True, cast.today + RUNS_OUT_IN) for one in asked if one.kind == one.Kind.INSURANCE}
    said |= {one: readiness.Said(None) for one in asked if one.kind == one.Kind.PHOTO}
    readiness.tell(organization=cast.organization, said=said, user=cast.manager, seen=version_of(cast.organization))
