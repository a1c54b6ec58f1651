"""Reading the framework from this package's own files, and a city's changes to it from the text of its `city.toml`."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from allcity.declaration.framework import (
    LANGUAGE_CODE,
    Context,
    Framework,
    Id,
    LanguageCode,
    Part,
    Target,
    Text,
    Words,
    of_form,
)
from allcity.declaration.messages import Message
from allcity.declaration.problems import CityFileError, Document, Problem, dotted
from allcity.declaration.toml_lines import Path, key_lines

_NESTED = {"sections": "questions", "conditions": "criteria"}


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        known = available_timezones()
        if known:  # some systems have no time zones installed: then any name passes
            raise PydanticCustomError(
                "unknown_id", "unknown", {"kind": Message("time zones"), "known": sorted(known, reverse=True)}
            ) from None
    return value


class City(Part):
    """Who the city is. `boundary` names a GeoJSON file in the city's folder; `licence` is that of the city's own tables."""

    id: Id
    name: Text
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    state: Words | None = None
    country: Annotated[str, of_form(r"[A-Z]{2}", Message('write the two letters of ISO 3166, such as "US"'))] = "US"
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("en", "es")
    currency: Annotated[str, of_form(r"[A-Z]{3}", Message('write the three letters of ISO 4217, such as "USD"'))] = (
        "USD"
    )
    population: Annotated[int | None, Field(gt=0)] = None
    boundary: (
        Annotated[str, of_form(r"[^/\\]+", Message("name a file in the city's folder, without a path"))] | None
    ) = None
    licence: Words | None = None


class CitySettings(Part):
    """A city's own settings: who it is, and the framework with its changes."""

    city: City
    framework: Framework


def load_framework(overrides: Mapping[str, Any] | None = None) -> Framework:
    """The framework as it comes with the platform, or with changes of the form that `city.toml` has.

    Raises:
        CityFileError: a change does not fit; it names every problem there is.
    """
    return _changed(_packaged(), Document("overrides", overrides)) if overrides else _default()


def apply_overrides(framework: Framework, city_text: str, file_name: str = "city.toml") -> CitySettings:
    """A framework with a city's changes, and who the city is, from the text of its `city.toml`.

    Entries are changed by id, key by key; a new id adds an entry and `enabled = false` drops one, together with every
    reference to it. A text given as one string is in the first of the city's languages and stands for all of them; given
    as a table, it changes those languages alone. A target's value replaces the default one as a whole, and so does its
    caveat: what a city says of it in one language does not stand beside what the default says in another.

    Raises:
        CityFileError: the text is not TOML, or a key or value does not fit; it names every problem there is, with file and line.
    """
    document = read_toml(city_text, file_name)
    values = document.values
    problems: list[Problem] = []
    city = result = None
    try:
        city = _CityTable.model_validate(
            as_tuples({key: values[key] for key in ("city",) if key in values}), context=Context(_language(values))
        ).city
    except ValidationError as error:
        problems += document.problems(error, _CityTable)
    try:
        result = _changed(framework.model_dump(), document)
    except CityFileError as error:
        problems += error.problems
    if city is None or result is None:
        raise CityFileError(problems)
    return CitySettings(city=city, framework=result)


class _CityTable(Part):
    city: City


@cache
def _default() -> Framework:
    return _changed(_packaged(), Document("the framework", {}))


def _packaged() -> dict[str, Any]:
    folder = files("allcity.declaration")
    return {
        kind: tomllib.loads(folder.joinpath(f"{kind}.toml").read_text(encoding="utf-8"))
        for kind in Framework.model_fields
    }


def _changed(base: Mapping[str, Any], document: Document) -> Framework:
    changes = {kind: value for kind, value in document.values.items() if kind != "city"}
    if isinstance(changes.get("targets"), Mapping):
        changes["targets"] = dict(_targets(base["targets"], changes["targets"]))
    tables = as_tuples(_merged(base, changes))
    context = Context(
        language=_language(document.values),
        in_use={
            kind: {id_: not _is_dropped(entry) for id_, entry in entries.items()}
            for kind in base
            for entries in (tables[kind] if isinstance(tables[kind], Mapping) else base[kind],)
        },
    )
    problems = list(_repeated_questions(tables["sections"], document))
    try:
        framework = Framework.model_validate(_named(tables), context=context)
    except ValidationError as error:
        problems += Document(document.file, tables, document.lines).problems(error, Framework)
    if problems:
        raise CityFileError(problems)
    return framework


