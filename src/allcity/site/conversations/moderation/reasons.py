"""Reasons that come up again and again, each said in the language of whoever reads it."""

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User

Reasons = Mapping[str, str | Promise]

USUAL: Reasons = {
    "names": _("Full names of children or young people are in it. First names are enough."),
    "person": _("It tells something of a person that is theirs to tell."),
    "unkind": _("It is unkind to somebody. Say what should change instead."),
    "advertising": _("It reads like an advertisement. Tell what changed for students instead."),
    "elsewhere": _("It is not about music and students of this city."),
}
"""For whatever somebody wrote; a kind of contribution adds its own."""


def language_of(author: User | None, language: str) -> str:
    """The language in which an author reads why: theirs where they have an account, or else that in which they wrote."""
    asked = author.language if author else language
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_words(reasons: Reasons, chosen: str, own: str, language: str) -> str:
    """A reason that was chosen, in a language, and what was written to it."""
    with translation.override(language):
        usual = str(reasons[chosen]) if chosen else ""
    return "\n\n".join(filter(None, (usual, own.strip())))
