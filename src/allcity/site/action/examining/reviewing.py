"""What the team writes: what is met and unmet in a section, or why it is left open; the level of each question; evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.declaration.framework import Section
from allcity.reports.html import web_address
from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.examining import documents
from allcity.site.action.examining.answering import LEVELS
from allcity.site.action.models import Evidence, QuestionReview, SectionReview, SelfExamination
from allcity.site.cities.domain import note_publication
from allcity.site.uploads import UploadError

MOST_EVIDENCE = 30
"""For one section."""


@dataclass(frozen=True)
class Judged:
    """How the team sees a question: a level or None, why, and whether it comes first."""

    level: int | None = None
    words: str = ""
    is_priority: bool = False


@transaction.atomic
def review_section(
    *,
    examination: SelfExamination,
    section: Section,
    user: User,
    met: str = "",
    unmet: str = "",
    is_left_open: bool = False,
    why_open: str = "",
    questions: Mapping[str, Judged] | None = None,
) -> SectionReview:
    """Write what a section comes to. Raises ValidationError where it is left open without saying why."""
    if is_left_open and not why_open.strip():
        raise ValidationError({"why_open": _("Say why it is left open, so that its readers know.")})
    if any(judged.level is not None and judged.level not in LEVELS for judged in (questions or {}).values()):
        raise ValidationError(_("Choose one of the four levels."))
    review: SectionReview = SectionReview.objects.update_or_create(
        examination=examination,
        section=section.id,
        defaults={
            "met": met.strip(),
            "unmet": unmet.strip(),
            "is_left_open": is_left_open,
            "why_open": why_open.strip() if is_left_open else "",
            "language": get_language() or "en",
            "changed_by": user,
        },
    )[0]
    for question, judged in (questions or {}).items():
        if question in section.questions:
            _judge(examination, question, judged)
    _note(examination)
    return review


@transaction.atomic
def add_evidence(
    *,
    examination: SelfExamination,
    section: Section,
    user: User,
    kind: str,
    title: str = "",
    url: str = "",
    file: UploadedFile | None = None,
    figure_id: str = "",
) -> Evidence:
    """Add what a section rests on: a link, a document or a figure of the city. Raises ValidationError."""
    there = Evidence.objects.filter(examination=examination, section=section.id)
    if there.count() >= MOST_EVIDENCE:
        raise ValidationError(_("There is much evidence already. Take something off first."))
    title = " ".join(title.split())[:200]
    told: dict[str, Any]
    if kind == Evidence.Kind.LINK:
        if not web_address(url):
            raise ValidationError({"url": _("Write a web address that begins with https://.")})
        told = {"url": url, "title": title or url[:200]}
    elif kind == Evidence.Kind.DOCUMENT:
        if file is None:
            raise ValidationError({"file": _("Choose a document.")})
        try:
            name = documents.check(file)
        except UploadError as error:
            raise ValidationError({"file": str(error)}) from error
        file.name = documents.kept_name(name)
        told = {"file": file, "title": title or name[:200]}
    elif kind == Evidence.Kind.FIGURE:
        titles = dict(readings.choices(examination.city))
        if figure_id not in titles:
            raise ValidationError({"figure_id": _("Choose one of the city's figures.")})
        told = {"figure_id": figure_id, "title": title or titles[figure_id][:200]}
    else:
        raise ValidationError({"kind": _("Choose what it is.")})
    made: Evidence = Evidence.objects.create(
        examination=examination, section=section.id, kind=kind, added_by=user, **told
    )
    _note(examination)
    return made


def remove_evidence(*, evidence: Evidence) -> None:
    """Take a piece of evidence off; a document is deleted."""
    storage, name = evidence.file.storage, evidence.file.name
    with transaction.atomic():
        evidence.delete()
        if name:
            transaction.on_commit(lambda: storage.delete(name), robust=True)
        _note(evidence.examination)


def _judge(examination: SelfExamination, question: str, judged: Judged) -> None:
    words = judged.words.strip()
    if judged.level is None and not words and not judged.is_priority:
        QuestionReview.objects.filter(examination=examination, question=question).delete()
        return
    QuestionReview.objects.update_or_create(
        examination=examination,
        question=question,
        defaults={"level": judged.level, "words": words, "is_priority": judged.is_priority},
    )


def _note(examination: SelfExamination) -> None:
    """Readers of a published summary see the change."""
    if examination.published_at:
        note_publication(examination.city)
