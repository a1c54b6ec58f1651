"""The demonstration: whom one may sign in as with one click, and the mail that would have been sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from allcity.site.accounts.models import User

DOMAIN = "rivermouth.example"
SEPARATOR = b"-" * 79  # what Django's backend of files writes after each message

Description = Callable[[User], Iterable[str]]

_descriptions: list[Description] = []


def describe(description: Description) -> Description:
    """Have the page of demonstration accounts say of each person what `description` returns: their roles, in words."""
    _descriptions.append(description)
    return description


def is_on() -> bool:
    """Whether this is a demonstration. Where people rely on the site, it never is."""
    return settings.ENVIRONMENT.demo and not settings.ENVIRONMENT.production


def people() -> QuerySet[User]:
    """The demonstration's accounts, in the order in which they were made."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}", is_active=True).order_by("pk")


def words(user: User) -> list[str]:
    """What the features say of a person."""
    return [word for description in _descriptions for word in description(user)]


@dataclass(frozen=True)
class Letter:
    sent: datetime
    to: str
    subject: str
    text: str


def letters(folder: Path, *, limit: int = 100) -> list[Letter]:
    """The newest mail in `folder`, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:limit]
    found = [letter for file in files for letter in _letters_of(file)]
    return sorted(found, key=lambda letter: letter.sent, reverse=True)[:limit]


def _letters_of(file: Path) -> Iterator[Letter]:
    for raw in file.read_bytes().split(SEPARATOR):
        if not raw.strip():
            continue
        message = message_from_bytes(raw.lstrip(), policy=policy.default)
        body = message.get_body(preferencelist=("plain",))
        yield Letter(
            sent=parsedate_to_datetime(message["Date"]),
            to=message["To"],
            subject=message["Subject"],
            text=body.get_content() if body else "",
        )
