"""Propose a mapping for an export from its headers and values, for a person to start from."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from allcity.analysis.city import ALL, year_of
from allcity.declaration.messages import Message
from allcity.formats import convert
from allcity.formats.columns import Column
from allcity.formats.convert import CONVERTERS, CellPart, ConverterName, Options, stored
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.raw import read_table
from allcity.formats.schema import SCHEMA

SAMPLE = 300
MOSTLY = 0.75
NEAR = 0.82
TYPING_ERROR = 0.88
SHOWN = 3
CONTROL = r"[\x00-\x1f\x7f-\x9f]"
PERSONAL = re.compile(
    r"principal|administrator|contact|e ?mail|phone|fax|(first|last|full) name|teacher|staff|director"
)
PAIRS = (
    {"latitude", "longitude"},
    {"minimum_age", "maximum_age"},
    {"minimum_fee", "maximum_fee"},
    {"start_time", "end_time"},
)
"""Columns that one header may fill two of."""

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Match:
    """A column's likeliest header, how its cells are read, and how sure that is, up to 1."""

    header: str
    convert: ConverterName | None
    part: CellPart | None
    score: float

    def __str__(self) -> str:
        if self.convert is None:
            return _quoted(self.header)
        part = f', part = "{self.part}"' if self.part else ""
        return f'{{ header = {_quoted(self.header)}, convert = "{self.convert}"{part} }}'


@dataclass
class Draft:
    """A mapping in the making: how sure it is, the lines of its tables and of `[[file]]`, and the headers it uses."""

    score: float
    lines: list[str] = field(default_factory=list)
    file_lines: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add(self, table: str, columns: Mapping[str, object], *settings: str) -> None:
        """A table whose columns are matches or the text of TOML values, in the order of the schema."""
        columns = {name: columns[name] for name in SCHEMA[table].names if name in columns}
        self.lines += ["[[table]]", f'name = "{table}"', *settings, "", "[table.columns]"]
        self.lines += [*(f"{name} = {value}" for name, value in columns.items()), ""]
        self.used |= {value.header for value in columns.values() if isinstance(value, Match)}


def propose_mapping(path: Path) -> str:
    """The text of a mapping file for an export, to be checked and completed by a person; it loads as it is.

    Headers are matched by their words and by whether their values can be read as the column wants; the rest are listed
    in comments with a few of their values, except where they may name people.

    Raises:
        ProblemsError: the export cannot be read, or nothing in it is recognized.
    """
    frame = read_table(path).frame
    values = {
        name: frame[name].drop_nulls().unique(maintain_order=True).head(SAMPLE).to_list() for name in frame.columns
    }
    others = [name for name in SCHEMA if name not in ("sources", "schools", "students", "programs", "offerings")]
    drafts = [_schools(values, path), _programs(values), *(_one_table(name, values, path) for name in others)]
    likely = [draft for draft in drafts if draft]
    if not likely:
        remedy = Message("Give its columns plainer names, or write a mapping by hand: the documentation shows how.")
        raise ProblemsError(
            [Problem(path.name, Message("No table of the city folder is recognized in this file."), remedy)]
        )
    return _document(path, max(likely, key=lambda draft: draft.score), values)


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads(files("allcity.formats").joinpath("headers.toml").read_text(encoding="utf-8"))


def _matches(table: str, values: Values, taken: Iterable[str] = ()) -> dict[str, Match]:
    """The likeliest header of each of a table's columns; a header fills one of them, but for those that go in pairs."""
    scored = []
    for column in SCHEMA[table].columns:
        if column.name in ("source_id", "as_of"):
            continue
        of_table, of_column = column.references or (table, column.name)
        phrases = [*_known()["columns"].get(of_table, {}).get(of_column, ()), column.name.replace("_", " ")]
        for header in set(values) - set(taken):
            score = _likeness(header, phrases)
            if score >= NEAR and (read := _reading(column, values[header])):
                scored.append((score, column.name, Match(header, *read, score)))
    found: dict[str, Match] = {}
    filled: dict[str, str] = {}
    for _, name, match in sorted(scored, key=lambda one: (-one[0], one[1], one[2].header)):
        other = filled.get(match.header)
        if name not in found and (other is None or (match.part and {name, other} in PAIRS)):
            found[name] = match
            filled[match.header] = name
    return found


def _likeness(header: str, phrases: Sequence[str]) -> float:
    """How like a header is to the likeliest of phrases: 1 for the first of them, word for word."""
    words = _words(header)
    best = 0.9 * bool(get_close_matches(words, phrases, cutoff=TYPING_ERROR))
    for order, phrase in enumerate(phrases):
        if words == phrase:
            best = max(best, 1.0 - 0.005 * order)
        elif len(phrase) > 4 and f" {phrase} " in f" {words} ":
            best = max(best, 0.85 + 0.1 * len(phrase) / len(words) - 0.005 * order)
    return best


