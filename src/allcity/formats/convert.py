"""Turn the text of one cell of an export into the text that a city folder holds: the converters of a mapping.

Each takes the trimmed, filled text of a cell and gives the folder's text for it, or an empty text where it names no
value. What cannot be read raises `ValueError` with a sentence that says what the text should look like.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any, Literal

from allcity.analysis.city import GRADES
from allcity.declaration.messages import Message
from allcity.formats.columns import LIST_SEPARATOR, Column, Kind

CellPart = Literal["start", "end", "minimum", "maximum", "latitude", "longitude"]
ConverterName = Literal[
    "text",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "seconds",
    "time_range",
    "year",
    "list",
    "grade",
    "grades",
    "identifier",
    "money",
    "money_range",
    "range",
    "point",
]

YES = {"y", "yes", "true", "t", "1", "1.0", "x", "si", "s", "verdadero"}
NO = {"n", "no", "false", "f", "0", "0.0", "falso"}
GRADE_WORDS = {
    "PREK": "PK",
    "PREKINDERGARTEN": "PK",
    "PREKINDER": "PK",
    "PRESCHOOL": "PK",
    "KG": "K",
    "KINDERGARTEN": "K",
    "KINDER": "K",
    "0": "K",
}
LONGEST_IDENTIFIER = 60
NOON = 12 * 60
DAY = 24 * 60

_TIME = r"(\d{1,2})(?::(\d{2}))?(?::00(?:\.0+)?)?\s*([ap]\.?\s?m\.?)?"
_TO = r"\s*(?:-+|–|—|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\ba\b)\s*"
_AMOUNT = r"[$€£]?\s*(\d[\d,]*(?:\.\d+)?)"


@dataclass(frozen=True)
class Options:
    """What a mapping says of a column beside its converter: see `allcity.formats.mapping.ColumnMapping`."""

    codes: Mapping[str, str] = field(default_factory=dict)
    exact: bool = False
    formats: tuple[str, ...] = ()
    separator: str | None = None
    part: CellPart | None = None


@dataclass(frozen=True)
class Converter:
    """A way to read a cell: the kinds of columns it fills, and the parts that it can give, of which one is chosen.

    `by_item` is true where code lists apply to the items of a cell instead of the whole.
    """

    read: Callable[[str, Options], str]
    kinds: tuple[Kind, ...]
    parts: tuple[CellPart, ...] = ()
    by_item: bool = False


def coded(text: str, options: Options) -> str:
    """A text by the code list: "Free" with `codes = { Free = "0" }` is "0". An unlisted one stays, unless `exact`.

    Capitals and spaces around make no difference; a code of "" says that the text names no value.
    """
    codes = {key.strip().casefold(): value for key, value in options.codes.items()}
    folded = text.strip().casefold()
    if folded in codes:
        return codes[folded]
    if options.exact:
        raise ValueError(Message("it is none of the mapping's codes ({names})", names=", ".join(options.codes)))
    return text


def stored(column: Column, value: str) -> str:
    """A value's text, if the column may hold it: one of its codes, or a number within its bounds."""
    if column.codes and value:
        strange = [item for item in value.split(LIST_SEPARATOR) if item not in column.codes]
        if strange:
            raise ValueError(Message('"{item}" is none of {names}', item=strange[0], names=", ".join(column.codes)))
    if column.minimum is not None and value and float(value) < column.minimum:
        raise ValueError(Message("it should be {minimum} or more", minimum=f"{column.minimum:g}"))
    if column.maximum is not None and value and float(value) > column.maximum:
        raise ValueError(Message("it should be {maximum} or less", maximum=f"{column.maximum:g}"))
    return value


def text(cell: str, _options: Options) -> str:
    """The text, with each run of spaces and line breaks as one space."""
    return " ".join(cell.split())


def integer(cell: str, _options: Options) -> str:
    """A whole number: "15", "15.0", "1,234"."""
    value = _number(cell)
    if not value.is_integer():
        raise ValueError(Message('it should be a whole number such as "15"'))
    return str(int(value))


