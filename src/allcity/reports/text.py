"""The reports' words in each language, and how numbers, shares, dates and ranges are written in it."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from allcity.analysis.figures import Unit

LANGUAGES = ("en", "es")

_DECIMALS: Mapping[Unit, int] = {
    "count": 0,
    "hours": 0,
    "minutes": 0,
    "seats per 100 students": 1,
    "full-time equivalents": 1,
    "ratio": 2,
    "index": 2,
}


class Catalogue:
    """The texts of one language by dotted id, such as `sections.access.question`.

    A text may have named fields in braces. A text with the forms `one` and `other` is chosen by a count.
    """

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, text_id: str, /, **values: object) -> str:
        """The text with its fields filled. Raises KeyError where the catalogue has no such text."""
        return self._texts[text_id].format_map(values)

    def __contains__(self, text_id: str) -> bool:
        return text_id in self._texts

    def ids(self) -> tuple[str, ...]:
        """The ids of all texts, in the order of the file."""
        return tuple(self._texts)

    def plural(self, text_id: str, count: float, /, **values: object) -> str:
        """The form of a text that the count asks for; its field `count` is the number as written."""
        form = "one" if self.number(count) == "1" else "other"
        return self(f"{text_id}.{form}", count=self.number(count), **values)

    def counted(self, noun: str, count: float, /) -> str:
        """A number with its noun: `counted("schools", 12)` is "12 schools"."""
        return f"{self.number(count)} {self.plural(f'nouns.{noun}', count)}"

    def number(self, value: float, decimals: int = 0) -> str:
        """A rounded number with the language's marks; never "-0"."""
        text = f"{round(value, decimals) + 0.0:,.{decimals}f}"
        return text.translate({ord(","): self("format.thousands"), ord("."): self("format.decimal")})

    def share(self, value: float) -> str:
        """A share as a percentage. What is not all never reads 100 %, and what is not nothing never 0 %."""
        percent = abs(value) * 100
        if 0 < percent < 1 or 99 < percent < 100:
            text = self.number(min(max(percent, 0.1), 99.9), 1)
        else:
            text = self.number(percent)
        sign = "−" if value < 0 else ""
        return self("format.percent", number=sign + text)

    def amount(self, value: float, unit: Unit) -> str:
        """A value as it is written in its unit, the unit's name left out."""
        return self.share(value) if unit == "share" else self.number(value, _DECIMALS[unit])

    def between(self, low: float, high: float, unit: Unit) -> str:
        """A range in short, for tables and notes: "41–53%"."""
        if unit == "share":
            first, last = self.share(low), self.share(high)
            suffix = self("format.percent", number="")
            return f"{first.removesuffix(suffix)}–{last}"
        return f"{self.amount(low, unit)}–{self.amount(high, unit)}"

    def date(self, day: date) -> str:
        """A date in full words."""
        return self("format.date", day=day.day, month=self(f"months.{day.month}"), year=day.year)

    def listing(self, items: Sequence[str]) -> str:
        """Items as a sentence has them: "a, b and c"."""
        *first, last = items
        return self("format.and", first=", ".join(first), last=last) if first else last


@cache
def load_catalogue(language: str) -> Catalogue:
    """The texts of a language. Raises ValueError, naming the languages there are, for any other."""
    if language not in LANGUAGES:
        raise ValueError(f'Reports are not written in "{language}": choose one of {", ".join(LANGUAGES)}.')
    text = files("allcity.reports").joinpath(f"text/{language}.toml").read_text(encoding="utf-8")
    return Catalogue(language, dict(_flat(tomllib.loads(text))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    return [
        pair
        for key, value in table.items()
        for pair in (_flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", value)])
    ]
