"""On which line of a TOML document each key stands, which the standard library's reader does not tell."""

import re
import tomllib

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t]|#[^\n]*)*")
_BLANK_LINES = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2}(?!"))'
    r"|'''.*?'''(?:'{0,2}(?!'))"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def key_lines(document: str) -> dict[Path, int]:
    """The line, counted from 1, on which each key of a valid TOML document is first named.

    A path runs from the root; items of arrays, arrays of tables included, are numbered from 0. Tables that a longer
    header or a dotted key implies have a line too. The document must be one that `tomllib` reads.
    """
    return _Scanner(document.replace("\r\n", "\n")).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.counted_to = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.tables_in_array: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self.skip(_BLANK_LINES)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self.header()
            else:
                self.assignment(table)
            self.skip(_BLANK_LINES)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not a TOML document: character {self.at} is unexpected")
        self.at = match.end()
        return match.group()

    def take(self, mark: str) -> bool:
        taken = self.text.startswith(mark, self.at)
        self.at += len(mark) * taken
        return taken

    def note(self, path: Path) -> None:
        self.line += self.text.count("\n", self.counted_to, self.at)
        self.counted_to = self.at
        self.lines.setdefault(path, self.line)

    def header(self) -> Path:
        opening = "[[" if self.text.startswith("[[", self.at) else "["
        self.take(opening)
        *parents, last = self.key()
        path: Path = ()
        for part in parents:
            path = self.named(path, part)
            if path in self.tables_in_array:
                path = (*path, self.tables_in_array[path])
        path = self.named(path, last)
        if opening == "[[":
            self.tables_in_array[path] = self.tables_in_array.get(path, -1) + 1
            path = (*path, self.tables_in_array[path])
            self.note(path)
        self.take("]" * len(opening))
        return path

    def assignment(self, table: Path) -> None:
        path = table
        for part in self.key():
            path = self.named(path, part)
        self.take("=")
        self.skip(_BLANK)
        self.value(path)

    def named(self, parent: Path, part: str) -> Path:
        path = (*parent, part)
        self.note(path)
        return path

    def key(self) -> list[str]:
        parts = []
        while True:
            self.skip(_BLANK)
            quoted = self.text[self.at] in "\"'"
            part = self.skip(_STRING if quoted else _BARE_KEY)
            parts.append(str(tomllib.loads(f"key = {part}")["key"]) if quoted else part)
            self.skip(_BLANK)
            if not self.take("."):
                return parts

    def value(self, path: Path) -> None:
        if self.text[self.at] in "\"'":
            self.skip(_STRING)
        elif self.take("["):
            self.array(path)
        elif self.take("{"):
            self.inline_table(path)
        else:
            self.skip(_SCALAR)

    def array(self, path: Path) -> None:
        index = 0
        self.skip(_BLANK_LINES)
        while not self.take("]"):
            self.note((*path, index))
            self.value((*path, index))
            self.skip(_BLANK_LINES)
            self.take(",")
            self.skip(_BLANK_LINES)
            index += 1

    def inline_table(self, path: Path) -> None:
        self.skip(_BLANK_LINES)
        while not self.take("}"):
            self.assignment(path)
            self.skip(_BLANK_LINES)
            self.take(",")
            self.skip(_BLANK_LINES)
