"""What is wrong with a file, in words that the person who made it can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, and what to do.

    `row` is the row in a spreadsheet, where the header is row 1; in a TOML file it is the line.
    A notice asks to look again; only errors keep a folder from being read.
    """

    file: str
    message: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Literal["error", "notice"] = "error"

    @property
    def line(self) -> str:
        """ "row 5", or "line 5" of a TOML file."""
        return f"{'line' if self.file.endswith('.toml') else 'row'} {self.row}"

    @property
    def place(self) -> str:
        """The file, row and column, as far as they are known."""
        row = "" if self.row is None else f", {self.line}"
        column = "" if self.column is None else f", column {self.column}"
        return f"{self.file}{row}{column}"

    def __str__(self) -> str:
        value = "" if self.value is None else f" ({self.value!r})"
        return f"{self.place}{value}: {self.message} {self.remedy}"


class ProblemsError(Exception):
    """A file or folder that cannot be used, with every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
