"""Days, grades and money as a city's pages write them, beside the words that the finder has for offerings."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.analysis.city import GRADES
from allcity.site.directory.words import minor_digits
from allcity.site.finder.words import catalogue


def period(first: date, last: date | None) -> str:
    """The days from first to last; without a last day, since when."""
    start = date_format(first)
    if last is None:
        return _("since %(date)s") % {"date": start}
    return start if first == last else f"{start} – {date_format(last)}"


def money(minor: int, currency: str) -> str:
    """An amount of minor units, rounded to whole units of its currency. Nothing is 0, not free."""
    return f"{catalogue().number(minor / 10 ** minor_digits(currency))} {currency}"


def grades(codes: Iterable[str]) -> str:
    """Grades in short, those that follow each other as a span: "PK–5, 9–12"."""
    spans: list[list[int]] = []
    for number in sorted(GRADES.index(code) for code in codes if code in GRADES):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(GRADES[a] if a == b else f"{GRADES[a]}–{GRADES[b]}" for a, b in spans)
