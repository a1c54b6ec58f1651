"""Matching the columns of a file: a proposed mapping as questions that can be answered in a form, and back to its text."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from allcity.formats.columns import Column
from allcity.formats.convert import CONVERTERS, Options, identifier
from allcity.formats.problems import ProblemsError
from allcity.formats.propose import PERSONAL, propose_mapping
from allcity.formats.raw import read_table
from allcity.formats.schema import SCHEMA

SAMPLES = 3
SAMPLE_LENGTH = 40
NOTHING, AS_IT_IS, ALWAYS = "", "=as-it-is", "=always"
"""What a column can be filled with beside a header; no header of a file begins with =, which is trimmed off."""

OF_THE_SOURCE = ("source_id", "as_of")
"""Columns that are filled from what is said of the source."""

Values = dict[str, Any]


@dataclass(frozen=True)
class FileColumn:
    """A column of a file with a few of its values, none where they may name people."""

    header: str
    samples: tuple[str, ...]


def columns_of(path: Path) -> list[FileColumn]:
    """The columns of a file. Raises `ProblemsError` where it cannot be read."""
    frame = read_table(path).frame
    return [
        FileColumn(name, _samples(name, frame[name].drop_nulls().unique(maintain_order=True))) for name in frame.columns
    ]


def _samples(header: str, cells: Any) -> tuple[str, ...]:
    plain = re.sub(r"[^a-z0-9]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header).lower())
    if PERSONAL.search(plain):
        return ()
    return tuple(cell[:SAMPLE_LENGTH] for cell in cells.head(SAMPLES).to_list())


def proposed(path: Path, *, table: str = "") -> Values:
    """The mapping proposed for a file as the values of its TOML; without tables where nothing is recognized."""
    try:
        values = tomllib.loads(propose_mapping(path))
    except ProblemsError:
        values = {
            "source": {
                "id": identifier(path.stem, Options()),
                "name": path.stem,
                "coverage": "unknown",
                "as_of": date.today(),  # noqa: DTZ011 - a day to begin with, which somebody looks at
            },
            "file": [{"name": path.name}],
            "table": [],
        }
    if table and table not in {one["name"] for one in values["table"]}:
        values["table"] = [{"name": table, "columns": {}}]
    elif table:
        values["table"] = [one for one in values["table"] if one["name"] == table]
    return values


def reopened(path: Path) -> Values | None:
    """The values of a mapping that was kept; None where the form could not give all of it back, as its text can."""
    values: Values = tomllib.loads(path.read_text(encoding="utf-8"))
    filled = {name for table in values.get("table", ()) for name in table.get("columns", ())}
    return values if values.get("table") and len(values["file"]) == 1 and not filled & set(OF_THE_SOURCE) else None


def is_simple(mapped: Any) -> bool:
    """Whether a column's mapping is one header, read in one way, or a constant."""
    if isinstance(mapped, str):
        return True
    return set(mapped) <= {"header", "convert", "part"} or set(mapped) == {"value"}


def ways(column: Column) -> list[str]:
    """The ways to read a cell that can fill a column: a converter, with the part that it gives after a colon."""
    return [
        f"{name}:{part}" if part else name
        for name, converter in CONVERTERS.items()
        if column.kind in converter.kinds
        for part in converter.parts or ("",)
    ]


def answers(values: Values) -> dict[str, str]:
    """What is answered to each question of the form, by the name of its field."""
    found = {}
    for number, table in enumerate(values["table"]):
        for name, mapped in table.get("columns", {}).items():
            field = f"{number}-{name}"
            if not is_simple(mapped):
                found[f"{field}-from"] = AS_IT_IS
            elif isinstance(mapped, str):
                found[f"{field}-from"] = mapped
            elif "value" in mapped:
                found |= {f"{field}-from": ALWAYS, f"{field}-value": str(mapped["value"])}
            else:
                part = f":{mapped['part']}" if "part" in mapped else ""
                found[f"{field}-from"] = mapped["header"]
                found[f"{field}-as"] = f"{mapped['convert']}{part}" if "convert" in mapped else ""
    return found


def answered(values: Values, given: Mapping[str, Any]) -> Values:
    """The mapping with the answers of the form put into it."""
    source = {
        name: given.get(name) for name in ("name", "publisher", "url", "licence", "attribution", "coverage", "as_of")
    }
    made: Values = {
        **values,
        "source": {**values["source"], **source},
        "file": [dict(one) for one in values["file"]],
        "table": [],
    }
    made["source"] = {name: value for name, value in made["source"].items() if value not in ("", None)}
    for file in made["file"]:
        file.pop("year", None)
        if given.get("year"):
            file["year"] = given["year"]
    for number, table in enumerate(values["table"]):
        if "rows" in table:
            made["table"].append(table)
            continue
        before, columns = table.get("columns", {}), {}
        for name in SCHEMA[table["name"]].names:
            field = f"{number}-{name}"
            header, way = given.get(f"{field}-from", NOTHING), given.get(f"{field}-as", "")
            if header == AS_IT_IS and name in before:
                columns[name] = before[name]
            elif header == ALWAYS:
                columns[name] = {"value": given.get(f"{field}-value", "")}
            elif header:
                convert, _, part = way.partition(":")
                columns[name] = (
                    {"header": header} | ({"convert": convert} if convert else {}) | ({"part": part} if part else {})
                )
        if columns or table.get("each"):
            made["table"].append({**table, "columns": columns})
    return made


def as_toml(values: Values) -> str:
    """The text of a mapping file; every table of it that is not of the document itself is written in one line."""
    lines = []
    for name, value in values.items():
        if not isinstance(value, dict) and not _is_tables(value):
            lines.append(f"{name} = {_inline(value)}")
    for name, value in values.items():
        for table in value if _is_tables(value) else [value] if isinstance(value, dict) else ():
            lines += ["", f"[[{name}]]" if _is_tables(value) else f"[{name}]"]
            inner = {key: item for key, item in table.items() if key == "columns" and item}
            lines += [f"{_key(key)} = {_inline(item)}" for key, item in table.items() if key != "columns"]
            for key, item in inner.items():
                lines += ["", f"[{name}.{key}]", *(f"{_key(one)} = {_inline(two)}" for one, two in item.items())]
    return "\n".join(lines).strip() + "\n"


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _inline(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
        case list():
            return "[" + ", ".join(_inline(item) for item in value) + "]"
        case str():
            return _quoted(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(text: str) -> str:
    # A text of JSON is one of TOML, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