@cache
def _words(header: str) -> str:
    """A header as plain words: "Student_Count_Total", "studentCountTotal" and "Student count: total" are the same."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[a-z0-9%]+", convert.without_accents(spaced).lower()))


def _reading(column: Column, sample: Sequence[str]) -> tuple[ConverterName | None, CellPart | None] | None:
    """How most values can be read as the column wants: (None, None) in the usual way; None if they cannot, or there are none."""
    for name, part in _ways(column):
        options = Options(part=part)
        good = sum(_fits(column, cell, name, options) for cell in sample)
        if sample and good >= MOSTLY * len(sample):
            return (None if name == column.kind else name), part
    return None


def _ways(column: Column) -> list[tuple[ConverterName, CellPart | None]]:
    start_or_end: CellPart = "start" if column.name.startswith("start") else "end"
    least_or_most: CellPart = "minimum" if column.name.startswith("minimum") else "maximum"
    if column.unit and column.unit.startswith("minor units"):
        return [("money_range", least_or_most)] if column.name.endswith("_fee") else [("money", None)]
    if column.name == "grades":
        return [("grades", None)]
    usual: list[tuple[ConverterName, CellPart | None]] = [(column.kind, None)]
    if column.kind == "time":
        return [*usual, ("seconds", None), ("time_range", start_or_end)]
    if column.name in ("minimum_age", "maximum_age"):
        return [*usual, ("range", least_or_most)]
    if column.name in ("latitude", "longitude"):
        return [*usual, ("point", "latitude" if column.name == "latitude" else "longitude")]
    return usual


def _fits(column: Column, cell: str, name: ConverterName, options: Options) -> bool:
    try:
        stored(column, CONVERTERS[name].read(cell, options))
    except ValueError:
        # A code list can still make one of the column's codes of any text.
        return bool(column.codes) and name == "text"
    return True


def _identity(*matches: Match) -> str:
    headers = [_quoted(match.header) for match in matches]
    named = f"header = {headers[0]}" if len(headers) == 1 else f"headers = [{', '.join(headers)}]"
    return f'{{ {named}, convert = "identifier" }}'


def _schools(values: Values, path: Path) -> Draft | None:
    """Schools and their students, by grade or as a whole and by group."""
    school = _matches("schools", values)
    if not {"school_id", "name"} & set(school):
        return None
    identity = {"school_id": school.pop("school_id", None) or _identity(school["name"])}
    file_lines, year = _year(school.pop("year", None), values, path)
    used = {match.header for match in [*school.values(), *identity.values()] if isinstance(match, Match)}
    counts = _counts(values, used)
    has_schools = {"name", "grades"} <= set(school)
    if not has_schools and not counts:
        return None
    draft = Draft(sum(match.score for match in school.values()) + len(counts), file_lines=file_lines)
    if has_schools:
        draft.add("schools", {**identity, **year, **school})
    else:
        draft.lines += [
            "# CHECK: no headers look like the name and the grades of a school, which the table schools needs.",
            "",
        ]
    if counts:
        each = [
            f'  {{ grade = {{ value = "{grade}" }}, group_id = {{ value = "{group}" }}, students = {_quoted(header)} }},'
            for header, (grade, group) in counts.items()
        ]
        draft.add("students", {**identity, **year}, "each = [", *each, "]")
        draft.used |= set(counts)
    groups = {group: _known()["groups"][group] for _, group in counts.values() if group != ALL}
    if groups:
        named = ("name", "name_es", "dimension")
        rows = [
            f'  {{ group_id = "{group}", {", ".join(f"{one} = {_quoted(words[one])}" for one in named)} }},'
            for group, words in groups.items()
        ]
        draft.lines += ["[[table]]", 'name = "groups"', "rows = [", *rows, "]", ""]
    return draft


def _year(match: Match | None, values: Values, path: Path) -> tuple[list[str], dict[str, Match]]:
    """The school year: a line for `[[file]]`, or a column for every table."""
    named = re.search(r"(?<!\d)(?:20)?(\d\d)[-_ ]?(?:20)?(\d\d)(?!\d)", path.stem)
    in_name = f"20{named[1]}" if named and (int(named[1]) + 1) % 100 == int(named[2]) else None
    said = sorted({convert.year(cell, Options()) for cell in values[match.header]}) if match else []
    if match and (in_name is None or said == [in_name]):
        return [], {"year": match}
    if in_name:
        note = (
            f"  # CHECK: {_comment(match.header)} says {', '.join(said)}" if match else "  # from the name of the file"
        )
        return [f"year = {in_name}{note}"], {}
    today = datetime.now(UTC).date()
    return [f"year = {year_of(today)}  # CHECK: nothing in the file says which school year it is of"], {}


def _counts(values: Values, used: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The headers that hold numbers of students, with the grade and the group of each."""
    number = SCHEMA["students"]["students"]
    headers = [name for name in values if name not in used and _reading(number, values[name]) == (None, None)]
    headers = [name for name in headers if not re.search(r"%|\b(pct|percent|rate|share)\b", _words(name))]
    by_grade = {name: grade for name in headers if (grade := _grade_of(name))}
    total = _matches("students", {name: values[name] for name in headers}).get("students")
    found = {name: (grade, ALL) for name, grade in by_grade.items()} if len(by_grade) > 1 else {}
    if total and not found:
        found[total.header] = (ALL, ALL)
    for group, words in _known()["groups"].items():
        of_group = [name for name in headers if name not in found and re.search(words["words"], _words(name))]
        if of_group:
            found[of_group[0]] = (ALL, group)
    return found


