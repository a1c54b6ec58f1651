"""What a command said, and the type of what runs one."""

from collections.abc import Callable
from typing import NamedTuple


class Said(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]
REPORT = {
    "report.html",
    "report.pdf",
    "figures.json",
    "schools.csv",
    "ledger.csv",
    "needs_derived.csv",
    "figures.xlsx",
}
