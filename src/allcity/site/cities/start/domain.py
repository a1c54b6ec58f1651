"""Starting a city: it begins as a draft with its founder as coordinator, and as little as a city.toml can say."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import create_city
from allcity.site.cities.models import City
from allcity.site.cities.names import LONGEST, CityNameError, is_free
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.cities.settings.document import edited

MOST_DRAFTS = 5
COUNTED_DAYS = 7
"""How long a draft that was discarded still counts, so that nobody begins one after another to send mail from each."""
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
    if not short:
        message = _("“%(name)s” makes no short name that is free. Choose a short name.") % {"name": name}
        raise ValidationError({"short_name": message})
    values = {"id": short, "name": name, "state": state, "country": country, "time_zone": time_zone}
    text = edited(HEAD, {("city", key): value for key, value in values.items() if value})
    with transaction.atomic():
        # Whoever sends the form twice at once waits here.
        User.objects.select_for_update().get(pk=user.pk)
        if drafts_of(user) >= MOST_DRAFTS:
            raise ValidationError(
                _("You have begun %(number)s cities that are not public yet. Go on with one of them, or wait a week.")
                % {"number": MOST_DRAFTS}
            )
        try:
            return create_city(settings_text=text, founder=user)
        except CityNameError as error:
            raise ValidationError({"short_name": str(error)}) from None


def drafts_of(user: User) -> int:
    """How many cities somebody coordinates that are not public, with those that they have discarded lately."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    discarded = City.history.filter(history_type="-", history_user=user, history_date__gt=since)
    return coordinated_by(user).filter(is_public=False).count() + discarded.count()


def free_short_name(name: str, state: str) -> str:
    """The city's name as its addresses have it, with the state where the name alone is taken; empty where both are."""
    alone = slugify(name)[:LONGEST].strip("-")
    with_state = slugify(f"{name} {state}")[:LONGEST].strip("-")
    return next((short for short in (alone, with_state) if short and is_free(short)), "")