def _grade_of(header: str) -> str | None:
    beside = r"\b(enrollment|students|student count|count|total)\b"
    try:
        return convert.grade(re.sub(beside, "", _words(header)).strip(), Options())
    except ValueError:
        return None


def _programs(values: Values) -> Draft | None:
    """Organizations, their programs and places, and the offerings."""
    offering = _matches("offerings", values)
    used = {match.header for match in offering.values()}
    organization = _matches("organizations", values, used).get("name")
    program = _matches("programs", values, used | ({organization.header} if organization else set())).get("name")
    if not organization or not program or not {"start_date", "end_date"} <= set(offering):
        return None
    place = _matches("locations", values, used | {organization.header, program.header})
    draft = Draft(sum(match.score for match in [*offering.values(), *place.values(), organization, program]))
    program_id, organization_id = _identity(organization, program), _identity(organization)
    merged = 'repeated = "merge"'
    draft.add("organizations", {"organization_id": organization_id, "name": organization}, merged)
    draft.add("programs", {"program_id": program_id, "organization_id": organization_id, "name": program}, merged)
    known_by = place.get("address") or place.get("name")
    location_id = {"location_id": _identity(known_by)} if known_by else {}
    if known_by:
        draft.add("locations", {**location_id, "name": known_by, **place}, merged)
    identity: Match | str | None = offering.pop("offering_id", None)
    if identity is None:
        identity = (
            f"{_identity(organization, program, offering['start_date'])}  # CHECK: this has to be of one offering alone"
        )
    mode = _mode(offering.pop("mode", None), values)
    draft.add("offerings", {"offering_id": identity, "program_id": program_id, **location_id, "mode": mode, **offering})
    draft.used |= used
    return draft


def _mode(match: Match | None, values: Values) -> str:
    if match is None:
        return '{ value = "in_person" }  # CHECK: nothing in the file says whether some are online'
    online = re.compile(r"online|virtual|remote|en linea", re.IGNORECASE)
    codes = {
        cell: "online" if online.search(convert.without_accents(cell)) else "in_person" for cell in values[match.header]
    }
    listed = ", ".join(f'{_quoted(cell)} = "{code}"' for cell, code in codes.items())
    return f"{{ header = {_quoted(match.header)}, codes = {{ {listed} }} }}"


def _one_table(table: str, values: Values, path: Path) -> Draft | None:
    """A table of which the export has every column that is required."""
    schema = SCHEMA[table]
    matches = _matches(table, values)
    file_lines, year = _year(matches.pop("year", None), values, path) if "year" in schema.names else ([], {})
    columns: dict[str, object] = {**matches, **year}
    if len(schema.key) == 1 and schema.key[0] not in matches and "name" in matches:
        columns[schema.key[0]] = _identity(matches["name"])
    required = {column.name for column in schema.columns if column.required}
    if required - {"source_id", "as_of", "year"} - set(columns) or not set(matches) - set(schema.key):
        return None
    # Less sure than tables that are recognized together.
    draft = Draft(0.5 * sum(match.score for match in matches.values()), file_lines=file_lines)
    draft.add(table, columns)
    return draft


def _document(path: Path, draft: Draft, values: Values) -> str:
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    lines = [
        f"# A mapping for {_comment(path.name)}, proposed from its headers and values.",
        "# Check every line before you import with it.",
        "",
        "[source]",
        f'id = "{convert.identifier(path.stem, Options())}"',
        f"name = {_quoted(path.stem)}  # CHECK: the name by which a reader knows it",
        "# publisher, url, licence and attribution travel with the rows into every export: add them.",
        'coverage = "unknown"  # CHECK: "complete" if it names all of its kind, "partial" if not',
        f"as_of = {day}  # CHECK: the day on which it was known to be true",
        "",
        "[[file]]",
        f"name = {_quoted(path.name)}",
        *draft.file_lines,
        "",
        *draft.lines,
    ]
    unused = [name for name in values if name not in draft.used]
    if unused:
        lines.append("# Columns of the export that are not used, with some of their values:")
        lines += [f"# {_comment(name + _sample(name, values[name]))}" for name in unused]
    return "\n".join(lines).rstrip() + "\n"


def _sample(header: str, cells: Sequence[str]) -> str:
    if not cells:
        return " (empty)"
    if PERSONAL.search(_words(header)):
        return " (not shown, as it may name people)"
    return ": " + " | ".join(cell[:40] for cell in cells[:SHOWN])


def _comment(text: str) -> str:
    """The text on one line, without the control characters that TOML does not allow."""
    return re.sub(CONTROL, "\ufffd", " ".join(text.split()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(CONTROL, lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
