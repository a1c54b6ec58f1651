"""What is read of surveys: which there are, and how far schools and questions have come."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, DateTimeField, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, RecordQuerySet, Role
from allcity.site.directory.models import School, SchoolYear
from allcity.site.needs.models import Handover, Reply, Said, Survey
from allcity.site.needs.survey.questions import CONTRIBUTIONS, Question, bands, column_of, needed, own_music


@dataclass(frozen=True)
class Progress:
    """How many schools a survey asks, and how many of them have begun, handed in, and handed in late."""

    schools: int
    begun: int
    handed_in: int
    late: int

    @property
    def not_begun(self) -> int:
        return self.schools - self.begun - self.handed_in


@dataclass(frozen=True)
class Tally:
    """How many schools answered a question, said that they don't know, and have not said anything."""

    question: Question
    answered: int
    unknown: int
    missing: int


def surveys_of(city: City) -> QuerySet[Survey]:
    """The city's surveys, the newest first."""
    found: QuerySet[Survey] = Survey.objects.of(city).select_related("city").order_by("-year")
    return found


def years_without_survey(city: City) -> list[int]:
    """The school years of which the city has schools and no survey, the newest first."""
    done = Survey.objects.of(city).values("year")
    years = SchoolYear.objects.of(city).filter(school__archived_at=None).exclude(year__in=done)
    return list(years.order_by("-year").values_list("year", flat=True).distinct())


def schools_of(survey: Survey) -> RecordQuerySet:
    """The schools that a survey asks: all that the city has in its school year."""
    here = SchoolYear.objects.filter(school=OuterRef("pk"), year=survey.year)
    found: RecordQuerySet = School.objects.of(survey.city).current().filter(Exists(here)).order_by("name", "pk")
    return found


def is_late(survey: Survey, at: datetime) -> bool:
    """Whether something was handed in after the day on which it was due, as days are in the city."""
    return at.astimezone(ZoneInfo(survey.city.settings.city.time_zone)).date() > survey.due_on


def is_overdue(survey: Survey) -> bool:
    """Whether what is handed in now is late."""
    return is_late(survey, timezone.now())


def progress(survey: Survey) -> Progress:
    """How far the schools are."""
    replies = Reply.objects.filter(survey=survey, school__in=schools_of(survey).values("pk"))
    handed_in = [at for at in replies.values_list("submitted_at", flat=True) if at]
    return Progress(
        schools=schools_of(survey).count(),
        begun=replies.filter(submitted_at=None).count(),
        handed_in=len(handed_in),
        late=sum(is_late(survey, at) for at in handed_in),
    )


def board(survey: Survey, *, state: str = "", text: str = "") -> RecordQuerySet:
    """The schools with how far each is: `begun_at`, `submitted_at`, `last_at`, `answered`, `unknown`, `reminded_at`."""
    replies = Reply.objects.filter(survey=survey, school=OuterRef("pk"))
    said = replies.annotate(
        last=Max("said__answered_at"),
        answers=Count("said", filter=Q(said__value__isnull=False)),
        unknowns=Count("said", filter=Q(said__is_unknown=True)),
    )
    reminders = survey.reminders.filter(school=OuterRef("pk"))
    found: RecordQuerySet = schools_of(survey).annotate(
        begun_at=Subquery(replies.values("begun_at")[:1]),
        submitted_at=Subquery(replies.values("submitted_at")[:1], output_field=DateTimeField()),
        last_at=Subquery(said.values("last")[:1], output_field=DateTimeField()),
        answered=Coalesce(Subquery(said.values("answers")[:1], output_field=IntegerField()), Value(0)),
        unknown=Coalesce(Subquery(said.values("unknowns")[:1], output_field=IntegerField()), Value(0)),
        reminded_at=Subquery(reminders.values("sent_at")[:1]),
    )
    if text:
        found = found.filter(name__icontains=text)
    match state:
        case "none":
            return found.filter(begun_at=None)
        case "begun":
            return found.filter(begun_at__isnull=False, submitted_at=None)
        case "in":
            return found.filter(submitted_at__isnull=False)
        case "late":
            return found.filter(submitted_at__gte=_end_of(survey))
        case "nobody":
            held = Membership.objects.filter(city=survey.city, role=Role.LIAISON).values("place")
            return found.exclude(public_id__in=held)
    return found


