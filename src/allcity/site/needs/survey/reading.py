"""What somebody types, as a value or with what is wrong about it, and values as people write them."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.site.directory.words import major, minor
from allcity.site.needs.survey.questions import Given, Question

_THOUSANDS = re.compile(r"\d{1,3}([.,]\d{3})+")
_NUMBER = re.compile(r"\d{1,15}([.,]\d{1,6})?")


def read_value(question: Question, text: str) -> Any:
    """The value of a text that somebody typed. Raises ValidationError."""
    if question.kind == "text":
        return _short(question, text)
    if question.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError(_("Write the day as year, month and day, such as 2026-05-31.")) from None
    number = read_number(text, whole=question.kind == "whole")
    return minor(number, question.currency) if question.kind == "money" else _plain(number)


def read_number(text: str, *, whole: bool = False) -> Decimal:
    """A number as people write it: "1.5" and "1,5" in any language, "1,200" for a count or where a comma parts thousands.

    Raises ValidationError.
    """
    plain = re.sub(r"[\s\u00a0\u202f$']", "", text)
    if plain.startswith("-"):
        raise ValidationError(_("Write 0 or more."))
    if _THOUSANDS.fullmatch(plain) and (whole or ("," in plain and (get_language() or "en").startswith("en"))):
        return Decimal(re.sub("[.,]", "", plain))
    if not _NUMBER.fullmatch(plain):
        raise ValidationError(_("“%(text)s” is not a number. Write digits alone, such as 12.") % {"text": text[:30]})
    number = Decimal(plain.replace(",", "."))
    if whole and number != number.to_integral_value():
        raise ValidationError(_("Write a whole number."))
    return number


def check_value(question: Question, value: Any, *, students: int | None) -> None:
    """Raise ValidationError, which says what to do, where a number cannot be."""
    if question.kind not in ("number", "whole", "money"):
        return
    if value > question.most:
        most = major(int(question.most), question.currency) if question.kind == "money" else question.most
        raise ValidationError(_("That is more than can be. Write at most %(most)s.") % {"most": number_format(most)})
    if question.of_students and students is not None and value > students:
        words = ngettext(
            "In this school year the school has %(students)s student. Write no more; if that is out of date, tell the "
            "city's coordinator, who can correct it.",
            "In this school year the school has %(students)s students. Write no more; if that is out of date, tell the "
            "city's coordinator, who can correct it.",
            students,
        )
        raise ValidationError(words % {"students": number_format(students)})


def typed(question: Question, value: Any) -> str:
    """A value as it stands in a field: numbers in the reader's language, and short."""
    if value is None:
        return ""
    if question.kind == "money":
        value = _units(question, value)
    if question.kind in ("number", "whole", "money"):
        return str(number_format(_plain(Decimal(str(value))), force_grouping=False))
    return str(value)


def in_words(question: Question, given: Given) -> str:
    """What was said, as a reader reads it."""
    if given.is_unknown:
        return _("I don't know")
    value = given.value
    if value is None:
        return _("no answer yet")
    titles = {each.code: str(each.title) for each in question.choices}
    if question.kind == "choice":
        return titles.get(value, str(value))
    if question.kind == "codes":
        return ", ".join(titles.get(code, code) for code in value) or str(question.none)
    if question.kind == "date":
        return date_format(date.fromisoformat(value))
    if question.kind == "money":
        return f"{number_format(_units(question, value))} {question.currency}"
    return typed(question, value)


def _units(question: Question, value: int) -> Decimal | int:
    """An amount of minor units in whole units, without decimals where there are none."""
    amount = major(value, question.currency)
    return int(amount) if amount == int(amount) else amount


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _short(question: Question, text: str) -> str:
    if len(text) > question.most:
        words = _("That is %(length)s characters; there is room for %(most)s.")
        raise ValidationError(words % {"length": number_format(len(text)), "most": number_format(int(question.most))})
    if "\0" in text:
        raise ValidationError(_("This holds a character that no text has. Type it anew."))
    return text
