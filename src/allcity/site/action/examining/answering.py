"""What those who are asked do: they begin, answer a section at a time, hand in, and change it until the end.

In an anonymous examination nothing leads from an answer to whoever gave it. A respondent holds no account, name or link;
there is a keyed hash of the account, or of the link that one person was sent, which finds their answers when they come back.
Neither the hash nor the key, which is not in the database, suffices alone. Times would lead there too, since a link that is
used and answers that are handed in at the same moment belong together: so all of them say when the examination was opened.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.declaration.framework import Section
from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.examining.locking import locked
from allcity.site.action.models import AnswerLink, Rating, Respondent, SelfExamination

STUDENTS = "students"
"""The type of participant of which nobody's name is kept, whatever was chosen."""
LEVELS = (1, 2, 3, 4)
_chance = secrets.SystemRandom()


@dataclass(frozen=True)
class Said:
    """What somebody says to a question: a level, or None for “I don't know”, and words."""

    level: int | None
    words: str = ""


def respondent_of(examination: SelfExamination, who: "AnswerLink | User") -> Respondent | None:
    """What an account, or the link that one person was sent, has begun. None for links that many use."""
    if isinstance(who, AnswerLink) and who.kind != AnswerLink.Kind.MAIL:
        return None
    found: Respondent | None = examination.respondents.filter(answered_by=mark_of(examination, who)).first()
    return found


def mark_of(examination: SelfExamination, who: "AnswerLink | User") -> str:
    """A keyed hash that tells one who answers this examination from all others."""
    what = f"link {who.token}" if isinstance(who, AnswerLink) else f"account {who.pk}"
    return salted_hmac("allcity.action.examining", f"{examination.public_id} {what}", algorithm="sha256").hexdigest()


@transaction.atomic
def begin(
    *, examination: SelfExamination, who: "AnswerLink | User", participant: str = "", name: str = ""
) -> Respondent:
    """Begin to answer as a type of participant; who has begun goes on as what they began. Raises ValidationError."""
    examination = _open(examination)
    if isinstance(who, AnswerLink):
        who = AnswerLink.objects.select_for_update().get(pk=who.pk)
        if who.ended_at:
            raise ValidationError(_("This link has ended. Ask whoever gave it to you for another one."))
        participant = who.participant or participant
    begun = respondent_of(examination, who)
    if begun and is_final(begun):
        raise ValidationError(_("This is handed in already. What a student says cannot be changed after that."))
    if begun:
        return begun
    if participant not in participants.titles(examination.city):
        raise ValidationError({"participant": _("Choose as whom you answer.")})
    is_named = not examination.is_anonymous and participant != STUDENTS
    try:
        with transaction.atomic():
            made: Respondent = Respondent.objects.create(
                examination=examination,
                participant=participant,
                user=who if is_named and isinstance(who, User) else None,
                name=_name(who, name) if is_named else "",
                link=who if is_named and isinstance(who, AnswerLink) else None,
                token=secrets.token_urlsafe(32),
                answered_by="" if _is_for_many(who) else mark_of(examination, who),
            )
    except IntegrityError:  # the same person began in another window at the same moment
        begun = respondent_of(examination, who)
        if begun is None:
            raise
        return begun
    if not is_named:
        Respondent.objects.filter(pk=made.pk).update(begun_at=examination.opened_at)
    return made


@transaction.atomic
def answer_section(*, respondent: Respondent, section: Section, answers: Mapping[str, Said | None]) -> None:
    """Keep what somebody says to questions of a section; None takes an answer back. Raises ValidationError."""
    _open(respondent.examination)
    if any(said and said.level is not None and said.level not in LEVELS for said in answers.values()):
        raise ValidationError(_("Choose one of the four levels, or “I don't know”."))
    for question, said in answers.items():
        if question not in section.questions:
            continue
        if said is None:
            respondent.ratings.filter(question=question).delete()
            continue
        words = said.words.strip()
        Rating.objects.update_or_create(
            respondent=respondent,
            question=question,
            defaults={"level": said.level, "words": words, "language": (get_language() or "en") if words else ""},
        )


@transaction.atomic
def hand_in(*, respondent: Respondent, link: AnswerLink | None = None) -> Respondent:
    """Hand in what was answered, by this link if there is one. It can be changed until the end, unless it came from
    the screen in the room, or from a student.

    Raises ValidationError where nothing is answered.
    """
    examination = _open(respondent.examination)
    if not respondent.ratings.exists():
        raise ValidationError(
            _("Nothing is answered so far. Answer at least one question; “I don't know” is an answer.")
        )
    is_named = not examination.is_anonymous and respondent.participant != STUDENTS
    at = timezone.now() if is_named else examination.opened_at
    respondent.handed_in_at = at
    if is_final(respondent) or (link and link.kind == AnswerLink.Kind.ROOM):  # going back must find nothing
        respondent.token = secrets.token_urlsafe(32)
    respondent.save(update_fields=["handed_in_at", "token"])
    if link and link.kind == AnswerLink.Kind.MAIL:
        AnswerLink.objects.filter(pk=link.pk).update(used_at=at)
    return respondent


def is_final(respondent: Respondent) -> bool:
    """Whether it can be changed no more: what students handed in is mixed, so that none of them is a row."""
    return bool(respondent.handed_in_at and respondent.participant == STUDENTS)


def mix_students(examination: SelfExamination) -> None:
    """Deal out what students said anew among their rows, question by question: how many said what stays, and who did not."""
    students = list(
        examination.respondents.filter(participant=STUDENTS, handed_in_at__isnull=False).values_list("pk", flat=True)
    )
    said: dict[str, list[Rating]] = {}
    for rating in Rating.objects.filter(respondent__in=students).order_by("pk"):
        said.setdefault(rating.question, []).append(rating)
    dealt = [
        Rating(respondent_id=row, question=question, level=rating.level, words=rating.words, language=rating.language)
        for question, ratings in said.items()
        for row, rating in zip(_chance.sample(students, len(ratings)), ratings, strict=True)
    ]
    Rating.objects.filter(respondent__in=students).delete()
    _chance.shuffle(dealt)
    Rating.objects.bulk_create(dealt)


@transaction.atomic
def withdraw(*, respondent: Respondent) -> None:
    """Take everything back that somebody said. Raises ValidationError once the examination is closed."""
    _open(respondent.examination)
    if is_final(respondent):
        raise ValidationError(_("This is handed in already. What a student says cannot be changed after that."))
    if respondent.answered_by:
        AnswerLink.objects.filter(pk__in=_links_of(respondent)).update(used_at=None)
    respondent.delete()


def _links_of(respondent: Respondent) -> list[int]:
    """The link that one person was sent and answered by: its keyed hash tells."""
    links = AnswerLink.objects.filter(examination=respondent.examination, kind=AnswerLink.Kind.MAIL)
    return [link.pk for link in links if mark_of(respondent.examination, link) == respondent.answered_by]


def _open(examination: SelfExamination) -> SelfExamination:
    examination = locked(examination)
    if examination.closed_at:
        raise ValidationError(_("The self-examination is closed. It takes no more answers."))
    return examination


def _is_for_many(who: "AnswerLink | User") -> bool:
    return isinstance(who, AnswerLink) and who.kind != AnswerLink.Kind.MAIL


def _name(who: "AnswerLink | User", name: str) -> str:
    return " ".join((who.get_full_name() if isinstance(who, User) else name).split())[:200]
