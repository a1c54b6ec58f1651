"""Short names of cities: the first word of every address of a city, which is made once and stays."""

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.utils.translation import gettext as _

from allcity.site.cities.models import City

LONGEST = 60
KEPT_FREE = frozenset({"admin", "api", "hsds", "media", "static", "editors", "documents", "sign-in"})
"""Short names that no city may have, beside the site's languages and the first words of its own addresses."""


class CityNameError(ValueError):
    """A short name that a city cannot have, with the reason and the remedy in words."""


class CityExistsError(CityNameError):
    """There is a city with this short name already."""


def check_short_name(short: str) -> None:
    """See that a new city may have this short name. Raises CityNameError, or CityExistsError where one has it."""
    if len(short) > LONGEST:
        raise CityNameError(
            _("“%(name)s” is too long for a short name. Choose one of at most %(longest)s letters.")
            % {"name": short, "longest": LONGEST}
        )
    if short in _words_of_the_site():
        raise CityNameError(
            _("“%(name)s” is kept free for the site's own addresses. Choose another short name.") % {"name": short}
        )
    if City.objects.filter(slug=short).exists():
        raise CityExistsError(
            _("A city has the short name “%(name)s” already. Choose another short name.") % {"name": short}
        )


def is_free(short: str) -> bool:
    """Whether a new city may have this short name."""
    try:
        check_short_name(short)
    except CityNameError:
        return False
    return True


@cache
def _words_of_the_site() -> frozenset[str]:
    return KEPT_FREE | {code for code, _name in settings.LANGUAGES} | set(_first_words(get_resolver()))


def _first_words(resolver: URLResolver) -> Iterator[str]:
    """The first words of all addresses that are not a city's."""
    for each in resolver.url_patterns:
        first = str(each.pattern).lstrip("^").partition("/")[0]
        is_prefix = first in ("", *dict(settings.LANGUAGES)) or "<" in first or "(" in first
        if first and not is_prefix:
            yield first
        elif isinstance(each, URLResolver) and "<" not in first:
            yield from _first_words(each)
