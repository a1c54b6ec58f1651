"""The lines of keys in TOML documents, against what the writer of the document knows and what `tomllib` reads."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.declaration.toml_lines import Path, key_lines

SCALARS = (
    "1",
    "-0.5",
    "true",
    "inf",
    "2025-07-01",
    "1979-05-27 07:32:00Z",
    '"a # b"',
    r'"quote \" ] } = [x]"',
    "'literal \\'",
    '""',
    "''",
)
LONG_STRINGS = (
    '"""\n[not.a.table]\nkey = 1 # no comment\n"""',
    '"""two quotes at the end"""""',
    "'''\nkey = [\n''still in''\n'''",
    "'''one quote at the end''''",
    r'"""escaped \""" quotes"""',
)
KEYS = (
    ("plain-{}_", "plain-{}_"),
    ("{}", "{}"),
    ('"dotted.{}"', "dotted.{}"),
    ("'literal # {}'", "literal # {}"),
    (r'"escape \" \u00e9 {}"', 'escape " é {}'),
    ('"[{}]"', "[{}]"),
)
COMMENTS = ("", "  # comment = 1", " # [table]", '\t# "unclosed')


class Writer:
    """Writes a TOML document at random and notes the line of every key as it does so."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Path, int] = {}
        self.keys = 0

    def chance(self, most: int) -> int:
        return self.draw(st.integers(0, most))

    def pick(self, options: tuple[str, ...]) -> str:
        return self.draw(st.sampled_from(options))

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def end_line(self) -> None:
        self.text += self.pick(COMMENTS) + "\n" + self.pick(("", "\n", "# between\n"))

    def key(self, parent: Path) -> tuple[str, Path]:
        self.keys += 1
        raw, real = self.draw(st.sampled_from(KEYS))
        path = (*parent, real.format(self.keys))
        self.note(path)
        return raw.format(self.keys), path

    def assignment(self, table: Path, depth: int) -> None:
        raw, path = self.key(table)
        self.text += raw
        if not self.chance(2):
            self.text += self.pick((".", " . "))
            raw, path = self.key(path)
            self.text += raw
        self.text += self.pick(("=", " = "))
        self.value(path, depth)

    def value(self, path: Path, depth: int) -> None:
        kind = self.chance(4) if depth else self.chance(1)
        if kind == 2:
            self.array(path, depth - 1)
        elif kind == 3:
            self.text += "{"
            for index in range(self.chance(2)):
                self.text += ", " if index else " "
                self.assignment(path, depth - 1)
            self.text += " }"
        else:
            self.text += self.pick(LONG_STRINGS if kind == 1 else SCALARS)

    def array(self, path: Path, depth: int) -> None:
        self.text += "["
        for index in range(self.chance(3)):
            self.text += self.pick(("", "\n  ", " # comment ]\n"))
            self.note((*path, index))
            self.value((*path, index), depth)
            self.text += self.pick((",", " ,", ",\n"))
        self.text += self.pick(("", "\n")) + "]"

    def table(self, header: str, path: Path, depth: int) -> None:
        for _ in range(self.chance(3)):
            self.assignment(path, 2)
            self.end_line()
        for _ in range(self.chance(2) if depth else 0):
            raw, child = self.key(path)
            name = f"{header}.{raw}" if header else raw
            if self.chance(1):
                self.text += f"[{name}]"
                self.end_line()
                self.table(name, child, depth - 1)
            else:
                for index in range(1 + self.chance(2)):
                    self.note((*child, index))
                    self.text += f"[[ {name} ]]"
                    self.end_line()
                    self.table(name, (*child, index), depth - 1)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int]]:
    writer = Writer(draw)
    writer.table("", (), 2)
    return writer.text, writer.lines


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in items:
        yield (*path, name)
        yield from paths(child, (*path, name))


@given(documents())
def test_finds_every_key_that_tomllib_reads_on_the_line_where_it_was_written(
    document: tuple[str, dict[Path, int]],
) -> None:
    text, lines = document
    assert set(lines) == set(paths(tomllib.loads(text)))
    assert key_lines(text) == lines
    assert key_lines(text.replace("\n", "\r\n")) == lines


def test_a_city_file_by_hand() -> None:
    text = """\
# our city
[city]
id = "x"

[targets]
reach_minutes = 45
minutes_per_week = { PK-2 = 60, "3-5" = 90 }

[sections.access.questions.own]
text.en = '''
[not.a.table]
'''
text.es = "x"
levels = [
  "one", # first
  { en = "two" },
]
[[sources]]
a = 1
[[sources]]
[sources.b]
c = 1"""
    lines = key_lines(text)
    assert lines["city", "id"] == 3
    assert lines["targets", "minutes_per_week", "3-5"] == 7
    assert lines["sections",] == lines["sections", "access", "questions", "own"] == 9
    assert lines["sections", "access", "questions", "own", "text"] == 10
    assert lines["sections", "access", "questions", "own", "text", "es"] == 13
    assert lines["sections", "access", "questions", "own", "levels", 0] == 15
    assert lines["sections", "access", "questions", "own", "levels", 1, "en"] == 16
    assert lines["sources", 0, "a"] == 19
    assert lines["sources", 1] == 20
    assert lines["sources", 1, "b", "c"] == 22


def test_text_that_is_not_toml_is_refused() -> None:
    with pytest.raises(ValueError, match="not a TOML document"):
        key_lines("[city]\n= 3")
