"""What may be written in an endorsement. Every refusal says what to do instead, and has the name of its field as code."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from allcity.site.action import participants
from allcity.site.cities.models import City, Role
from allcity.site.cities.places import find_places

STUDENTS = "students"
"""No student is in the database, so that nobody endorses as one."""
LONGEST_NAME, LONGEST_ORGANIZATION, LONGEST_STATEMENT = 200, 300, 600
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """What somebody says of themselves: a name, a type of participant, a statement and its language, shown or not."""

    name: str
    participant: str
    statement: str = ""
    language: str = ""
    is_public: bool = False


def checked_words(city: City, words: Words) -> Words:
    """What may be kept of it."""
    name, statement = one_line(words.name), _plain(words.statement).strip()
    if not name:
        raise ValidationError(_("Write your name. It is shown only if you say so."), code="name")
    if len(name) > LONGEST_NAME:
        raise ValidationError(_("This name is too long. Write a shorter form of it."), code="name")
    if words.participant not in dict(choices(city)):
        raise ValidationError(_("Choose what describes you best."), code="participant")
    if len(statement) > LONGEST_STATEMENT:
        message = _("This is too long. Say it in at most %(number)s characters.") % {"number": LONGEST_STATEMENT}
        raise ValidationError(message, code="statement")
    for field, typed in (("name", name), ("statement", statement)):
        if _ADDRESS.search(typed):
            raise ValidationError(_("Leave out web addresses: words alone are shown."), code=field)
    known = dict(settings.LANGUAGES)
    language = words.language if words.language in known and statement else ""
    return Words(name, words.participant, statement, language, words.is_public)


def choices(city: City) -> list[tuple[str, str]]:
    """The types of participants that somebody may endorse as."""
    return [(key, title) for key, title in participants.choices(city) if key != STUDENTS]


def checked_email(email: str) -> str:
    """A mail address as it is kept: in small letters."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(_("Write a mail address such as name@example.org."), code="email") from None
    return email


def checked_organization(city: City, organization: str, place: UUID | None) -> str:
    """The name of an organization: that in the directory where one was chosen there."""
    if place:
        found = find_places(city, [place]).get(place)
        if found is None or found.role != Role.MANAGER:
            raise ValidationError(_("This organization is not in the directory. Write its name."), code="place")
        return found.name[:LONGEST_ORGANIZATION]
    name = one_line(organization)
    if len(name) > LONGEST_ORGANIZATION:
        raise ValidationError(_("This name is too long. Write a shorter form of it."), code="organization")
    if _ADDRESS.search(name):
        raise ValidationError(_("Write the organization's name, without a web address."), code="organization")
    return name


def one_line(words: str) -> str:
    """Words on one line, with single spaces."""
    return " ".join(_plain(words).split())


def _plain(words: str) -> str:
    """Words without characters that steer how others are written, such as those that turn their direction."""
    return "".join(each for each in words if each in "\n\u200d" or not unicodedata.category(each).startswith("C"))
