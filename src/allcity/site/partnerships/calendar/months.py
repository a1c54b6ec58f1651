"""Months of a school year."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from allcity.analysis.city import year_dates, year_of

FURTHEST = 20
"""No calendar is asked for more years away."""


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str, otherwise: date) -> "Month":
        """The month that `2026-11` names; that of a day where it names none, or one far away."""
        try:
            found = cls.of(date.fromisoformat(f"{text}-01"))
        except ValueError:
            return cls.of(otherwise)
        return found if abs(found.year - otherwise.year) <= FURTHEST else cls.of(otherwise)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def code(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def school_year(self) -> int:
        return year_of(self.first)

    def after(self, months: int) -> "Month":
        """The one so many months later, or earlier."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)


def months_of(school_year: int) -> list[Month]:
    """The twelve months of a school year, in their order."""
    begins = Month.of(year_dates(school_year)[0])
    return [begins.after(number) for number in range(12)]
