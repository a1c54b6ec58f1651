"""An offering as a family reads it. What nobody has said is told as not said."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.directory.models import Offering
from allcity.site.directory.words import (
    DAYS,
    accommodation_name,
    ages,
    catalogue,
    fee,
    language_name,
    listing,
    times,
)


@dataclass(frozen=True)
class Session:
    """An offering in words; what may be empty is so where nobody has said it."""

    place: str
    address: str
    days: str
    times: str
    ages: str
    fee: str
    seats: str
    languages: str
    accommodations: str
    extras: str
    kept_for: str


def session(offering: Offering, *, currency: str) -> Session:
    """An offering in the language of the reader. `currency` is the city's own, for a fee that names none."""
    place = offering.location
    extras = ((offering.transport, _("brings students there")), (offering.food, _("gives food")))
    schools = [school.name for school in offering.partnership.schools.all()] if offering.partnership else []
    return Session(
        place=_("online") if offering.mode == Offering.Mode.ONLINE else place.name if place else _("place not said"),
        address=place.address if place and place.address != place.name else "",
        days=listing(str(name) for day, name in DAYS.items() if day in offering.days),
        times=times(offering.start_time, offering.end_time),
        ages=ages(offering.minimum_age, offering.maximum_age),
        fee=fee(offering.minimum_fee, offering.maximum_fee, offering.currency or currency),
        seats=_("not said") if offering.seats is None else catalogue().number(offering.seats),
        languages=listing(map(language_name, offering.languages)),
        accommodations=listing(map(accommodation_name, offering.accommodations)),
        extras=listing(words for told, words in extras if told),
        kept_for=listing(schools) or (_("certain schools") if offering.partnership else ""),
    )


def travel(minutes: float, mode: str) -> str:
    """How long the way is. It is an estimate from the distance, and says so."""
    number = max(round(minutes), 1)
    if mode == "walking":
        text = ngettext("about %(minutes)s minute on foot", "about %(minutes)s minutes on foot", number)
    else:
        text = ngettext("about %(minutes)s minute away", "about %(minutes)s minutes away", number)
    return text % {"minutes": catalogue().number(number)}
