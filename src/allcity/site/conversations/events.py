"""The words of events: lines that features write into threads by themselves, read in the language of whoever reads."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.conversations.models import Post

Value = str | int | float | date

_texts: dict[str, str | Promise] = {}


def register(text_id: str, text: str | Promise) -> str:
    """Add the words of a kind of event, with the names of its values as `%(name)s`. `%(person)s` is whoever caused it.

    Values stay in the thread for good, so that none may be the name of a person.
    """
    _texts[text_id] = text
    return text_id


def as_stored(text_id: str, values: Mapping[str, Value]) -> dict[str, object]:
    """Values as JSON can hold them. Raises KeyError where the event is not registered, or its words need another value."""
    stored: dict[str, object] = {
        name: {"date": value.isoformat()} if isinstance(value, date) else value for name, value in values.items()
    }
    _filled(_texts[text_id], stored, "")
    return stored


def words(event: Post, person: str) -> str:
    """What an event says. Of one that no feature knows any more nothing can be said."""
    text = _texts.get(event.event)
    return _filled(text, event.values, person) if text else ""


def _filled(text: str | Promise, values: Mapping[str, object], person: str) -> str:
    words = {
        name: date_format(date.fromisoformat(value["date"]), "DATE_FORMAT") if isinstance(value, dict) else value
        for name, value in values.items()
    }
    return str(text) % {**words, "person": person}


CLOSED = register("closed", _("The conversation was closed."))
CLOSED_BY = register("closed-by", _("%(person)s closed the conversation."))
REOPENED = register("reopened", _("The conversation was opened again."))
REOPENED_BY = register("reopened-by", _("%(person)s opened the conversation again."))
