"""Codes of the directory as people say them: days, languages, accommodations, money, yes and no."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _

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
    """What a program gives, as the city's framework calls it."""
    contribution = city.settings.framework.contributions.get(code)
    return contribution.title.in_language(get_language() or "en") if contribution else code


def participant_title(city: City, code: str) -> str:
    """A kind of participant, as the city's framework calls it."""
    participant = city.settings.framework.participants.get(code)
    return participant.title.in_language(get_language() or "en") if participant else code


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
