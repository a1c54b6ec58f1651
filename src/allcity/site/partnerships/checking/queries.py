"""What is read of check-ins: who has said what in a round, who may read it already, and how students grow and speak."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Max, Q, QuerySet

from allcity.analysis import city as analysis
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import School
from allcity.site.needs.models import Answer
from allcity.site.needs.survey.sheet import students_of
from allcity.site.partnerships.checking.questions import GROWTH, STUDENTS, VOICE
from allcity.site.partnerships.models import CheckIn, Delivery, Goal, Partnership, Round, Side, Teacher, VoiceForm
from allcity.site.partnerships.parties import Party, parties, speaking_for

Hides = Callable[[str], bool]
"""Whether the count of an answer, by its id, must not be shown."""
VOICE_IDS = tuple(question.id for question in VOICE)
HIDDEN_COUNTS: list[Callable[[City], Hides]] = []
"""Filled by the feature that weighs what a city may show. Until then none is shown."""


def hidden_counts(city: City) -> Hides:
    """Which counts of answers nobody may be shown, as everywhere else in the city."""
    hides = [one(city) for one in HIDDEN_COUNTS]
    return lambda key: not hides or any(one(key) for one in hides)


# --- Rounds ---


@dataclass(frozen=True)
class Said:
    """What one party or teacher says in a round: its rows, the first with the words."""

    rows: tuple[CheckIn, ...]

    @property
    def first(self) -> CheckIn:
        return self.rows[0]

    @property
    def side(self) -> str:
        return str(self.first.side)

    @cached_property
    def progress(self) -> dict[int, int]:
        """How far each goal has come, by the goal's number."""
        return {row.goal_id: row.progress for row in self.rows if row.goal_id and row.progress is not None}

    @property
    def version(self) -> int:
        return len(self.first.before) + 1

    def is_of(self, party: Party) -> bool:
        place = self.first.organization_id if party.side == Side.ORGANIZATION else self.first.school_id
        return self.side == party.side and place == party.place.pk


@dataclass(frozen=True)
class Turn:
    """A round with what has been said in it, as somebody who speaks for some parties may know it."""

    round: Round
    parties: tuple[Party, ...]
    said: tuple[Said, ...]
    own: tuple[Party, ...]

    def of(self, party: Party) -> Said | None:
        return next((one for one in self.said if one.is_of(party)), None)

    @property
    def waiting(self) -> list[Party]:
        """The parties that have not answered."""
        return [party for party in self.parties if self.of(party) is None]

    @property
    def is_seen(self) -> bool:
        """Whether the others' answers may be read: once all have answered for whom one speaks, or it is closed."""
        return self.round.closed_at is not None or all(self.of(party) for party in self.own)

    @property
    def shown(self) -> tuple[Said, ...]:
        """What may be read: everything, or one's own alone."""
        return self.said if self.is_seen else tuple(one for party in self.own if (one := self.of(party)))


def asked(partnership: Partnership) -> tuple[Party, ...]:
    """The parties that check in: organizations and schools that are still there. Districts are not asked."""
    return tuple(party for party in parties(partnership) if party.side != Side.DISTRICT and party.is_there)


def turns(partnership: Partnership, rounds: Iterable[Round], user: User) -> list[Turn]:
    """Rounds as a person may know them."""
    found = list(rounds)
    among = asked(partnership)
    own = tuple(speaking_for(among, partnership, user))
    by_round = said_in(found)
    return [Turn(one, among, by_round.get(one.pk, ()), own) for one in found]


def said_in(rounds: Sequence[Round]) -> dict[int, tuple[Said, ...]]:
    """What was said in each round: organizations first, then schools, then teachers, in the order in which they spoke."""
    rows = CheckIn.objects.filter(round__in=rounds).select_related("goal", "organization", "school", "teacher", "by")
    found: dict[int, dict[tuple[object, ...], list[CheckIn]]] = {}
    for row in rows.order_by("pk"):
        whose = (row.side, row.organization_id, row.school_id, _speaker(row))
        found.setdefault(row.round_id, {}).setdefault(whose, []).append(row)
    order = list(CheckIn.Side)
    return {
        pk: tuple(
            sorted((Said(tuple(each)) for each in of.values()), key=lambda one: order.index(CheckIn.Side(one.side)))
        )
        for pk, of in found.items()
    }


def _speaker(row: CheckIn) -> object:
    """Which teacher; also where it was forgotten which, what was said at once has ids of one stem."""
    return row.key.rpartition("-")[0] if row.side == CheckIn.Side.TEACHER else None


def rounds_of(partnership: Partnership) -> "QuerySet[Round]":
    """All rounds of a partnership, the newest first."""
    rounds: QuerySet[Round] = Round.objects.filter(partnership=partnership).order_by("-due_on")
    return rounds


def last_said(partnership: Partnership, party: Party) -> Said | None:
    """What a party said when it last checked in by a round."""
    place = {"organization": party.place} if party.side == Side.ORGANIZATION else {"school": party.place}
    rows = CheckIn.objects.filter(partnership=partnership, side=party.side, round__isnull=False, **place)
    newest = rows.order_by("-round__due_on", "pk").first()
    if newest is None:
        return None
    return Said(tuple(rows.filter(round=newest.round_id).order_by("pk")))


