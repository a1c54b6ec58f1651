"""A city.toml as a text that is changed here and there: whatever is not touched stays as somebody wrote it, comments included."""

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, Comment, InlineTable, Item, Table, Whitespace

Path = tuple[str, ...]
INNER = ("questions", "criteria")
"""Kinds of entries that stand inside of other entries."""


class ShapeError(ValueError):
    """The text is laid out in a way in which only a person can change it."""


def at(tables: Any, path: Path) -> Any:
    """What stands at a path in nested tables; None where nothing does."""
    for part in path:
        tables = tables.get(part) if isinstance(tables, Mapping) else None
    return tables


def edited(text: str, changes: Mapping[Path, Any]) -> str:
    """The text with values put at paths; a value of None takes away what stands there, and tables left empty by that.

    A text that stands there as one string is in `language`, the first of the city's; it becomes a table when another
    language is put beside it. Raises ShapeError where the result would not say what was asked for.
    """
    document = tomlkit.parse(text)
    wanted = tomllib.loads(text)
    language = next(iter(at(wanted, ("city", "languages")) or ["en"]))
    try:
        for path, value in changes.items():
            if value is None:
                _remove(document, path)
                _remove(wanted, path)
            else:
                _put(document, path, value, language)
                _put(wanted, path, value, language)
        result = tomlkit.dumps(document)
        if tomllib.loads(result) == wanted:
            return result
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ShapeError(str(error)) from error
    raise ShapeError("the text says something else after the change")


def _put(document: Any, path: Path, value: Any, language: str) -> None:
    here, is_text = document, isinstance(document, Container)
    for depth, part in enumerate(path[:-1], start=1):
        if part not in here:
            _append(here, part, _new_table(here, path[:depth]) if is_text else {})
        elif not isinstance(here[part], Mapping):
            if path[depth:] == (language,):
                here[part] = value
                return
            here[part] = _inline({language: here[part]}) if is_text else {language: here[part]}
        here = here[part]
    if path[-1] in here and not isinstance(here[path[-1]], AbstractTable):
        here[path[-1]] = _item(value) if is_text else value
        return
    if path[-1] in here:
        del here[path[-1]]
    table = _new_table(here, path)
    if is_text and isinstance(value, Mapping) and isinstance(table, Table):
        for name, inner in value.items():
            table.add(name, tomlkit.table() if inner == {} else _item(inner))
        _append(here, path[-1], table)
    else:
        _append(here, path[-1], _item(value) if is_text else value)


def _append(here: Any, key: str, item: Any) -> None:
    """Add a key where the table ends, and not behind the remarks that stand before the next one."""
    container = here.value if isinstance(here, Table) else here
    if not isinstance(container, Container) or isinstance(item, Table):
        here[key] = item
        return
    body, after = container.body, []
    while body and body[-1][0] is None and isinstance(body[-1][1], Comment | Whitespace):
        after.append(body.pop())
    here[key] = item
    body.extend(reversed(after))


def _new_table(here: Any, path: Path) -> Table | InlineTable:
    """An empty table for a path: under a heading of its own for an entry, in one line for what is inside of entries."""
    is_kind = len(path) == 1 or (len(path) == 3 and path[2] in INNER)
    is_entry = len(path) == 2 or (len(path) == 4 and path[2] in INNER)
    if isinstance(here, InlineTable) or not (is_kind or is_entry) or (is_entry and path[0] == "targets"):
        return _inline({})
    table = tomlkit.table(is_super_table=is_kind and path[0] != "targets")
    if is_entry or path[0] == "targets":
        table.trivia.indent = "\n"
    return table


def _item(value: Any) -> Item:
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for one in value:
            array.append(_item(one))
        return array
    return tomlkit.item(value, _parent=tomlkit.table())


def _inline(value: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    for name, one in value.items():
        table.append(name, _item(one))
    return table


def _remove(document: Any, path: Path) -> None:
    *above, last = path
    tables: list[Any] = [document]
    for part in above:
        tables.append(at(tables[-1], (part,)))
    if last not in (tables[-1] if isinstance(tables[-1], Mapping) else ()):
        if len(path) > 1 and isinstance(at(document, tuple(above)), str):
            _remove(document, tuple(above))  # a text in one language, which is taken away
        return
    del tables[-1][last]
    for depth in range(len(above), 0, -1):
        inside = tables[depth]
        if (depth == 1 and above[0] == "city") or len(inside) or _has_remarks(inside):
            return
        del tables[depth - 1][above[depth - 1]]


def _has_remarks(table: Any) -> bool:
    body = table.value.body if isinstance(table, Table) else []
    return any(isinstance(item, Comment) for _key, item in body)
