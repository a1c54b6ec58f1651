"""A report as every renderer takes it: sections of answers, figures, pictures and tables, in one language, in words.

Nothing in it knows HTML, paper or spreadsheet. All texts are plain: whoever writes them out escapes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Tone = Literal["met", "unmet", "unknown"]


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, made twice: `wide` for page and print, `narrow` for a phone. `alt` says what it shows."""

    alt: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Column:
    """A column of a table, with how its cells stand."""

    title: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of plain text; the first column names the row. `folded` tables are long or stand behind a picture."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


@dataclass(frozen=True)
class Reading:
    """One figure in words: its value, the range that the unknowns allow, and what it rests on."""

    figure_id: str
    title: str
    value: str
    range: str
    basis: str
    tone: Tone
    picture: Picture | None = None


@dataclass(frozen=True)
class Entry:
    """A term with what is to be said of it, such as a source, a definition or a step."""

    term: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """A part of a section. Renderers show what there is of it in the order of the fields.

    `key` explains the marks of the picture. `numbered` entries have an order that matters.
    """

    heading: str = ""
    text: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    picture: Picture | None = None
    key: tuple[tuple[Picture, str], ...] = ()
    tables: tuple[Table, ...] = ()
    entries: tuple[Entry, ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class Section:
    """A question with its answer in a sentence, and the evidence."""

    id: str
    question: str
    answer: str
    blocks: tuple[Block, ...]
    text: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A city-year's report in one language. `key` explains the marks: what a drawing looks like, what it means."""

    language: str
    title: str
    city: str
    year: str
    headline: str
    lede: str
    generated: date
    colophon: tuple[str, ...]
    key: tuple[tuple[Picture, str], ...]
    sections: tuple[Section, ...]

    def tables(self) -> Iterator[Table]:
        """Every table of the report, in order."""
        for section in self.sections:
            for block in section.blocks:
                yield from block.tables