def number(cell: str, _options: Options) -> str:
    """A number: "41.87", "1,234.5"."""
    value = _number(cell)
    return str(int(value)) if value.is_integer() else repr(value)


def boolean(cell: str, _options: Options) -> str:
    """Yes or no: "Y", "yes", "true", "1", "x", "sí" and their opposites."""
    plain = without_accents(cell).casefold()
    if plain in YES:
        return "true"
    if plain in NO:
        return "false"
    raise ValueError(Message('it should be yes or no, such as "Y", "true" or "1"'))


def date(cell: str, options: Options) -> str:
    """A day: "2022-09-17", with or without a time behind it, or by the mapping's `formats`.

    Without `formats`, "9/17/2022" is read too, as month, day and year.
    """
    day = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", cell)
    for form in options.formats or ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"):
        for candidate in (cell, day):
            try:
                return datetime.strptime(candidate, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    raise ValueError(Message('it should be a day such as "{day}"', day=_example_day(options)))


def time(cell: str, _options: Options) -> str:
    """A time of day: "15:30", "3:30 PM", "3 p.m."."""
    match = re.fullmatch(_TIME, cell, re.IGNORECASE)
    if not match or (match[2] is None and match[3] is None):
        raise ValueError(Message('it should be a time such as "3:30 PM" or "15:30"'))
    return _clock(_times(match.groups())[0])


def seconds(cell: str, _options: Options) -> str:
    """A time of day in seconds after midnight: "55800" is 15:30."""
    value = _number(cell)
    if not 0 <= value < DAY * 60:
        raise ValueError(Message("it should be seconds after midnight, 0 to 86399"))
    return _clock(int(value) // 60)


def time_range(cell: str, options: Options) -> str:
    """The start or end of a span of time: "8:45 AM-3:45 PM", "8:45-3:45", "9 a.m. to 4 p.m. Monday - Friday".

    Where a.m. and p.m. are left out they follow from each other if only one reading lasts up to twelve hours. Several
    spans in one cell have to agree.
    """
    span = _TIME + _TO + _TIME
    found = [match.groups() for match in re.finditer(span, cell, re.IGNORECASE)]
    if not found or re.search(r"\d", re.sub(span, " ", cell, flags=re.IGNORECASE)):
        raise ValueError(Message('it should be one span of time such as "8:45 AM-3:45 PM"'))
    ends = {_span(groups)[options.part == "end"] for groups in found}
    if len(ends) > 1:
        raise ValueError(Message("it holds several spans of time"))
    return _clock(ends.pop())


def year(cell: str, _options: Options) -> str:
    """A school year by its first calendar year: "2022-23", "2022-2023", "SY2223", "School Year 2022-2023", "2022"."""
    short = re.fullmatch(r"SY\s*(\d\d)-?(\d\d)", cell, re.IGNORECASE)
    if short and (int(short[1]) + 1) % 100 == int(short[2]):
        return f"20{short[1]}"
    match = re.fullmatch(r"\D*((?:19|20)\d\d)(?:\s*[-–/]\s*(\d\d|\d{4}))?(?:\.0)?", cell)
    if not match or (match[2] and int(match[2]) % 100 != (int(match[1]) + 1) % 100):
        raise ValueError(Message('it should be a school year such as "2022-23"'))
    return match[1]


def listed(cell: str, options: Options) -> str:
    """The items between separators, "," unless the mapping names another; each goes through the code list."""
    items = (coded(item.strip(), options) for item in cell.split(options.separator or ",") if item.strip())
    return LIST_SEPARATOR.join(dict.fromkeys(filter(None, items)))


def grade(cell: str, options: Options) -> str:
    """One grade: "PK", "Kindergarten", "KG", "1", "01", "Grade 7", "9th"."""
    return _grade(coded(cell, options))


def grades(cell: str, options: Options) -> str:
    """The grades of a list or of spans: "K,1,2", "K-8", "PK,K-8", "09-12", "Pre-K to 5". Codes apply to each grade."""
    if re.search(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d{4}-\d\d-\d\d)\b", cell):
        raise ValueError(Message('a spreadsheet has made a date of the grades; write them as text such as "6-8"'))
    plain = re.sub(r"PRE[- ]?(?=K)", "PRE", without_accents(cell).upper())
    chosen: set[str] = set()
    for piece in re.split(r"[,;/&+]|\bAND\b|\bY\b", plain):
        if not piece.strip():
            continue
        ends = [coded(end, options) for end in re.split(_TO, piece.strip(), flags=re.IGNORECASE)]
        if "" in ends:
            continue
        first, last = (GRADES.index(_grade(end)) for end in (ends[0], ends[-1]))
        if len(ends) > 2 or first > last:
            raise ValueError(Message('its spans should run from the lower grade to the higher, such as "K-8"'))
        chosen.update(GRADES[first : last + 1])
    return LIST_SEPARATOR.join(grade for grade in GRADES if grade in chosen)


def identifier(cell: str, _options: Options) -> str:
    """An id made of a name: "Chicago Park District" is chicago-park-district. The same name always gives the same id.

    Names too long for an id end in a few signs of their own, so that two of them stay apart.
    """
    plain = without_accents(cell.replace("&", " and ").replace("'", "").replace("’", "")).casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if slug and len(slug) <= LONGEST_IDENTIFIER:
        return slug
    digest = hashlib.sha256(" ".join(cell.casefold().split()).encode()).hexdigest()[:8]
    return f"{slug[: LONGEST_IDENTIFIER - 9].rstrip('-')}-{digest}".lstrip("-")


def money(cell: str, _options: Options) -> str:
    """An amount in hundredths of the currency: "$1,234.50" is 123450, "Free" is 0."""
    if _is_free(cell):
        return "0"
    match = re.fullmatch(_AMOUNT, cell)
    if not match:
        raise ValueError(Message('it should be an amount such as "$1,234.50"'))
    return _cents(match[1])


def money_range(cell: str, options: Options) -> str:
    """The least or most of a price band, in hundredths: "Free", "$50 or Less", "More Than $50", "$10-$20", "$25"."""
    if _is_free(cell):
        return "0"
    return _bound(cell, options, _cents)


def range_(cell: str, options: Options) -> str:
    """The least or most of a span of whole numbers: "8-12", "6 to 8", "18+", "18 and up", "up to 12", "under 5", "7"."""
    return _bound(cell, options, lambda amount: integer(amount, options))


def point(cell: str, options: Options) -> str:
    """The latitude or longitude of "POINT (-87.7 41.9)", of "(41.9, -87.7)", also behind an address, or of one number."""
    one = r"(-?\d+(?:\.\d+)?)"
    if re.fullmatch(one, cell):
        return number(cell, options)
    well_known = re.search(rf"POINT\s*\(\s*{one}\s+{one}\s*\)", cell, re.IGNORECASE)
    pair = re.search(rf"\(\s*{one}\s*,\s*{one}\s*\)\s*$", cell)
    if not (match := well_known or pair):
        raise ValueError(Message('it should be a point such as "POINT (-87.7 41.9)" or "(41.9, -87.7)"'))
    return match[1 if (options.part == "latitude") != bool(well_known) else 2]


CONVERTERS: Mapping[ConverterName, Converter] = {
    "text": Converter(text, ("text",)),
    "integer": Converter(integer, ("integer", "number", "text")),
    "number": Converter(number, ("number",)),
    "boolean": Converter(boolean, ("boolean",)),
    "date": Converter(date, ("date",)),
    "time": Converter(time, ("time",)),
    "seconds": Converter(seconds, ("time",)),
    "time_range": Converter(time_range, ("time",), ("start", "end")),
    "year": Converter(year, ("year",)),
    "list": Converter(listed, ("list",), by_item=True),
    "grade": Converter(grade, ("text",), by_item=True),
    "grades": Converter(grades, ("list",), by_item=True),
    "identifier": Converter(identifier, ("text",)),
    "money": Converter(money, ("integer",)),
    "money_range": Converter(money_range, ("integer",), ("minimum", "maximum")),
    "range": Converter(range_, ("integer", "number"), ("minimum", "maximum")),
    "point": Converter(point, ("number",), ("latitude", "longitude")),
}


def without_accents(cell: str) -> str:
    """The text without accents."""
    decomposed = unicodedata.normalize("NFKD", cell)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _number(cell: str) -> float:
    if re.fullmatch(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d*)?", cell) and re.search(r"\d", cell):
        return float(cell.replace(",", ""))
    raise ValueError(Message('it should be a number such as "15" or "41.87"'))


def _example_day(options: Options) -> str:
    return datetime(2022, 9, 17).strftime(options.formats[0] if options.formats else "%Y-%m-%d")  # noqa: DTZ001


def _times(groups: tuple[Any, ...]) -> tuple[int, ...]:
    """The minutes after midnight that an hour, minute and a.m. or p.m. may mean; two where the last is left out."""
    hour, minute, half = int(groups[0]), int(groups[1] or 0), (groups[2] or "")[:1].lower()
    if hour > (12 if half else 23) or (half and hour == 0) or minute > 59:
        raise ValueError(Message("it is no time of day"))
    if half:
        return ((hour % 12) * 60 + minute + NOON * (half == "p"),)
    return (hour * 60 + minute,) if hour == 0 or hour > 12 else (hour * 60 + minute, (hour % 12) * 60 + minute + NOON)


def _span(groups: tuple[Any, ...]) -> tuple[int, int]:
    starts, ends = _times(groups[:3]), _times(groups[3:])
    readings = {(start, end) for start, end in product(starts, ends) if 0 < end - start <= NOON}
    if not readings:
        raise ValueError(Message("it ends before it begins, or more than twelve hours after"))
    if len(readings) > 1:
        raise ValueError(Message("it does not say whether it is a.m. or p.m."))
    return readings.pop()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _grade(cell: str) -> str:
    word = re.sub(r"(?:GRADES?|GR\.?|GRADO)\s*|(?<=\d)(?:ST|ND|RD|TH)$|[\s-]", "", without_accents(cell).upper())
    word = re.sub(r"^0+(?=\d)", "", word)
    word = GRADE_WORDS.get(word, word)
    if word not in GRADES:
        raise ValueError(Message('"{cell}" is no grade; grades are PK, K and 1 to 12', cell=cell.strip()))
    return word


def _is_free(cell: str) -> bool:
    return without_accents(cell).casefold() in {"free", "gratis", "no cost", "no fee"}


def _cents(amount: str) -> str:
    return str(round(_number(amount) * 100))


def _bound(cell: str, options: Options, read: Callable[[str], str]) -> str:
    """One end of a band of amounts, empty where that end is open. "Under" and "more than" leave their amount out."""
    forms: tuple[tuple[str, int | None, int | None], ...] = (
        (rf"{_AMOUNT}", 0, 0),
        (
            rf"(?:up to|at most|maximum)\s*{_AMOUNT}|{_AMOUNT}\s*(?:or less|or under|and under|or younger|and younger)",
            None,
            0,
        ),
        (rf"(?:under|less than|below)\s*{_AMOUNT}", None, -1),
        (
            rf"(?:from|at least|minimum)\s*{_AMOUNT}|{_AMOUNT}\s*(?:\+|or more|and up|or older|and older|and over)",
            0,
            None,
        ),
        (rf"(?:over|more than|above)\s*{_AMOUNT}", 1, None),
    )
    span = re.fullmatch(rf"{_AMOUNT}{_TO}{_AMOUNT}", cell, re.IGNORECASE)
    if span:
        low, high = read(span[1]), read(span[2])
        if int(low) > int(high):
            raise ValueError(Message("its first number should not be greater than its second"))
        return low if options.part == "minimum" else high
    for form, least, most in forms:
        if match := re.fullmatch(form, cell, re.IGNORECASE):
            step = least if options.part == "minimum" else most
            amount = next(group for group in match.groups() if group)
            if step is not None:
                return str(int(read(amount)) + step)
            return "0" if options.part == "minimum" else ""
    raise ValueError(Message('it should be a band such as "8-12", "18+", "up to 12" or "more than 50"'))
