"""The keys of a part of a TOML file, from the pydantic model that reads it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from reference_pages.markdown import code, codes, paragraphs, prose, table

_NAMES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_FORMATS = {"date": "day, such as `2024-06-30`", "date-time": "moment"}
_TITLES = {
    "ColumnMapping": "[column](#a-column)",
    "TableMapping": "[table](#table)",
    "Condition": "[condition](#a-condition-of-when)",
    "LeaveOut": "[leave_out](#tableleave_out)",
    "CatchmentStep": "`minutes` and `weight`",
}
_HIDDEN = ("@id", "enabled")


def model(of: type[BaseModel], *, words: Mapping[str, str] | None = None) -> str:
    """What a model's docstring says, and a table of its keys; `words` say of each key what it means."""
    return f"{paragraphs(of.__doc__ or '')}\n\n{keys(of, words=words)}"


def keys(of: type[BaseModel], *, words: Mapping[str, str] | None = None) -> str:
    schema = of.model_json_schema()
    rows = []
    for name, field in schema["properties"].items():
        if name in _HIDDEN:
            continue
        meaning = [prose(words[name])] if words is not None else []
        default = "required" if name in schema.get("required", ()) else _default(field)
        rows.append((code(name), _form(field, schema.get("$defs", {})), default, *meaning))
    return table(("Key", "Takes", "If left out", *(("Meaning",) if words is not None else ())), rows)


def _default(field: Mapping[str, Any]) -> str:
    match field.get("default"):
        case None | [] | {}:
            return ""
        case bool() as yes:
            return code(str(yes).lower())
        case [*items]:
            return codes(f'"{item}"' for item in items)
        case str() as text:
            return code(f'"{text}"')
        case value:
            return code(value)


def _form(field: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    """What a key takes, in words, from its JSON schema."""
    if "$ref" in field:
        part: str = parts[field["$ref"].rpartition("/")[2]]["title"]
        return "text, in one or more languages" if part == "Text" else f"table: {_TITLES.get(part, part.lower())}"
    if "anyOf" in field:
        return " or ".join(_form(one, parts) for one in field["anyOf"] if one.get("type") != "null")
    if "enum" in field or "const" in field:
        return "one of " + codes(f'"{value}"' for value in field.get("enum", [field.get("const")]))
    match field.get("type"):
        case "array":
            return f"list of: {_form(field.get('items', {}), parts)}"
        case "object":
            inner = field.get("additionalProperties")
            return f"table, whose values are: {_form(inner, parts)}" if isinstance(inner, dict) else "table"
        case str() as kind:
            return _FORMATS.get(field.get("format", ""), _NAMES.get(kind, kind)) + _bounds(field)
    return "any value"


def _bounds(field: Mapping[str, Any]) -> str:
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    bounds = [f"{word} {field[name]:g}" for name, word in words.items() if name in field]
    return f", {' and '.join(bounds)}" if bounds else ""
