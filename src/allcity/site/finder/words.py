"""An offering as a family reads it. What nobody has said is told as not said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.reports.text import Catalogue, load_catalogue
from allcity.site.directory.models import Offering
from allcity.site.directory.words import DAYS as DAY_NAMES
from allcity.site.directory.words import accommodation_name, language_name, money
from allcity.site.finder.query import DAYS

_ONE_UNIT = 100


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
        days=listing(str(DAY_NAMES[day]) for day in DAYS if day in offering.days),
        times=times(offering.start_time, offering.end_time),
        ages=ages(offering.minimum_age, offering.maximum_age),
        fee=fee(offering.minimum_fee, offering.maximum_fee, offering.currency or currency),
        seats=_("not said") if offering.seats is None else catalogue().number(offering.seats),
        languages=listing(map(language_name, offering.languages)),
        accommodations=listing(map(accommodation_name, offering.accommodations)),
        extras=listing(words for told, words in extras if told),
        kept_for=listing(schools) or (_("certain schools") if offering.partnership else ""),
    )


def catalogue() -> Catalogue:
    """How numbers and listings are written in the language of the reader."""
    return load_catalogue((get_language() or "en").partition("-")[0])


def listing(items: Iterable[str]) -> str:
    """Items as a sentence has them, "a, b and c"; empty where there is none."""
    found = list(items)
    return catalogue().listing(found) if found else ""


def period(first: date, last: date, dates: int) -> str:
    """From the first day to the last, and on how many different dates one may begin."""
    start = date_format(first)
    words = start if first == last else f"{start} – {date_format(last)}"
    return words if dates == 1 else _("%(dates)s different dates, %(period)s") % {"dates": dates, "period": words}


def times(start: time | None, end: time | None) -> str:
    """The time of day from start to end, as far as it is known."""
    if start is None:
        return "" if end is None else _("until %(time)s") % {"time": time_format(end)}
    return time_format(start) if end is None else f"{time_format(start)} – {time_format(end)}"


def ages(minimum: float | None, maximum: float | None) -> str:
    """The ages that an offering is for; one end alone is "from 8" or "up to 14"."""
    if minimum is None and maximum is None:
        return _("not said")
    if maximum is None:
        return _("from %(age)s") % {"age": f"{minimum:g}"}
    if minimum is None:
        return _("up to %(age)s") % {"age": f"{maximum:g}"}
    return f"{minimum:g}" if minimum == maximum else f"{minimum:g}–{maximum:g}"


def fee(minimum: int | None, maximum: int | None, currency: str) -> str:
    """What an offering costs; both ends are minor units of the currency."""
    if maximum == 0:
        return _("free")
    if maximum is None:
        return _("not said") if minimum is None else _("from %(fee)s") % {"fee": money(minimum, currency)}
    if minimum == maximum:
        return money(maximum, currency)
    if minimum is None or 0 < minimum < _ONE_UNIT:  # a cent as the least only says that it is not free
        return _("up to %(fee)s") % {"fee": money(maximum, currency)}
    return _("%(least)s to %(most)s") % {"least": money(minimum, currency), "most": money(maximum, currency)}


def travel(minutes: float, mode: str) -> str:
    """How long the way is. It is an estimate from the distance, and says so."""
    number = max(round(minutes), 1)
    if mode == "walking":
        text = ngettext("about %(minutes)s minute on foot", "about %(minutes)s minutes on foot", number)
    else:
        text = ngettext("about %(minutes)s minute away", "about %(minutes)s minutes away", number)
    return text % {"minutes": catalogue().number(number)}
