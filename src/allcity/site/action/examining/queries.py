"""What is read of self-examinations: how far each section is, what the team wrote, and what it wrote a year before."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from allcity.declaration.framework import Section
from allcity.site.accounts.models import User
from allcity.site.action.examining.words import sections_of
from allcity.site.action.models import (
    AnswerLink,
    Evidence,
    QuestionReview,
    Rating,
    Respondent,
    SectionReview,
    SelfExamination,
)
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import addresses_of
from allcity.site.cities.rules import Person
from allcity.site.figures.queries import current_examination

OPEN, WRITTEN, LEFT_OPEN = "open", "written", "left-open"


@dataclass(frozen=True)
class SectionState:
    """How far the team is with a section: nothing is written, it is written, or it is left open."""

    section: Section
    state: str
    rated: int
    priorities: int


def examinations(city: City, user: Person) -> "QuerySet[SelfExamination]":
    """The self-examinations of a city that somebody may see, the newest first."""
    found: QuerySet[SelfExamination] = SelfExamination.objects.for_user(user).of(city).order_by("-year")
    return found


def before(examination: SelfExamination, *, is_public: bool = False) -> SelfExamination | None:
    """The one of the newest earlier year that was published, or, for the team, that there is."""
    earlier = SelfExamination.objects.of(examination.city).filter(year__lt=examination.year)
    if is_public:
        earlier = earlier.filter(published_at__isnull=False)
    found: SelfExamination | None = earlier.order_by("-year").first()
    return found


def judged(examination: SelfExamination | None) -> dict[str, QuestionReview]:
    """How the team sees each question; nothing where there is no examination."""
    return {row.question: row for row in examination.questions.all()} if examination else {}


def reviews(examination: SelfExamination) -> dict[str, SectionReview]:
    """What the team wrote, by section."""
    return {row.section: row for row in examination.sections.all()}


def evidence(examination: SelfExamination) -> dict[str, list[Evidence]]:
    """The evidence by section."""
    found: dict[str, list[Evidence]] = {}
    for row in Evidence.objects.filter(examination=examination):
        found.setdefault(row.section, []).append(row)
    return found


def section_states(examination: SelfExamination) -> list[SectionState]:
    """Every section of the city's framework with how far it is."""
    written, seen = reviews(examination), judged(examination)
    found = []
    for section in sections_of(examination.city):
        review = written.get(section.id)
        rows = [seen[question] for question in section.questions if question in seen]
        rated = sum(row.level is not None for row in rows)
        is_written = bool(rated or (review and (review.met or review.unmet)))
        state = LEFT_OPEN if review and review.is_left_open else WRITTEN if is_written else OPEN
        found.append(SectionState(section, state, rated, sum(row.is_priority for row in rows)))
    return found


def links(examination: SelfExamination) -> list[AnswerLink]:
    """The links that were made and not ended, those of mail last."""
    found = AnswerLink.objects.filter(examination=examination, ended_at=None)
    return sorted(found, key=lambda link: (link.kind == AnswerLink.Kind.MAIL, link.email, link.pk))


def ratings_of(respondent: Respondent) -> dict[str, Rating]:
    """What somebody said, by question."""
    return {rating.question: rating for rating in respondent.ratings.all()}


def figures_year(examination: SelfExamination) -> int | None:
    """The year whose figures stand beside the questions: its own where that was examined, else None for the newest."""
    return examination.year if current_examination(examination.city, examination.year) else None


@dataclass(frozen=True)
class Step:
    """A section on somebody's way through the questions."""

    section: Section
    answered: int
    asked: int


def steps_of(respondent: Respondent, ratings: Mapping[str, Rating]) -> list[Step]:
    """Every section with how much of it somebody has answered."""
    return [
        Step(section, sum(question in ratings for question in section.questions), len(section.questions))
        for section in sections_of(respondent.examination.city)
        if section.questions
    ]


def personal_data(user: User) -> list[dict[str, object]]:
    """What a person said with their name. What they said without one cannot be found."""
    rows = Respondent.objects.filter(user=user).select_related("examination__city").prefetch_related("ratings")
    return [
        {
            "city": row.examination.city.slug,
            "year": row.examination.year,
            "as": row.participant,
            "name": row.name,
            "handed_in": row.handed_in_at,
            "answers": [
                {"question": rating.question, "level": rating.level, "words": rating.words}
                for rating in row.ratings.all()
            ],
        }
        for row in rows
    ]


def erase(user: User) -> None:
    """Take the person's name off what they said; the answers stay, with their type of participant alone."""
    Respondent.objects.filter(user=user).update(user=None, name="", answered_by="")
    AnswerLink.objects.filter(email__in=addresses_of(user)).update(email="", ended_at=timezone.now())
