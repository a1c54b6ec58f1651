"""Asking people to answer: by mail, by role, with a link to hand around, or with one screen in a room; and reminding once."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import language_of
from allcity.site.action import participants
from allcity.site.action.examining import answering, telling
from allcity.site.action.examining.locking import locked
from allcity.site.action.models import AnswerLink, SelfExamination
from allcity.site.cities.models import Membership, Role
from allcity.site.needs.survey.reminding import today_in

MOST_AT_ONCE = 200
REMIND_BEFORE = timedelta(days=3)
_REMEMBERED = int(timedelta(days=90).total_seconds())


@dataclass(frozen=True)
class Asked:
    """How many were asked now, and how many had been before."""

    now: int
    before: int


@transaction.atomic
def ask_by_mail(*, examination: SelfExamination, user: User, participant: str, lines: str) -> Asked:
    """Mail a link to each address, one on a line, for a type of participant: that which stands after a comma, else `participant`.

    Either all are asked or, where a line is wrong, nobody: ValidationError names every line that is.
    """
    examination = _open(examination)
    addresses = _addresses(lines, _types(examination), participant)
    there = set(
        AnswerLink.objects.filter(
            examination=examination, kind=AnswerLink.Kind.MAIL, email__in=addresses, ended_at=None
        ).values_list("email", flat=True)
    )
    for address, who in addresses.items():
        if address in there:
            continue
        link = _made(examination, user, AnswerLink.Kind.MAIL, who, email=address)
        telling.mail_link(link, asker=user)
    return Asked(len(addresses) - len(there), len(there))


@transaction.atomic
def ask_roles(*, examination: SelfExamination, user: User, roles: Iterable[str]) -> int:
    """Tell everybody who has one of these roles in the city that their answer is asked for. Gives how many people were told."""
    examination = _open(examination)
    chosen = set(roles) & set(Role.values)
    if not chosen:
        raise ValidationError({"roles": _("Choose at least one role.")})
    people = User.objects.filter(
        is_active=True, pk__in=Membership.objects.filter(city=examination.city, role__in=chosen).values("user")
    ).exclude(pk=user.pk)
    waiting = [person for person in people.order_by("pk") if not has_handed_in(examination, person)]
    for person in waiting:
        telling.tell_asked(examination, person)
    return len(waiting)


@transaction.atomic
def make_link(*, examination: SelfExamination, user: User, kind: str, participant: str = "") -> AnswerLink:
    """A link to hand around, or for a screen in the room; for one type of participant, or for whoever has it."""
    examination = _open(examination)
    if kind not in (AnswerLink.Kind.SHARED, AnswerLink.Kind.ROOM):
        raise ValidationError({"kind": _("Choose what the link is for.")})
    if participant and participant not in participants.titles(examination.city):
        raise ValidationError({"participant": _("Choose who they are.")})
    return _made(examination, user, kind, participant)


def end_link(*, link: AnswerLink) -> AnswerLink:
    """Have nobody begin by a link any more. What was answered by it stays; the address it was sent to is forgotten."""
    AnswerLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now(), email="")
    link.refresh_from_db()
    return link


@transaction.atomic
def refuse_link(*, link: AnswerLink) -> AnswerLink:
    """End a link that reached somebody whom it is not for; whoever sent it is told. Once it was answered by it stays as it is."""
    link = AnswerLink.objects.select_for_update().get(pk=link.pk)
    if link.kind != AnswerLink.Kind.MAIL or answering.respondent_of(link.examination, link):
        raise ValidationError(
            _("Somebody has answered with this link. Ask whoever runs the self-examination for your own.")
        )
    if not link.ended_at:
        end_link(link=link)
        telling.tell_not_for_them(link)
    return link


def remind(*, link: AnswerLink) -> bool:
    """Mail a link once more to somebody who has not answered; each of them once. It is told whether that was so."""
    if link.used_at or link.ended_at or not link.email or link.examination.closed_at:
        return False
    if not cache.add(_reminded(link), 1, _REMEMBERED):
        return False
    telling.mail_link(link, is_reminder=True)
    return True


def remind_all(*, examination: SelfExamination) -> int:
    """Remind everybody who was asked by mail, has not answered and was not reminded yet. Gives how many."""
    return sum(remind(link=link) for link in not_answered(examination))


def not_answered(examination: SelfExamination) -> list[AnswerLink]:
    """The links that were mailed and not used."""
    found = AnswerLink.objects.filter(examination=examination, kind=AnswerLink.Kind.MAIL, used_at=None, ended_at=None)
    return list(found.exclude(email="").select_related("examination__city", "made_by").order_by("pk"))


def is_reminded(link: AnswerLink) -> bool:
    """Whether somebody was reminded of a link."""
    return cache.get(_reminded(link)) is not None


def to_remind_today(*, now: datetime | None = None) -> list[int]:
    """The links of which people are to be reminded by themselves: those of examinations that end within three days."""
    now = now or timezone.now()
    found = []
    running = SelfExamination.objects.filter(closed_at=None, due_on__isnull=False).select_related("city")
    for examination in running:
        left = examination.due_on - today_in(examination.city, now)
        if timedelta(0) <= left <= REMIND_BEFORE:
            found += [link.pk for link in not_answered(examination) if not is_reminded(link)]
    return found


def has_handed_in(examination: SelfExamination, user: User) -> bool:
    """Whether somebody with an account has handed in."""
    found = answering.respondent_of(examination, user)
    return bool(found and found.handed_in_at)


def _reminded(link: AnswerLink) -> str:
    return f"examination-reminded:{link.pk}:{link.token[:8]}"


def _types(examination: SelfExamination) -> dict[str, str]:
    """The types of participants by whatever somebody may call them: their id, or their name in any language."""
    types = examination.city.settings.framework.participants
    named = {name.casefold(): id_ for id_, type_ in types.items() for name in type_.title.root.values()}
    return named | {id_.casefold(): id_ for id_ in types}


def _addresses(lines: str, types: Mapping[str, str], usual: str) -> dict[str, str]:
    """The addresses of the lines, each once, with who they are. Raises ValidationError that names every wrong line."""
    found: dict[str, str] = {}
    wrong = []
    for number, line in enumerate(lines.splitlines(), 1):
        first, _comma, rest = line.replace(";", ",").replace("\t", ",").partition(",")
        address, who = first.strip().lower(), rest.strip(" ,")
        if not address and not who:
            continue
        told = {"number": number, "line": line.strip()[:80]}
        try:
            validate_email(address)
        except ValidationError:
            wrong.append(_("Line %(number)s, “%(line)s”, is no mail address.") % told)
            continue
        participant = types.get((who or usual).casefold())
        if participant:
            found.setdefault(address, participant)
        elif who:
            wrong.append(_("Line %(number)s, “%(line)s”: nobody is called so among the participants.") % told)
        else:
            wrong.append(_("Line %(number)s, “%(line)s”, does not say who this is. Choose it above.") % told)
    if wrong:
        raise ValidationError({"lines": [*wrong, _("Nobody was asked yet. Correct it and send it again.")]})
    if not found:
        raise ValidationError({"lines": _("Write at least one address.")})
    if len(found) > MOST_AT_ONCE:
        raise ValidationError(
            {"lines": _("These are more than %(number)s addresses. Ask them in parts.") % {"number": MOST_AT_ONCE}}
        )
    return found


def _made(examination: SelfExamination, user: User, kind: str, participant: str, *, email: str = "") -> AnswerLink:
    made: AnswerLink = AnswerLink.objects.create(
        examination=examination,
        kind=kind,
        participant=participant,
        email=email,
        language=language_of(email) if email else "",
        token=secrets.token_urlsafe(32),
        made_by=user,
    )
    return made


def _open(examination: SelfExamination) -> SelfExamination:
    examination = locked(examination)
    if examination.closed_at:
        raise ValidationError(_("The self-examination is closed. Open it again, then ask."))
    return examination