def said_by_teacher(one: Round, teacher: Teacher) -> Said | None:
    """What a teacher said in a round."""
    rows = CheckIn.objects.filter(round=one, teacher=teacher).select_related("goal", "school", "teacher")
    return Said(found) if (found := tuple(rows.order_by("pk"))) else None


def goals_of(partnership: Partnership, today: date) -> "QuerySet[Goal]":
    """The goals that are pursued: agreed, and not dropped."""
    goals: QuerySet[Goal] = Goal.objects.current().filter(partnership=partnership)
    return goals.filter(Q(dropped_on=None) | Q(dropped_on__gt=today)).order_by("pk")


# --- Teachers ---


def teachers_of(partnership: Partnership) -> "QuerySet[Teacher]":
    """The teachers who are asked now."""
    teachers: QuerySet[Teacher] = Teacher.objects.filter(partnership=partnership, ended_at=None)
    return teachers.select_related("school", "asked_by").order_by("school__name", "name", "pk")


# --- Growth ---


@dataclass(frozen=True)
class Growth:
    """How many students of a school stand at each level of a goal. None is not shown, as it would tell of few."""

    school: School
    asked: int | None
    counts: Mapping[int, int | None]
    known_on: date | None


def growth_of(partnership: Partnership, year: int, own: Iterable[School]) -> dict[int, list[Growth]]:
    """The newest counts of growth by the goal's number. Schools of one's `own` are shown as they were told."""
    goals = {goal.key: goal.pk for goal in Goal.objects.filter(partnership=partnership)}
    rows = Answer.objects.of(partnership.city).filter(
        partnership_key=partnership.key,
        participant_type=STUDENTS,
        question_id__in=goals,
        year=year,
        level__isnull=False,
    )
    rows = rows.filter(school__isnull=False, group=None, grade_band="").select_related("school")
    hides, told = hidden_counts(partnership.city), {school.pk for school in own}
    found: dict[tuple[int, int], dict[int, Answer]] = {}
    for row in rows.order_by("school__name", "pk"):
        if row.level is not None and row.school_id is not None:
            found.setdefault((goals[row.question_id], row.school_id), {})[row.level] = row
    schools = {one.pk: one for one in partnership.schools.all()}
    schools |= {
        one.pk: one for one in School.objects.filter(pk__in={school for _goal, school in found} - schools.keys())
    }
    growth: dict[int, list[Growth]] = {}
    for (goal, school), by_level in found.items():
        some = next(iter(by_level.values()))
        counts = {
            level: by_level[level].number
            if level in by_level and (school in told or not hides(by_level[level].key))
            else None
            for level in GROWTH
        }
        is_told = school in told or any(count is not None for count in counts.values())
        growth.setdefault(goal, []).append(Growth(schools[school], some.asked if is_told else None, counts, some.as_of))
    return growth


def most_students(partnership: Partnership, school: School, year: int) -> tuple[int | None, int | None]:
    """How many students the school has, and how many the partnership reached there in the year; None is not known."""
    first, last = analysis.year_dates(year)
    reached = Delivery.objects.filter(
        partnership=partnership, school=school, start_date__lte=last, end_date__gte=first
    ).aggregate(most=Max("students"))["most"]
    return students_of(school, year), reached


# --- Students' voice ---


def voice_forms(partnership: Partnership) -> "QuerySet[VoiceForm]":
    """The forms for students of a partnership, the newest year first."""
    forms: QuerySet[VoiceForm] = VoiceForm.objects.filter(partnership=partnership).select_related("school")
    return forms.order_by("-year", "school__name")


@dataclass(frozen=True)
class Voice:
    """What students answered to a question: how many answered, and for each level how many, or None.

    `middle` is the level at which the middle of all answers stands, where the counts by level are all withheld and so many
    answered that it tells of nobody.
    """

    question: str
    asked: int
    counts: Mapping[int, int | None]
    middle: int | None


def voice_of(form: VoiceForm, city: City) -> dict[str, Voice]:
    """What may be shown of a form's answers, by question. Where schools have become one, those of both are added."""
    rows = Answer.objects.of(city).filter(
        partnership_key=form.partnership.key, participant_type=STUDENTS, school=form.school, year=form.year
    )
    rows = rows.filter(question_id__in=VOICE_IDS, level__isnull=False, group=None, grade_band="")
    hides = hidden_counts(city)
    found: dict[str, dict[int, list[Answer]]] = {}
    for row in rows.order_by("level"):
        if row.level is not None:
            found.setdefault(row.question_id, {}).setdefault(row.level, []).append(row)
    voices = {}
    for question, by_level in found.items():
        number = max(sum(row.asked for row in of_level) for of_level in by_level.values())
        if number < city.threshold:
            continue
        numbers = {level: sum(row.number for row in of_level) for level, of_level in by_level.items()}
        counts = {
            level: None if any(hides(row.key) for row in of_level) else numbers[level]
            for level, of_level in by_level.items()
        }
        middle = None
        if not any(counts.values()) and number >= 2 * city.threshold:
            middle = _middle(numbers, number)
        voices[question] = Voice(question, number, counts, middle)
    return voices


def _middle(numbers: Mapping[int, int], answered: int) -> int:
    """The level of which at least half of all answers stand there or below."""
    so_far = 0
    for level in sorted(numbers):
        so_far += numbers[level]
        if so_far * 2 >= answered:
            return level
    return max(numbers)
