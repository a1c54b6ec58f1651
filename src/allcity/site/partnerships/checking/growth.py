"""Students' growth: how many of a school stand at each level of a goal, as a teacher or liaison counts them. Never names."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.analysis import city as analysis
from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import public_id
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.directory.models import School
from allcity.site.needs.models import Answer
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import queries
from allcity.site.partnerships.checking.questions import GROWTH, STUDENTS
from allcity.site.partnerships.checking.teachers import is_working, schools_for
from allcity.site.partnerships.models import Event, Goal, Partnership, Side, Teacher

Counts = Mapping[int, int]
"""Students by level."""


@dataclass(frozen=True)
class Counting:
    """Who counts: somebody who speaks for the school, or one of its teachers by the link."""

    user: User | None = None
    teacher: Teacher | None = None

    def may(self, partnership: Partnership, school: School) -> bool:
        if self.teacher:
            same = self.teacher.school_id == school.pk and self.teacher.partnership_id == partnership.pk
            return same and is_working(self.teacher)
        return self.user is not None and school in schools_for(partnership, self.user)


def year_of(partnership: Partnership) -> int:
    """The school year for which growth is counted now: this one, or the partnership's last."""
    ends = partnership.end_date or partnership.planned_end_date
    today = today_in(partnership.city)
    return analysis.year_of(min(today, ends) if ends else today)


@transaction.atomic
def count_growth(*, partnership: Partnership, school: School, counts: Mapping[int, Counts], by: Counting) -> None:
    """Keep how many students stand at each level, by the goal's number; they take the place of earlier counts of the year.

    Raises PermissionDenied, and ValidationError where there are more students than the school has or the partnership reached.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("city").get(pk=partnership.pk)
    if not by.may(partnership, school):
        raise PermissionDenied
    year, goals = (
        year_of(partnership),
        {goal.pk: goal for goal in queries.goals_of(partnership, today_in(partnership.city))},
    )
    if not counts:
        raise ValidationError(_("Nothing is counted so far. Count the students of at least one goal."))
    if not counts.keys() <= goals.keys():
        raise ValidationError(_("A goal was dropped meanwhile. Look at the page once more."))
    for goal, of_levels in counts.items():
        _check(partnership, school, year, goals[goal], of_levels)
    for goal, of_levels in counts.items():
        _write(partnership, school, year, goals[goal], of_levels)
    values = {"place": school.name, "goals": len(counts)}
    Event.objects.create(partnership=partnership, step="growth-counted", by=by.user, side=Side.SCHOOL, values=values)
    note_change(partnership.city)


def _check(partnership: Partnership, school: School, year: int, goal: Goal, counts: Counts) -> None:
    if counts.keys() != GROWTH.keys() or any(number < 0 for number in counts.values()):
        raise ValidationError(_("Write a number for each of the four levels, 0 where there is nobody."))
    number = sum(counts.values())
    there, reached = queries.most_students(partnership, school, year)
    told = {
        "goal": goal.goal,
        "number": number,
        "most": min(one for one in (there, reached, number) if one is not None),
    }
    if number == 0:
        raise ValidationError(_("“%(goal)s”: nobody is counted. Leave all four empty if nobody has looked.") % told)
    if there is not None and number > there:
        raise ValidationError(_("“%(goal)s”: you counted %(number)s students, the school has %(most)s.") % told)
    if reached is not None and number > reached:
        raise ValidationError(
            _("“%(goal)s”: you counted %(number)s students; %(most)s are on record as reached. Is a session missing?")
            % told
        )


def _write(partnership: Partnership, school: School, year: int, goal: Goal, counts: Counts) -> None:
    same = {
        "city": partnership.city,
        "year": year,
        "school": school,
        "question_id": goal.key,
        "participant_type": STUDENTS,
        "partnership_key": partnership.key,
    }
    there = {
        row.level: row
        for row in Answer.objects.filter(**same, group=None, area=None, grade_band="", level__isnull=False)
    }
    used = set(Answer.objects.of(partnership.city).filter(key__startswith="growth-").values_list("key", flat=True))
    source, today = source_of_people(partnership.city, Answer.TABLE), today_in(partnership.city)
    for level, number in counts.items():
        answer = there.get(level)
        if answer is None:
            key = free_name(f"growth {goal.key} {school.key} {year} {level}".replace(".", " "), used)
            used.add(key)
            answer = Answer(**same, level=level, key=key, public_id=public_id(partnership.city.slug, Answer.TABLE, key))
        answer.number, answer.asked = number, sum(counts.values())
        answer.source, answer.as_of = source, today
        answer.save()
