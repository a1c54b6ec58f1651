"""Counts of students that a city's records hold and its pages must not show: those that its public tables leave out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from allcity.formats.folder import CityFolder
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City
from allcity.site.insight.models import Weighing

COUNTED = {
    "enrolled": ("baselines", "students_enrolled", ("school_id", "year")),
    "without_place": ("baselines", "students_without_place", ("school_id", "year")),
    "deliveries": ("deliveries", "students", ("delivery_id",)),
    "needs": ("needs", "amount", ("need_id",)),
    "answers": ("answers", "number", ("answer_id",)),
}
"""What is weighed: a table, its column of counts, and the columns that tell its rows apart."""


@dataclass(frozen=True)
class Withheld:
    """Which counts are not shown. Until the newest records have been weighed, none is shown."""

    keys: dict[str, frozenset[tuple[Any, ...]]] | None

    def hides(self, kind: str, *key: Any) -> bool:
        """Whether a count of one of the kinds of `COUNTED` must not be shown."""
        return self.keys is None or key in self.keys[kind]


def withheld_counts(city: City) -> Withheld:
    """The counts that no page of the city may show."""
    return kept(city, Withheld, lambda: _withheld(city))


def hides_answers(city: City) -> Callable[[str], bool]:
    """Whether the count of an answer, by its id, must not be shown on any page of the city."""
    withheld = withheld_counts(city)
    return lambda key: withheld.hides("answers", key)


def _withheld(city: City) -> Withheld:
    weighed = Weighing.objects.of(city).filter(data_version=city.data_version).first()
    if weighed is None or not COUNTED.keys() <= weighed.withheld.keys():
        return Withheld(None)
    return Withheld({kind: frozenset(map(tuple, weighed.withheld[kind])) for kind in COUNTED})


def left_out(folder: CityFolder, shown: CityFolder) -> dict[str, list[list[Any]]]:
    """What the records as everybody may have them leave out, by the kinds of `COUNTED`."""
    found = {}
    for kind, (table, column, key) in COUNTED.items():
        told, left = (
            each.tables[table].filter(pl.col(column).is_not_null()).select(key).unique() for each in (folder, shown)
        )
        found[kind] = [list(row) for row in sorted(told.join(left, on=key, how="anti").rows())]
    return found
