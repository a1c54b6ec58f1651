"""Every chart, as SVG: the staff of one figure, rows of notes, stacked bars, and the marks of the key.

A figure is a note. Its head stands at the value, filled when measured, open when estimated; a slur under it runs from
the low to the high bound. A broken slur that runs on to the right has no high bound: at least so much. A broken slur
from end to end without a note: not known. Nothing at all: withheld.

Colours are attributes, so that a drawing stands alone on paper; on a page the style sheet overrides `color` of the
classes met, unmet, unknown, soft and faint, and `fill` of the class open. Every drawing is made anew for a phone.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from allcity.reports.model import Picture, Tone

WIDE, NARROW = 640, 340
COLOURS = {
    "ink": "#221c30",
    "met": "#0b6b58",
    "unmet": "#b8401a",
    "unknown": "#6d6679",
    "soft": "#5d566b",
    "faint": "#cfc5b3",
    "paper": "#fbf8f2",
}
FONT = "'Atkinson Hyperlegible Next', system-ui, sans-serif"
_LETTER = 0.54
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Mark:
    """Where a figure stands on its scale. A `high` of None has no bound; without value and `low` nothing is known."""

    value: float | None
    low: float | None = None
    high: float | None = None
    tone: Tone = "met"
    estimated: bool = False


@dataclass(frozen=True)
class NoteRow:
    """A row of a chart: its label, its mark (None: withheld), its value in words and, smaller, its range."""

    label: str
    mark: Mark | None
    text: str
    range: str = ""


@dataclass(frozen=True)
class BarRow:
    """A row of a stacked bar: parts of a whole, each a share of 0 to 1 with its tone, and what the row comes to in words."""

    label: str
    parts: Sequence[tuple[Tone, float]]
    text: str


KEY: dict[str, Mark | Tone | Literal["place"]] = {
    "measured": Mark(0.5, 0.5, 0.5, "unknown"),
    "estimated": Mark(0.5, 0.5, 0.5, "unknown", estimated=True),
    "range": Mark(0.5, 0.15, 0.85, "unknown"),
    "at_least": Mark(0.15, 0.15, None, "unknown"),
    "not_known": Mark(None),
    "school_met": Mark(0.5, 0.5, 0.5, "met"),
    "school_unmet": Mark(0.5, 0.5, 0.5, "unmet"),
    "school_unknown": Mark(0.5, 0.5, 0.5, "unknown", estimated=True),
    "place": "place",
    "bar_met": "met",
    "bar_unmet": "unmet",
    "bar_unknown": "unknown",
}


def staff(mark: Mark | None, *, maximum: float, ends: tuple[str, str], alt: str) -> Picture:
    """One figure on a staff from 0 to `maximum`, whose two ends are labelled."""

    def draw(width: float) -> str:
        lines = "".join(f"M0 {14 + 7 * i}H{number(width)}" for i in range(5))
        labels = text(0, 68, ends[0], size=11.5) + text(width, 68, ends[1], size=11.5, anchor="end")
        scale = _scale(maximum, 12, width - 12)
        note = _note(mark, scale, width, head=28, slur=46, size=8, stem=True)
        return drawing(width, 73, f"{_rules(lines)}{tone('soft', labels)}{note}", alt)

    return Picture(alt, draw(WIDE), draw(NARROW))


def note_rows(rows: Sequence[NoteRow], *, maximum: float, ends: tuple[str, str], alt: str) -> Picture:
    """Figures of one kind under each other on a common scale from 0 to `maximum`."""

    def draw(width: float) -> str:
        left, right, stacked = _columns(
            width, [row.label for row in rows], [max(row.text, row.range, key=len) for row in rows]
        )
        scale = _scale(maximum, left + 10, right - 10)
        parts, top = [], 4.0
        for row in rows:
            label, height = _label(row.label, top, left if not stacked else right, stacked=stacked)
            middle = top + height - 22 if stacked else top + height / 2
            values = text(width, middle + (0 if row.range else 4.5), row.text, anchor="end")
            values += tone("soft", text(width, middle + 14, row.range, size=11, anchor="end")) if row.range else ""
            note = _note(row.mark, scale, right, head=middle, slur=middle + 6, size=6.5)
            parts.append(label + _rules(f"M{number(left)} {number(middle)}H{number(right)}") + note + values)
            top += height
        labels = text(left + 10, top + 12, ends[0], size=11) + text(
            right - 10, top + 12, ends[1], size=11, anchor="end"
        )
        return drawing(width, top + 18, "".join(parts) + tone("soft", labels), alt)

    return Picture(alt, draw(WIDE), draw(NARROW))


def stacked_bars(rows: Sequence[BarRow], *, alt: str) -> Picture:
    """Wholes under each other, each cut into met, unmet and unknown; the unknown part is hatched."""

    def draw(width: float) -> str:
        left, right, stacked = _columns(width, [row.label for row in rows], [row.text for row in rows])
        parts, top = [], 2.0
        for row in rows:
            label, height = _label(row.label, top, left if not stacked else right, stacked=stacked)
            middle = top + height - 22 if stacked else top + height / 2
            start = left
            for kind, share in row.parts:
                length = share * (right - left)
                if length >= 0.5:
                    bar = _bar(kind, start, middle - 6, max(length - 2, 0.5), 12)
                    parts.append(tone(kind, bar))
                start += length
            parts.append(label + text(width, middle + 4.5, row.text, anchor="end"))
            top += height
        return drawing(width, top + 4, "".join(parts), alt)

    return Picture(alt, draw(WIDE), draw(NARROW))


def key_mark(kind: str, alt: str) -> Picture:
    """One of the marks of `KEY` by itself, to stand beside its explanation."""
    drawn = KEY[kind]
    if isinstance(drawn, Mark):
        content = _note(drawn, _scale(1, 6, 54), 60, head=11, slur=17, size=6.5)
    elif drawn == "place":
        content = tone("soft", f'<path d="{diamond(30, 12, 4)}" fill="currentColor"/>')
    else:
        content = tone(drawn, _bar(drawn, 12, 6, 36, 12))
    svg = drawing(60, 28, content, alt)
    return Picture(alt, svg, svg)


def drawing(width: float, height: float, content: str, alt: str) -> str:
    """A whole SVG document that names itself as one image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" aria-label={quoteattr(plain(alt))} '
        f'color="{COLOURS["ink"]}" font-family="{FONT}" font-size="13">{content}</svg>'
    )


