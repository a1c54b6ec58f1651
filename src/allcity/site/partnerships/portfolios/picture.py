"""How many partnerships stand at each step of each criterion, drawn: a column for each step, so that it needs no colour."""

from collections.abc import Mapping, Sequence

from allcity.reports.charts import NARROW, WIDE, drawing, number, text, tone, wrapped
from allcity.reports.model import Picture

STEPS: Sequence[int | None] = (1, 2, 3, 4, None)
_TALLEST, _LABEL = 26.0, 250.0


def steps_picture(rows: Sequence[tuple[str, Mapping[int | None, int]]], *, unknown: str, alt: str) -> Picture:
    """Rows of a criterion's name and how many stand at each step; None is how many cannot be told, named by `unknown`."""

    def draw(width: float) -> str:
        stacked = width < WIDE
        left = 0.0 if stacked else _LABEL
        step = (width - left) / len(STEPS)
        parts, top = [_heads(left, step, unknown)], 24.0
        for label, counts in rows:
            lines = wrapped(label, (width if stacked else _LABEL) - 10)
            first = top + 13 if stacked else top + 34 - 8 * (len(lines) - 1)
            parts += [text(0, first + 16 * at, line) for at, line in enumerate(lines)]
            base = top + 44 + (16 * len(lines) if stacked else max(0, 16 * len(lines) - 32))
            most = max((counts.get(one, 0) for one in STEPS), default=0)
            for at, one in enumerate(STEPS):
                parts.append(
                    _column(left + at * step, base, step - 10, counts.get(one, 0), most, is_known=one is not None)
                )
            top = base + 8
        return drawing(width, top, "".join(parts), alt)

    return Picture(alt, draw(WIDE), draw(NARROW))


def _heads(left: float, step: float, unknown: str) -> str:
    heads = (str(one) if one else unknown for one in STEPS)
    return tone("soft", "".join(text(left + at * step, 12, head, size=11.5) for at, head in enumerate(heads)))


def _column(x: float, base: float, width: float, count: int, most: int, *, is_known: bool) -> str:
    height = _TALLEST * count / most if most else 0.0
    rule = tone("faint", f'<path d="M{number(x)} {number(base)}h{number(width)}" stroke="currentColor" fill="none"/>')
    label = (
        text(x, base - height - 3, str(count), size=11.5) if count else tone("soft", text(x, base - 3, "0", size=11.5))
    )
    place = f'x="{number(x)}" y="{number(base - height)}" width="{number(width)}" height="{number(height)}"'
    filled = 'fill="currentColor"' if is_known else 'fill="none" stroke="currentColor"'
    return rule + label + (tone("met" if is_known else "unknown", f"<rect {place} {filled}/>") if height else "")