def _targets(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Targets as tables: a city may write a value alone, and whoever sets a value is its source."""
    for id_, change in changes.items():
        default = base.get(id_, {}).get("value")
        is_table = isinstance(change, Mapping) and (
            not isinstance(default, Mapping) or any(key in Target.model_fields for key in change)
        )
        table = dict(change) if is_table else {"value": change}
        if _is_dropped(table):
            table["value"] = None
            del table["enabled"]
        if "value" in table:
            table = {"standing": "city", "sources": (), "caveat": None} | table
        yield id_, table


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    merged = dict(base)
    for key, change in changes.items():
        old, here = base.get(key), (*path, key)
        as_a_whole = here[:1] == ("targets",) and here[2:] in (("value",), ("caveat",))
        both_are_tables = isinstance(old, Mapping) and isinstance(change, Mapping)
        merged[key] = _merged(old, change, here) if both_are_tables and not as_a_whole else change  # type: ignore[arg-type] # tables, as `both_are_tables` says
    return merged


def _named(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The tables as the models read them: with each entry's id inside, without the entries that were dropped."""
    named = {
        kind: _with_ids(entries, nested=_NESTED.get(kind)) if kind in Framework.model_fields else entries
        for kind, entries in tables.items()
    }
    if isinstance(named["targets"], Mapping):
        # TOML cannot write "no value": a target without one is unset
        named["targets"] = {
            id_: {"value": None, **target} if isinstance(target, Mapping) else target
            for id_, target in named["targets"].items()
        }
    return named


def _with_ids(entries: Any, *, nested: str | None = None) -> Any:
    if not isinstance(entries, Mapping):
        return entries
    named = {}
    for id_, entry in entries.items():
        if _is_dropped(entry):
            continue
        if isinstance(entry, Mapping):
            inner = {nested: _with_ids(entry[nested])} if nested in entry else {}
            entry = {**entry, **inner, "@id": id_}
        named[id_] = entry
    return named


def _is_dropped(entry: object) -> bool:
    return isinstance(entry, Mapping) and entry.get("enabled") is False


def _repeated_questions(sections: Any, document: Document) -> Iterator[Problem]:
    """Answers name their question without its section, so that no two questions may share an id."""
    seen: dict[str, tuple[str, ...]] = {}
    for section, table in sections.items() if isinstance(sections, Mapping) else ():
        questions = table.get("questions") if isinstance(table, Mapping) else None
        for question in questions if isinstance(questions, Mapping) else ():
            here = ("sections", section, "questions", question)
            other = seen.setdefault(question, here)
            if other != here:
                path = here if document.names(here) else other
                message = Message("{key} has an id that a question of another section has already", key=dotted(path))
                yield document.problem(path, message, Message("give it an id of its own"))


def _language(values: Mapping[str, Any]) -> str:
    """The first of the city's languages, in which its plain texts are."""
    match values:
        case {"city": {"languages": [str() as first, *_]}} if re.fullmatch(LANGUAGE_CODE, first):
            return first
    return "en"


def as_tuples(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: as_tuples(item) for key, item in value.items()}
    return tuple(as_tuples(item) for item in value) if isinstance(value, list | tuple) else value


def read_toml(text: str, file: str) -> Document:
    """The values of a TOML file, with their lines.

    Raises:
        CityFileError: the text is not TOML, or holds the character NUL, which no database takes.
    """
    text = text.removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CityFileError([_not_toml(error, text, file)]) from None
    document = Document(file, values, key_lines(text))
    message, remedy = Message("this holds a character that is not text (NUL)"), Message("take it out")
    problems = [document.problem(path, message, remedy) for path in _with_nul(values)]
    if problems:
        raise CityFileError(problems)
    return document


def _with_nul(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of texts that hold NUL, which TOML can write as an escape, and of tables with such names in them."""
    if isinstance(value, str) and "\0" in value:
        yield path
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        if isinstance(name, str) and "\0" in name:
            yield path
        else:
            yield from _with_nul(one, (*path, name))


def _not_toml(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    line = int(place[1]) if place and place[1] else text.count("\n") + (not text.endswith("\n"))
    return Problem(
        file,
        line,
        "",
        Message("this is not valid TOML ({reason})", reason=f"{reason[0].lower()}{reason[1:]}"),
        Message("check the quotation marks, brackets and repeated names in and above this line"),
    )
