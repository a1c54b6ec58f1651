"""What may be written in a story. Every refusal says what to do instead, and has the name of its field as code."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.cities.places import find_places
from allcity.site.partnerships.models import Partnership
from allcity.site.publishing.resources.words import framework_of

LONGEST = {
    "title": 160, "before": 4000, "happened": 8000, "now": 4000, "shown_name": 120, "place_name": 120, "region": 80,
}  # fmt: skip
ON_ONE_LINE = ("title", "shown_name", "place_name", "region")


@dataclass(frozen=True)
class Words:
    """What somebody tells, and what it is an example of. `place_name`, `region` and `country` are of a city that is not here."""

    title: str
    happened: str
    before: str = ""
    now: str = ""
    language: str = ""
    shown_name: str = ""
    place_name: str = ""
    region: str = ""
    country: str = ""
    section: str = ""
    contribution: str = ""
    participant: str = ""
    place: UUID | None = None
    partnership: UUID | None = None


def checked_words(city: City | None, words: Words) -> dict[str, Any]:
    """The fields of a story as they may be kept."""
    kept: dict[str, Any] = {name: _text(name, getattr(words, name)) for name in LONGEST}
    if not kept["title"]:
        raise ValidationError(_("Give your story a title, so that people find it."), code="title")
    if not kept["happened"]:
        raise ValidationError(_("Say what happened. A few sentences are enough."), code="happened")
    if not words.language or len(words.language) > 12:
        raise ValidationError(_("Say in which language you wrote it."), code="language")
    if city is None and not kept["place_name"]:
        raise ValidationError(_("Say in which city or town it was."), code="place_name")
    if city is not None:
        kept |= {"place_name": "", "region": ""}
    framework = framework_of(city)
    known = {
        "section": framework.sections,
        "contribution": framework.contributions,
        "participant": framework.participants,
    }
    for name, entries in known.items():
        chosen = getattr(words, name)
        if chosen and chosen not in entries:
            raise ValidationError(_("Choose from the list, or leave it open."), code=name)
        kept[name] = chosen
    return {
        **kept,
        "language": words.language,
        "country": words.country[:2].upper() if city is None else "",
        "place": _place(city, words.place),
        "partnership": _partnership(city, words.partnership),
    }


def checked_email(email: str) -> str:
    """A mail address as it is kept: in small letters."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(_("Write a mail address such as name@example.org."), code="email") from None
    return email


def _place(city: City | None, place: UUID | None) -> UUID | None:
    if place and (city is None or place not in find_places(city, [place])):
        raise ValidationError(_("This school or organization is not in the directory. Leave it open."), code="place")
    return place


def _partnership(city: City | None, partnership: UUID | None) -> UUID | None:
    if partnership is None:
        return None
    if city is None or not Partnership.objects.of(city).public().filter(public_id=partnership).exists():
        raise ValidationError(_("This partnership is not public. Leave it open."), code="partnership")
    return partnership


def _text(name: str, typed: str) -> str:
    text = "".join(each for each in typed.replace("\r\n", "\n") if _is_plain(each))
    text = " ".join(text.split()) if name in ON_ONE_LINE else text.strip()
    if len(text) > LONGEST[name]:
        message = _("This is too long. Say it in at most %(number)s characters.") % {"number": LONGEST[name]}
        raise ValidationError(message, code=name)
    return text


def _is_plain(each: str) -> bool:
    """Whether a character is one that is read, and does not steer how others are written."""
    return each in "\n\u200d" or not unicodedata.category(each).startswith("C")
