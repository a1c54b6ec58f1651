"""Markdown for the pages that are made from the code."""

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`+[^`]+`+)")


def prose(text: str) -> str:
    """Plain text as Markdown: what stands between backticks is code, nothing else in it means anything."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(
        part if number % 2 else re.sub(r"([\\*_{}\[\]<>$|#~])", r"\\\1", part) for number, part in enumerate(parts)
    )


def paragraphs(text: str) -> str:
    """The paragraphs of a docstring as Markdown."""
    return "\n\n".join(prose(part) for part in re.split(r"\n\s*\n", text.strip()))


def code(text: object) -> str:
    """A name or value as it is typed."""
    return f"`{text}`"


def codes(values: Iterable[object]) -> str:
    return ", ".join(code(value) for value in values)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    # A bar ends the cell even within code.
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def page(title: str, introduction: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", introduction, *parts)) + "\n"
