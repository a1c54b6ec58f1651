"""Starting a city: it begins as a draft with its founder as coordinator, and as little as a city.toml can say."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import CityExistsError, create_city
from allcity.site.cities.models import City, Role
from allcity.site.cities.settings.document import edited

MOST_DRAFTS = 5
LONGEST_SHORT_NAME = 60
KEPT_FREE = frozenset({"admin", "api", "hsds", "media", "static", "editors", "documents", "sign-in", "en", "es"})
"""Short names that no city may have, beside the first words of the site's own addresses."""
HEAD = """\
# Who the city is. Everything else is as it comes with Allcity; the reference of city.toml shows what else a city may
# decide for itself, and the pages of its settings change it here.

[city]
"""


def start_city(
    *, name: str, state: str = "", country: str = "US", time_zone: str, short_name: str = "", user: User
) -> City:
    """Start a city as a draft, of which the user becomes coordinator. The short name is made of the name unless given.

    Raises ValidationError where the short name is taken or the user has too many drafts, CityFileError for bad values.
    """
    short = short_name or free_short_name(name, state)
    if not short or not is_free(short):
        message = _("“%(name)s” is taken or kept free. Choose another short name.") % {"name": short or slugify(name)}
        raise ValidationError({"short_name": message})
    values = {"id": short, "name": name, "state": state, "country": country, "time_zone": time_zone}
    text = edited(HEAD, {("city", key): value for key, value in values.items() if value})
    with transaction.atomic():
        # Whoever sends the form twice at once waits here.
        User.objects.select_for_update().get(pk=user.pk)
        if drafts_of(user) >= MOST_DRAFTS:
            raise ValidationError(
                _("You have %(number)s cities that are not public yet. Go on with one of them first.")
                % {"number": MOST_DRAFTS}
            )
        try:
            return create_city(settings_text=text, founder=user)
        except CityExistsError:
            raise ValidationError({"short_name": _("This short name has just been taken. Choose another.")}) from None


def drafts_of(user: User) -> int:
    """How many cities somebody coordinates that are not public."""
    return City.objects.filter(is_public=False, memberships__user=user, memberships__role=Role.COORDINATOR).count()


def free_short_name(name: str, state: str) -> str:
    """The city's name as its addresses have it, with the state where the name alone is taken; empty where both are."""
    alone = slugify(name)[:LONGEST_SHORT_NAME].strip("-")
    with_state = slugify(f"{name} {state}")[:LONGEST_SHORT_NAME].strip("-")
    return next((short for short in (alone, with_state) if short and is_free(short)), "")


def is_free(short: str) -> bool:
    """Whether a city may have this short name."""
    return short not in KEPT_FREE | set(_first_words(get_resolver())) and not City.objects.filter(slug=short).exists()


def _first_words(resolver: URLResolver) -> Iterator[str]:
    """The first words of all addresses that are not a city's."""
    for each in resolver.url_patterns:
        first = str(each.pattern).lstrip("^").partition("/")[0]
        is_prefix = first in ("", "en", "es") or "<" in first or "(" in first
        if first and not is_prefix:
            yield first
        elif isinstance(each, URLResolver) and "<" not in first:
            yield from _first_words(each)
        elif isinstance(each, URLPattern):
            continue
