"""What is wrong with a file, in words that the person who made it can act on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from allcity.declaration.messages import Message, Translate, told


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
        if self.file.endswith(".toml"):
            return Message("line {number}", number=self.row)
        return Message("row {number}", number=self.row)

    def told(self, translate: Translate = str) -> str:
        """The file, row and column as far as they are known, what is wrong there, and what to do."""
        place = [self.file]
        if self.row is not None:
            place.append(told(self.line, translate))
        if self.column is not None:
            place.append(told(Message("column {name}", name=self.column), translate))
        value = "" if self.value is None else f" ({self.value!r})"
        return f"{', '.join(place)}{value}: {told(self.message, translate)} {told(self.remedy, translate)}"

    def __str__(self) -> str:
        return self.told()


class ProblemsError(Exception):
    """A file or folder that cannot be used, with every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
