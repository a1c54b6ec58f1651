"""What records hold as people say it: days, times, ages, languages, accommodations, money. What nobody has said is so told."""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

from django.utils.formats import date_format, number_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import GRADES
from allcity.reports.text import Catalogue, load_catalogue
from allcity.site.cities.models import City

DAYS = {
    "mo": _("Monday"),
    "tu": _("Tuesday"),
    "we": _("Wednesday"),
    "th": _("Thursday"),
    "fr": _("Friday"),
    "sa": _("Saturday"),
    "su": _("Sunday"),
}

LANGUAGES = {
    "en": _("English"),
    "es": _("Spanish"),
    "ase": _("American Sign Language"),
    "am": _("Amharic"),
    "ar": _("Arabic"),
    "bn": _("Bengali"),
    "zh": _("Chinese"),
    "fa": _("Persian"),
    "fr": _("French"),
    "de": _("German"),
    "gu": _("Gujarati"),
    "ht": _("Haitian Creole"),
    "hi": _("Hindi"),
    "hmn": _("Hmong"),
    "it": _("Italian"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "pa": _("Punjabi"),
    "ru": _("Russian"),
    "so": _("Somali"),
    "sw": _("Swahili"),
    "tl": _("Tagalog"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "vi": _("Vietnamese"),
    "yo": _("Yoruba"),
}

ACCOMMODATIONS = {
    "step_free": _("No steps"),
    "quiet_room": _("A quiet room"),
    "adapted_instruments": _("Adapted instruments"),
    "sign_language": _("Sign language"),
    "large_print": _("Large print or braille music"),
    "aide": _("Somebody to help"),
}

_ONE_UNIT = 100
_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def language_name(code: str) -> str:
    """A language in the reader's words; one that we have no word for by its code."""
    if code in LANGUAGES:
        return str(LANGUAGES[code])
    try:
        return str(capfirst(get_language_info(code)["name_translated"]))
    except KeyError:
        return code


def accommodation_name(code: str) -> str:
    """An accommodation in the reader's words; a code of the city's own with spaces."""
    return str(ACCOMMODATIONS.get(code) or capfirst(code.replace("_", " ")))


def contribution_title(city: City, code: str) -> str:
    """What a program gives, as the city's framework calls it; one that the city has dropped by its id."""
    contribution = city.settings.framework.contributions.get(code)
    return contribution.title.in_language(get_language() or "en") if contribution else code.replace("_", " ")


def contribution_titles(city: City, codes: Iterable[str]) -> list[str]:
    """What contributions are called, each by itself."""
    return [contribution_title(city, code) for code in codes]


def participant_title(city: City, code: str) -> str:
    """A kind of participant, as the city's framework calls it; one that the city has dropped by its id."""
    if not code:
        return gettext("kind not said")
    participant = city.settings.framework.participants.get(code)
    return participant.title.in_language(get_language() or "en") if participant else code.replace("_", " ")


def minor_digits(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def major(amount: int, currency: str) -> Decimal:
    """An amount of minor units in whole units of the currency."""
    return Decimal(amount).scaleb(-minor_digits(currency))


def minor(amount: Decimal, currency: str) -> int:
    """An amount of the currency in its minor units."""
    return int(amount.scaleb(minor_digits(currency)).to_integral_value())


def money(amount: int, currency: str) -> str:
    """An amount of minor units as a reader sees it."""
    if amount == 0:
        return gettext("free")
    value = major(amount, currency)
    return f"{number_format(value, 0 if value == value.to_integral_value() else minor_digits(currency))} {currency}"


def joined(words: Iterable[str]) -> str:
    """Words in a row."""
    return ", ".join(words)


def catalogue() -> Catalogue:
    """How numbers and listings are written in the language of the reader."""
    return load_catalogue((get_language() or "en").partition("-")[0])


def listing(items: Iterable[str]) -> str:
    """Items as a sentence has them, "a, b and c"; empty where there is none."""
    found = list(items)
    return catalogue().listing(found) if found else ""


def period(first: date, last: date | None, *, dates: int = 1) -> str:
    """The days from first to last, or since when; and on how many different dates one may begin, where they are several."""
    start = date_format(first)
    if last is None:
        return gettext("since %(date)s") % {"date": start}
    days = start if first == last else f"{start} – {date_format(last)}"
    return days if dates == 1 else gettext("%(dates)s different dates, %(period)s") % {"dates": dates, "period": days}


def times(start: time | None, end: time | None) -> str:
    """The time of day from start to end, as far as it is known."""
    if start is None:
        return "" if end is None else gettext("until %(time)s") % {"time": time_format(end)}
    return time_format(start) if end is None else f"{time_format(start)} – {time_format(end)}"


def grades(codes: Iterable[str]) -> str:
    """Grades in short, those that follow each other as a span: "PK–5, 9–12"."""
    spans: list[list[int]] = []
    for number in sorted(GRADES.index(code) for code in codes if code in GRADES):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(GRADES[a] if a == b else f"{GRADES[a]}–{GRADES[b]}" for a, b in spans)


def ages(minimum: float | None, maximum: float | None) -> str:
    """The ages that an offering is for; one end alone is "from 8" or "up to 14"."""
    if minimum is None and maximum is None:
        return gettext("not said")
    if maximum is None:
        return gettext("from %(age)s") % {"age": f"{minimum:g}"}
    if minimum is None:
        return gettext("up to %(age)s") % {"age": f"{maximum:g}"}
    return f"{minimum:g}" if minimum == maximum else f"{minimum:g}–{maximum:g}"


def fee(minimum: int | None, maximum: int | None, currency: str) -> str:
    """What an offering costs; both ends are minor units of the currency."""
    if maximum == 0:
        return gettext("free")
    if maximum is None:
        return gettext("not said") if minimum is None else gettext("from %(fee)s") % {"fee": money(minimum, currency)}
    if minimum == maximum:
        return money(maximum, currency)
    if minimum is None or 0 < minimum < _ONE_UNIT:  # a cent as the least only says that it is not free
        return gettext("up to %(fee)s") % {"fee": money(maximum, currency)}
    return gettext("%(least)s to %(most)s") % {"least": money(minimum, currency), "most": money(maximum, currency)}


def amount(minor_units: int, currency: str) -> str:
    """An amount of minor units, rounded to whole units of its currency. Nothing is 0, not free."""
    return f"{catalogue().number(minor_units / 10 ** minor_digits(currency))} {currency}"


def key_of_schools() -> list[tuple[str, str]]:
    """What the marks of schools on a map of access mean: each mark with its words."""
    return [(tone, catalogue()(f"key.school_{tone}")) for tone in ("met", "unmet", "unknown")]
