"""What somebody asks the finder."""

from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext_lazy as _

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
TIMES = {
    "daytime": _("on weekdays before 2 p.m."),
    "after_school": _("after school, 2 to 6 p.m."),
    "evening": _("on weekdays from 6 p.m."),
    "weekend": _("on the weekend"),
}
"""Parts of the week. Each beginning of an offering is in one of them; where the parts of a weekday begin is our own choice."""
AFTERNOON, EVENING = time(14), time(18)
SORTS = {"nearest": _("nearest first"), "soonest": _("soonest first"), "cheapest": _("lowest fee first")}


@dataclass(frozen=True)
class Origin:
    """Where somebody comes from: what to call it, where it is in degrees, and the school that it is, by its key."""

    name: str
    latitude: float
    longitude: float
    school: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Query:
    """What somebody looks for. Whatever is empty or None narrows nothing; all the rest has to hold at once.

    `fee` is in minor units, `minutes` are of travel from the origin, `days` and `times` are those that suit. `exact`
    takes words as they are written.
    """

    what: str = ""
    exact: bool = False
    age: float | None = None
    grade: str = ""
    days: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    fee: int | None = None
    language: str = ""
    accommodations: frozenset[str] = frozenset()
    contribution: str = ""
    mode: str = ""
    transport: bool = False
    food: bool = False
    origin: Origin | None = None
    minutes: float | None = None
    sort: str = ""