def tone(name: str, content: str) -> str:
    """A group in one of the colours."""
    return f'<g class="{name}" color="{COLOURS[name]}">{content}</g>'


def text(x: float, y: float, content: str, *, size: float = 13, anchor: str = "start", extra: str = "") -> str:
    """A line of text, its baseline at y."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    font = "" if size == 13 else f' font-size="{number(size)}"'
    return (
        f'<text x="{number(x)}" y="{number(y)}"{font}{where}{extra} fill="currentColor">{escape(plain(content))}</text>'
    )


def text_width(content: str, size: float = 13) -> float:
    """About how wide a text is, in pixels."""
    return len(content) * size * _LETTER


def number(value: float) -> str:
    """A coordinate to one decimal, as short as it can be written."""
    short = f"{value:.1f}".removesuffix(".0")
    return "0" if short == "-0" else short


def plain(content: str) -> str:
    """A text without the characters that no XML document may hold."""
    return _NOT_XML.sub("", content)


def diamond(x: float, y: float, size: float) -> str:
    """The path of a small diamond, the mark of a place."""
    step = number(size)
    return f"M{number(x)} {number(y - size)}l{step} {step}-{step} {step}-{step}-{step}z"


def _rules(path: str) -> str:
    return tone("faint", f'<path d="{path}" stroke="currentColor" fill="none"/>')


def _scale(maximum: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (end - start) * min(max(value / maximum, 0), 1)


def _note(
    mark: Mark | None,
    x: Callable[[float], float],
    right: float,
    *,
    head: float,
    slur: float,
    size: float,
    stem: bool = False,
) -> str:
    if mark is None:
        return ""
    if mark.value is None and mark.low is None:
        return tone("unknown", _slur(x(0), right - 10, slur, broken=True))
    low = mark.low if mark.low is not None else mark.value
    stands = low if mark.high is None else mark.value
    parts = ""
    if mark.high is None:
        parts += _open_slur(x(low or 0), right - 2, slur)
    elif low is not None and x(mark.high) - x(low) >= 3:
        parts += _slur(x(low), x(mark.high), slur)
    if stands is not None:
        at = x(stands)
        if stem:
            parts += _line(f"M{number(at + size * 0.85)} {number(head - 1)}V{number(head - 26)}", 2)
        fill = f'class="open" fill="{COLOURS["paper"]}"' if mark.estimated else 'fill="currentColor"'
        parts += (
            f'<ellipse rx="{number(size)}" ry="{number(size * 0.7)}" transform="translate({number(at)} {number(head)}) '
            f'rotate(-20)" {fill} stroke="currentColor" stroke-width="2"/>'
        )
    return tone(mark.tone, parts)


def _slur(start: float, end: float, y: float, *, broken: bool = False) -> str:
    depth = min(14, 3 + (end - start) / 12)
    path = f"M{number(start)} {number(y)}Q{number((start + end) / 2)} {number(y + depth)} {number(end)} {number(y)}"
    return _line(path, 2.2, broken=broken)


def _open_slur(start: float, end: float, y: float) -> str:
    """A tie that lets ring: it leaves the note and does not come back."""
    bend = min(start + 40, end)
    low = number(y + 8)
    path = f"M{number(start)} {number(y)}Q{number((start + bend) / 2)} {low} {number(bend)} {low}H{number(end)}"
    return _line(path, 2.2, broken=True)


def _line(path: str, width: float, *, broken: bool = False) -> str:
    dash = ' stroke-dasharray="2 6"' if broken else ""
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="{number(width)}" stroke-linecap="round"{dash}/>'


def _bar(kind: Tone, x: float, y: float, width: float, height: float) -> str:
    if kind != "unknown":
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        return f'<rect {place} rx="2" fill="currentColor"/>'
    lines, offset = "", 2.0
    while offset < width + height:
        bottom, top = min(offset, height), max(offset - width, 0)
        lines += f"M{number(x + offset - bottom)} {number(y + bottom)}L{number(x + offset - top)} {number(y + top)}"
        offset += 5
    frame = f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h-{number(width)}z"
    return f'<path d="{lines}{frame}" fill="none" stroke="currentColor" stroke-width="1.2"/>'


def _columns(width: float, labels: Sequence[str], values: Sequence[str]) -> tuple[float, float, bool]:
    """Where the marks begin and end, and whether labels stand above them because the drawing is narrow."""
    value_width = max((text_width(value) for value in values), default=0) + 12
    if width < WIDE:
        return 0, width - value_width, True
    label_width = max((text_width(label) for label in labels), default=0) + 14
    return min(label_width, width * 0.36), width - value_width, False


def _label(label: str, top: float, room: float, *, stacked: bool) -> tuple[str, float]:
    lines = wrapped(label, room - 10)
    height = 16 * len(lines) + 30 if stacked else max(33, 16 * len(lines) + 8)
    first = top + 12 if stacked else top + height / 2 + 4.5 - 8 * (len(lines) - 1)
    return "".join(text(0, first + 16 * i, line) for i, line in enumerate(lines)), height


def wrapped(content: str, room: float, size: float = 13) -> list[str]:
    """A text broken into lines that fit into `room` pixels; a word that is longer than that stays whole."""
    lines: list[str] = []
    for word in content.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
