"""Asking somebody without an account to answer some questions, by a link in a mail. It shows these questions and no others."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.accounts.queries import language_of
from allcity.site.cities.people.queries import addresses_of
from allcity.site.directory.models import School
from allcity.site.needs.models import Handover, Reply, Survey
from allcity.site.needs.survey.errors import SurveyClosedError
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register

VALID = timedelta(days=21)
OPEN_AT_ONCE = 20
"""Nobody sends mail from here to a whole staff."""
HELPED = register(
    Kind(
        "survey-helped",
        gettext_lazy("Somebody answered the questions of the survey that you asked them"),
        gettext_lazy("%(person)s answered questions of the survey of %(school)s."),
        Delivery.AT_ONCE,
    )
)
NOT_FOR_THEM = register(
    Kind(
        "survey-not-for-them",
        gettext_lazy("Questions of the survey reached somebody whom they were not for"),
        gettext_lazy(
            "What you sent to %(person)s about %(school)s reached somebody else. The link is stopped; send it anew."
        ),
        Delivery.AT_ONCE,
    )
)


@transaction.atomic
def ask_for_help(
    *, survey: Survey, school: School, questions: Sequence[str], name: str, email: str, user: User, message: str = ""
) -> Handover:
    """Mail somebody a link with which these questions can be answered. Raises ValidationError."""
    if survey.closed_at:
        raise SurveyClosedError
    reply, _new = Reply.objects.get_or_create(city=survey.city, survey=survey, school=school)
    if sum(each.is_open for each in reply.handovers.all()) >= OPEN_AT_ONCE:
        raise ValidationError(_("Many were asked already. Wait for their answers, or stop a link that is not needed."))
    handover: Handover = Handover.objects.create(
        city=survey.city,
        reply=reply,
        name=" ".join(name.split()),
        email=email.strip().lower(),
        token=secrets.token_urlsafe(32),
        questions=list(questions),
        message=message.strip(),
        asked_by=user,
        expires_at=timezone.now() + VALID,
    )
    language = language_of(handover.email)
    with translation.override(language):
        link = settings.SITE_ADDRESS + reverse("survey:help", args=[handover.token])
    mail.send(
        "needs/survey/mail/help",
        to=handover.email,
        language=language,
        handover=handover,
        asker=user.get_full_name(),
        school=school.name,
        year=year_name(survey.year),
        link=link,
        due_on=survey.due_on,
    )
    return handover


def withdraw_help(*, handover: Handover) -> Handover:
    """Stop a link. What was answered by it stays."""
    return _end(handover, withdrawn_at=timezone.now())


@transaction.atomic
def finish_help(*, handover: Handover) -> Handover:
    """Send off what was answered by a link, which thereby ends. Whoever asked is told."""
    _end(handover, finished_at=timezone.now())
    _tell(handover, HELPED)
    return handover


@transaction.atomic
def refuse_help(*, handover: Handover) -> Handover:
    """End a link that reached somebody whom it is not for. Whoever asked is told."""
    _end(handover, withdrawn_at=timezone.now())
    _tell(handover, NOT_FOR_THEM)
    return handover


def forget_addresses(*, now: datetime | None = None) -> int:
    """Forget the mail addresses of links that no longer work. Gives how many."""
    over = Q(expires_at__lte=now or timezone.now()) | Q(finished_at__isnull=False) | Q(withdrawn_at__isnull=False)
    return Handover.objects.filter(over).exclude(email="").update(email="")


def is_meant_for(handover: Handover, user: User) -> bool:
    """Whether somebody who is signed in is the one whom a link was sent to."""
    return handover.email in addresses_of(user)


@transaction.atomic
def forget_person(user: User) -> None:
    """Take the person's own address off what others asked them; the links end. What they answered stays, without a name."""
    own = Handover.objects.filter(email__in=addresses_of(user))
    own.filter(finished_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    own.update(email="", name="")


def _end(handover: Handover, **ends: datetime) -> Handover:
    """End a link once. Raises ValidationError where that was done already."""
    still_open = Handover.objects.filter(pk=handover.pk, finished_at=None, withdrawn_at=None)
    if not still_open.update(email="", **ends):
        raise ValidationError(_("This link has ended already."))
    handover.refresh_from_db()
    return handover


def _tell(handover: Handover, kind: Kind) -> None:
    survey, school = handover.reply.survey, handover.reply.school
    if handover.asked_by and handover.asked_by.is_active:
        notify(
            user=handover.asked_by,
            kind=kind,
            city=handover.city,
            values={"person": handover.name, "school": school.name},
            url=reverse("city:survey-school", args=[handover.city.slug, survey.year, school.slug]),
        )
