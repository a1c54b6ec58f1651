"""Teachers in a partnership: named by their school, asked by a link in a mail, forgotten when it has ended."""

import secrets
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import addresses_of
from allcity.site.cities.rules import Person, is_coordinator
from allcity.site.directory.models import School
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import telling
from allcity.site.partnerships.models import Event, Partnership, Side, Teacher
from allcity.site.partnerships.parties import parties, parties_of
from allcity.site.partnerships.phases import Phase, phase_of

AT_ONCE = 20
"""Nobody sends mail from here to a whole staff."""
WORKING = (Phase.AGREED, Phase.RUNNING, Phase.LOOKING_BACK)
"""The phases in which teachers are asked."""


def schools_for(partnership: Partnership, user: Person) -> list[School]:
    """The schools of which a person may name teachers: a liaison's own, for coordinators all."""
    among = parties(partnership) if is_coordinator(user, partnership) else parties_of(partnership, user)
    return [party.place for party in among if isinstance(party.place, School) and party.is_there]


@transaction.atomic
def ask_teacher(*, partnership: Partnership, school: School, kind: str, name: str, email: str, user: User) -> Teacher:
    """Name a teacher, who gets a mail with a link. Raises PermissionDenied, and ValidationError."""
    partnership = Partnership.objects.select_for_update(of=("self",)).select_related("city").get(pk=partnership.pk)
    if school not in schools_for(partnership, user):
        raise PermissionDenied
    if phase_of(partnership, today_in(partnership.city)) not in WORKING:
        raise ValidationError(_("Teachers are asked once it is agreed, and as long as it goes on."))
    email = email.strip().lower()
    there = Teacher.objects.filter(partnership=partnership, ended_at=None)
    if there.filter(school=school, email=email).exists():
        raise ValidationError({"email": _("This teacher is asked already.")})
    if there.count() >= AT_ONCE:
        raise ValidationError(_("Many are asked already. Take off who is not in it any more."))
    teacher: Teacher = Teacher.objects.create(
        city=partnership.city,
        partnership=partnership,
        school=school,
        kind=kind,
        name=" ".join(name.split()),
        email=email,
        token=secrets.token_urlsafe(32),
        asked_by=user,
    )
    _note(teacher, "teacher-asked", user)
    telling.mail_teacher(teacher)
    return teacher


@transaction.atomic
def end_teacher(*, teacher: Teacher, user: User) -> Teacher:
    """Take a teacher off a partnership: the link ends, the address and name are forgotten, what was said stays."""
    if teacher.school not in schools_for(teacher.partnership, user):
        raise PermissionDenied
    if _end(Teacher.objects.filter(pk=teacher.pk)):
        _note(teacher, "teacher-left", user)
    return teacher


@transaction.atomic
def refuse_teacher(*, teacher: Teacher) -> Teacher:
    """End a link that reached somebody whom it is not for. Whoever sent it is told."""
    if _end(Teacher.objects.filter(pk=teacher.pk)):
        _note(teacher, "teacher-left", None)
        telling.tell_not_for_them(teacher)
    return teacher


def forget_teachers(*, now: datetime | None = None) -> int:
    """End the links of partnerships that have ended, and forget whose they were. Gives how many."""
    now = now or timezone.now()
    found = Teacher.objects.filter(ended_at=None).select_related("partnership__city")
    over = [
        teacher.pk
        for teacher in found
        if phase_of(teacher.partnership, today_in(teacher.partnership.city, now)) not in WORKING
    ]
    return _end(Teacher.objects.filter(pk__in=over))


def is_working(teacher: Teacher) -> bool:
    """Whether the link works."""
    partnership = teacher.partnership
    if teacher.ended_at or teacher.school.archived_at:
        return False
    return phase_of(partnership, today_in(partnership.city)) in WORKING


def forget_person(user: User) -> None:
    """Take the person's own name and address off the partnerships in which they teach; the links end."""
    _end(Teacher.objects.filter(email__in=addresses_of(user)))


def _end(teachers: "QuerySet[Teacher]") -> int:
    return teachers.filter(ended_at=None).update(ended_at=timezone.now(), email="", name="")


def _note(teacher: Teacher, step: str, user: User | None) -> None:
    values = {"place": teacher.school.name, "kind": teacher.kind}
    Event.objects.create(partnership=teacher.partnership, step=step, by=user, side=Side.SCHOOL, values=values)
