"""The catalogue of notices: what each kind says, and how it reaches people who have not chosen otherwise.

The database holds a kind's id and its values; the wording is here, so that it is read in the language of whoever reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", _("A mail at once")
    DIGEST = "digest", _("In one mail a day, with all else")
    OFF = "off", _("No mail")


@dataclass(frozen=True)
class Kind:
    """A kind of notice. `text` holds the names of its values as `%(name)s`; `title` names it where mail is chosen."""

    id: str
    title: str | Promise
    text: str | Promise
    delivery: Delivery = Delivery.DIGEST

    def words(self, values: Mapping[str, object]) -> str:
        """What the notice says, in the language of the moment. Raises KeyError where a value is missing."""
        return str(self.text) % values


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind to the catalogue."""
    _kinds[kind.id] = kind
    return kind


def kinds() -> dict[str, Kind]:
    """Every kind, by its id."""
    return _kinds


MAIL_STOPPED = register(
    Kind(
        "mail-stopped",
        _("Mail to somebody in your city does not arrive"),
        _("Mail to somebody in your city does not arrive, and was stopped. The page of people shows whose it is."),
    )
)
INVITATION_STOPPED = register(
    Kind(
        "invitation-stopped",
        _("An invitation that you sent did not arrive"),
        _("An invitation that you sent did not arrive. The page of people shows which; ask for another address."),
    )
)
ASKED_TO_JOIN = register(
    Kind(
        "asked-to-join",
        _("Somebody asks to join your city, or to look after a school or organization"),
        _("%(person)s asks for a role."),
    )
)