def tallies(survey: Survey) -> list[Tally]:
    """How each question that all schools are asked stands, in a constant number of queries."""
    city = survey.city
    grades = dict(SchoolYear.objects.of(city).filter(year=survey.year).values_list("school", "grades"))
    schools = set(schools_of(survey).values_list("pk", flat=True))
    rows = Said.objects.filter(reply__survey=survey, reply__school__in=schools).values("question")
    counts = {
        row["question"]: (row["answers"], row["unknowns"])
        for row in rows.annotate(
            answers=Count("pk", filter=Q(value__isnull=False)), unknowns=Count("pk", filter=Q(is_unknown=True))
        )
    }
    of_band = {
        column_of(band): sum(
            any(code == band for code, _title in bands(city.settings.framework, grades.get(school) or ()))
            for school in schools
        )
        for band in city.settings.framework.grade_bands
    }
    asked = [question for step in own_music(city, ()) for question in step.questions]
    asked += [question for question in needed(city, ()).questions if question.id == CONTRIBUTIONS]
    found = []
    for question in asked:
        answered, unknown = counts.get(question.id, (0, 0))
        missing = max(0, of_band.get(question.id, len(schools)) - answered - unknown)
        found.append(Tally(question, answered, unknown, missing))
    return found


def surveys_to_answer(user: User) -> Iterator[tuple[Survey, School, Reply | None]]:
    """Each open survey of each school that the person is the liaison of, with what was begun, in a few queries."""
    held = Membership.objects.filter(user=user, role=Role.LIAISON).select_related("city")
    places: dict[UUID, City] = {row.place: row.city for row in held if row.place}
    if not places:
        return
    surveys: dict[int, list[Survey]] = defaultdict(list)
    for survey in Survey.objects.filter(city__in=set(places.values()), closed_at=None).select_related("city"):
        surveys[survey.city_id].append(survey)
    schools = list(School.objects.current().filter(public_id__in=places).order_by("name", "pk"))
    asked = set(SchoolYear.objects.filter(school__in=schools).values_list("school", "year"))
    of_open = Reply.objects.filter(school__in=schools, survey__closed_at=None)
    replies = {(reply.survey_id, reply.school_id): reply for reply in of_open}
    for school in schools:
        for survey in surveys[school.city_id]:
            if (school.pk, survey.year) in asked:
                yield survey, school, replies.get((survey.pk, school.pk))


def handed_in_by_survey(surveys: QuerySet[Survey]) -> Iterator[tuple[Survey, int, int]]:
    """Each survey with how many schools it asks and how many have handed in: two numbers found with the surveys."""
    here = SchoolYear.objects.filter(city=OuterRef("city"), year=OuterRef("year"), school__archived_at=None)
    done = Reply.objects.filter(survey=OuterRef("pk"), submitted_at__isnull=False, school__archived_at=None)
    for survey in surveys.annotate(
        schools=Subquery(_count_of(here, "city"), output_field=IntegerField()),
        handed_in=Subquery(_count_of(done, "survey"), output_field=IntegerField()),
    ):
        yield survey, survey.schools or 0, survey.handed_in or 0


def _count_of(rows: QuerySet[Any], group: str) -> QuerySet[Any]:
    return rows.order_by().values(group).annotate(number=Count("pk")).values("number")


def schools_looked_after(user: User, survey: Survey) -> list[School]:
    """The schools that a person answers a survey for, with how far each is."""
    places = Membership.objects.filter(user=user, city=survey.city, role=Role.LIAISON).values("place")
    return list(board(survey).filter(public_id__in=places))


def personal_data(user: User) -> dict[str, object]:
    """What the person answered and handed in, and whom they asked for help."""
    said = Said.objects.filter(answered_by=user).select_related("reply__school", "reply__survey")
    return {
        "answers": [
            {
                "school": one.reply.school.name,
                "year": one.reply.survey.year,
                "question": one.question,
                "at": one.answered_at,
            }
            for one in said
        ],
        "handed_in": list(
            Reply.objects.filter(submitted_by=user).values("school__name", "survey__year", "submitted_at")
        ),
        "asked_for_help": list(
            Handover.objects.filter(asked_by=user).values("name", "email", "message", "asked_at", "finished_at")
        ),
    }


def _end_of(survey: Survey) -> datetime:
    """The moment at which the due day is over in the city."""
    zone = ZoneInfo(survey.city.settings.city.time_zone)
    return datetime.combine(survey.due_on + timedelta(days=1), time(), zone)
