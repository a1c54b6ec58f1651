"""Telling liaisons that a survey is open, and reminding those whose school has not handed in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, Role
from allcity.site.directory.models import School
from allcity.site.needs.models import Reminder, Reply, Survey
from allcity.site.needs.survey.queries import schools_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register

EVERY = timedelta(days=3)
MARKS = (timedelta(days=-14), timedelta(days=-3), timedelta(days=3))
"""The days before and after the due date on which schools are reminded by themselves."""
SURVEY_OPEN = register(
    Kind(
        "survey-open",
        _("The yearly survey of your school is open"),
        _("%(school)s: the survey of %(year)s is open. About 15 minutes; “I don't know” is an answer."),
        Delivery.AT_ONCE,
    )
)
SURVEY_REMINDER = register(
    Kind(
        "survey-reminder",
        _("Your school has not handed in the yearly survey"),
        _(
            "%(school)s: the survey of %(year)s is not handed in yet. What is saved is kept; “I don't know” is an answer."
        ),
        Delivery.AT_ONCE,
    )
)


@dataclass(frozen=True)
class Reminded:
    """How many schools were reminded, how many had been within three days, and how many have nobody to remind."""

    schools: int = 0
    resting: int = 0
    nobody: int = 0


def tell_everybody(survey: Survey) -> None:
    """Tell every liaison that the survey is open."""
    schools = list(schools_of(survey))
    people = liaisons_of(survey.city, schools)
    for school in schools:
        for user in people.get(school.public_id, ()):
            _tell(user, SURVEY_OPEN, survey, school)


def remind(*, survey: Survey, school: School | None = None, now: datetime | None = None) -> Reminded:
    """Remind the liaisons of each school that has not handed in, or of this one; each school at most every three days."""
    now = now or timezone.now()
    handed_in = Reply.objects.filter(survey=survey, submitted_at__isnull=False).values("school")
    waiting = schools_of(survey).exclude(pk__in=handed_in)
    schools = list(waiting.filter(pk=school.pk) if school else waiting)
    rested = set(Reminder.objects.filter(survey=survey, sent_at__gt=now - EVERY).values_list("school", flat=True))
    people = liaisons_of(survey.city, schools)
    reminded = resting = nobody = 0
    for each in schools:
        if each.pk in rested:
            resting += 1
        elif each.public_id not in people:
            nobody += 1
        else:
            reminded += 1
            _remind_one(survey, each, people[each.public_id], now)
    return Reminded(reminded, resting, nobody)


def remind_where_due(*, now: datetime | None = None) -> int:
    """Remind schools of every open survey on its marks, once for each even where a day was missed. Gives how many schools."""
    now = now or timezone.now()
    open_ones = Survey.objects.filter(closed_at=None, reminds=True).select_related("city")
    return sum(remind(survey=survey, now=now).schools for survey in open_ones if _is_due(survey, now))


def today_in(city: City, now: datetime | None = None) -> date:
    """The day that it is in the city."""
    return (now or timezone.now()).astimezone(ZoneInfo(city.settings.city.time_zone)).date()


def liaisons_of(city: City, schools: Iterable[School]) -> dict[UUID, list[User]]:
    """The liaisons of schools by the school's public id; schools that have none are left out."""
    rows = Membership.objects.filter(
        city=city, role=Role.LIAISON, place__in=[school.public_id for school in schools], user__is_active=True
    ).select_related("user")
    found: dict[UUID, list[User]] = defaultdict(list)
    for row in rows.order_by("pk"):
        if row.place:
            found[row.place].append(row.user)
    return found


def _is_due(survey: Survey, now: datetime) -> bool:
    """Whether a mark was reached within the last three days, so that a day on which nothing ran is made good."""
    today = today_in(survey.city, now)
    return any(timedelta(0) <= today - (survey.due_on + mark) < EVERY for mark in MARKS)


@transaction.atomic
def _remind_one(survey: Survey, school: School, people: Iterable[User], now: datetime) -> None:
    Reminder.objects.update_or_create(survey=survey, school=school, defaults={"city": survey.city, "sent_at": now})
    for user in people:
        _tell(user, SURVEY_REMINDER, survey, school)


def _tell(user: User, kind: Kind, survey: Survey, school: School) -> None:
    notify(
        user=user,
        kind=kind,
        city=survey.city,
        values={"school": school.name, "year": year_name(survey.year)},
        url=reverse("city:survey-school", args=[survey.city.slug, survey.year, school.slug]),
        due_on=survey.due_on,
    )
