"""The self-examinations of the sample city: last year's, which is published, and this year's, which takes answers."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction

from allcity.declaration.framework import Section
from allcity.site.accounts.models import User
from allcity.site.action.examining import answering, asking, domain, reviewing
from allcity.site.action.examining.answering import Said
from allcity.site.action.examining.reviewing import Judged
from allcity.site.action.examining.words import sections_of
from allcity.site.action.models import AnswerLink, Respondent, SelfExamination
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in

SEES = {"families": 1, "music_educators": 3, "school_leaders": 3, "partner_organizations": 2, "musicians": 2}
"""Around which level people of each type see the city."""
LAST_YEAR = {"families": 6, "music_educators": 5, "school_leaders": 3, "partner_organizations": 5}
WRITTEN = {
    "access": (
        "Most elementary schools have a music lesson every week, and it goes on the year after.",
        "Two neighborhoods have no lasting program outside school within half an hour. Nobody knows who makes music at home.",
    ),
    "dignity": (
        "The school board has put in writing that music is for every student.",
        "Families are told of programs in English alone, though many speak Spanish at home.",
    ),
    "ecosystem": (
        "There is one directory, and most organizations look after their own entry.",
        "Families and students sit at no table yet at which something is decided.",
    ),
    "partnerships": (
        "Needs are written down before somebody offers.",
        "Of what was agreed, a third was not logged, so that nobody can say what came of it.",
    ),
}
WORDS = {
    "families": "We hear of programs when they are full.",
    "music_educators": "The lessons are good where there is a teacher.",
    "partner_organizations": "We would come, but we do not know whom to call.",
}


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:  # noqa: ARG001 - every part takes the same people
    """Add both, once."""
    if SelfExamination.objects.of(city).exists():
        return
    this = domain.school_year(today_in(city))
    last = domain.open_examination(city=city, user=coordinator, year=this - 1)
    _answer(last, coordinator, LAST_YEAR)
    _write(last, coordinator, shift=-1)
    domain.publish_examination(examination=domain.close_examination(examination=last))

    now = domain.open_examination(
        city=city,
        user=coordinator,
        year=this,
        is_anonymous=False,
        message="Ten minutes of yours help us to see where we are. Thank you.",
        due_on=today_in(city) + timedelta(days=14),
    )
    _answer(now, coordinator, dict.fromkeys(SEES, 1))
    for user, participant in ((liaison, "school_leaders"), (manager, "partner_organizations")):
        if participant in city.settings.framework.participants:
            respondent = answering.begin(examination=now, who=user, participant=participant)
            _say(respondent, city, participant, 0)
    asking.make_link(examination=now, user=coordinator, kind=AnswerLink.Kind.SHARED)
    asking.make_link(examination=now, user=coordinator, kind=AnswerLink.Kind.ROOM)
    _write(now, coordinator, shift=0, only=("access",))


def _answer(examination: SelfExamination, coordinator: User, numbers: dict[str, int]) -> None:
    for participant, number in numbers.items():
        if participant not in examination.city.settings.framework.participants:
            continue
        link = asking.make_link(
            examination=examination, user=coordinator, kind=AnswerLink.Kind.SHARED, participant=participant
        )
        for person in range(number):
            respondent = answering.begin(examination=examination, who=link)
            _say(respondent, examination.city, participant, person)
        asking.end_link(link=link)


def _say(respondent: Respondent, city: City, participant: str, person: int) -> None:
    sees = SEES.get(participant, 2)
    for section in _some(city):
        answers: dict[str, Said | None] = {}
        for number, question in enumerate(section.questions):
            level = min(max(sees + (number + person) % 2, 1), 4)
            words = WORDS.get(participant, "") if person == 0 and number == 0 and section.number == 1 else ""
            answers[question] = Said(None if (number + person) % 7 == 5 else level, words)
        answering.answer_section(respondent=respondent, section=section, answers=answers)
    answering.hand_in(respondent=respondent)


def _write(examination: SelfExamination, user: User, *, shift: int, only: tuple[str, ...] = ()) -> None:
    for section in sections_of(examination.city):
        if only and section.id not in only:
            continue
        met, unmet = WRITTEN.get(section.id, ("", ""))
        levels = {
            question: Judged(min(max(2 + number % 2 + shift, 1), 4), is_priority=number == 0 and bool(met))
            for number, question in enumerate(section.questions)
        }
        reviewing.review_section(
            examination=examination,
            section=section,
            user=user,
            met=met,
            unmet=unmet,
            is_left_open=not met,
            why_open="" if met else "We did not get to it this year. It comes next.",
            questions=levels if met else None,
        )


def _some(city: City) -> Iterator[Section]:
    """The first sections: people stop when they have had enough."""
    yield from sections_of(city)[:4]
