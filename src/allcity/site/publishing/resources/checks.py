"""What may be written of a resource. Every refusal says what to do instead, and has the name of its field as code."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources.words import framework_of

LONGEST = {"title": 200, "summary": 600, "use": 600}
LONGEST_LINE = 200
EARLIEST_YEAR = 1800
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True)
class Entry:
    """What is said of a resource: its words by language, and what it is."""

    kind: str
    words: Mapping[str, Mapping[str, str]]
    language: str = ""
    publisher: str = ""
    year: int | None = None
    licence: str = ""
    sections: tuple[str, ...] = field(default=())
    contributions: tuple[str, ...] = field(default=())
    audiences: tuple[str, ...] = field(default=())


def checked_entry(entry: Entry, city: City | None, before: Resource | None = None) -> Entry:
    """What may be kept of it. Ids of the framework that were there `before` stay, though a city has dropped them since."""
    if entry.kind not in Resource.Kind.values:
        raise ValidationError(_("Choose what kind of resource it is."), code="kind")
    if entry.language and not _LANGUAGE.fullmatch(entry.language):
        raise ValidationError(_("Choose the language of the resource."), code="language")
    if entry.year is not None and not EARLIEST_YEAR <= entry.year <= timezone.now().year + 1:
        raise ValidationError(_("Write the year with four digits, or leave it empty."), code="year")
    framework = framework_of(city)
    known = {
        "sections": [*framework.sections],
        "contributions": [*framework.contributions],
        "audiences": [*framework.participants],
    }
    ids = {
        part: _ids(getattr(entry, part), [*all_ids, *(getattr(before, part) if before else ())], part)
        for part, all_ids in known.items()
    }
    return Entry(
        entry.kind,
        checked_words(entry.words),
        entry.language,
        _line(entry.publisher, "publisher"),
        entry.year,
        _line(entry.licence, "licence"),
        **ids,
    )


def checked_words(words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Title, summary and use in each language in which there is a title; one language at least."""
    kept = {}
    for language, texts in words.items():
        if language not in dict(settings.LANGUAGES):
            continue
        found = {part: _plain(texts.get(part, "")).strip() for part in LONGEST}
        found["title"] = " ".join(found["title"].split())
        if not any(found.values()):
            continue
        for part, longest in LONGEST.items():
            if len(found[part]) > longest:
                message = _("This is too long. Say it in at most %(number)s characters.") % {"number": longest}
                raise ValidationError(message, code=f"{part}_{language}")
        if not found["title"]:
            raise ValidationError(_("Give it a title in this language too."), code=f"title_{language}")
        if not found["summary"]:
            raise ValidationError(_("Say in a sentence or two what it is."), code=f"summary_{language}")
        kept[language] = found
    if not kept:
        raise ValidationError(_("Give it a title."), code=f"title_{settings.LANGUAGE_CODE}")
    return kept


def checked_email(email: str) -> str:
    """A mail address as it is kept: in small letters."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(_("Write a mail address such as name@example.org."), code="email") from None
    return email


def _ids(chosen: tuple[str, ...], known: list[str], part: str) -> tuple[str, ...]:
    if set(chosen) - set(known):
        raise ValidationError(_("Choose from the list."), code=part)
    return tuple(dict.fromkeys(each for each in known if each in chosen))


def _line(words: str, part: str) -> str:
    line = " ".join(_plain(words).split())
    if len(line) > LONGEST_LINE:
        message = _("This is too long. Say it in at most %(number)s characters.") % {"number": LONGEST_LINE}
        raise ValidationError(message, code=part)
    return line


def _plain(words: str) -> str:
    """Words without characters that steer how others are written, such as those that turn their direction."""
    return "".join(each for each in words if each in "\n\u200d" or not unicodedata.category(each).startswith("C"))
