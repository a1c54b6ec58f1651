"""What is wrong with a city's own settings, in words: one sentence with file, line and remedy for each problem."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from allcity.declaration.framework import Text
from allcity.declaration.messages import Message, Translate, sentence, told
from allcity.declaration.toml_lines import Path

_KINDS = {
    "string_type": (Message("a text"), Message("write it in quotation marks")),
    "int_type": (Message("a whole number"), Message("write digits alone, without quotation marks")),
    "float_type": (Message("a number"), Message("write it without quotation marks")),
    "finite_number": (Message("a finite number"), Message("write it in digits")),
    "bool_type": (Message("true or false"), Message("write true or false without quotation marks")),
    "tuple_type": (Message("a list"), Message("write it in square brackets")),
    "dict_type": (Message("a table"), Message("write name = value pairs under its own heading in square brackets")),
}
_KINDS["model_type"] = _KINDS["dict_type"]
_BOUNDS = {
    "greater_than": ("gt", Message("give more than {bound}")),
    "greater_than_equal": ("ge", Message("give {bound} or more")),
    "less_than": ("lt", Message("give less than {bound}")),
    "less_than_equal": ("le", Message("give {bound} or less")),
}


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `key` is the dotted key; `line` is None where the settings did not come from a text."""

    file: str
    line: int | None
    key: str
    message: str
    remedy: str

    def told(self, translate: Translate = str, *, with_place: bool = True) -> str:
        """Where it is, what is wrong there, and what to do; without the place it begins as a sentence does."""
        message, remedy = told(self.message, translate), told(self.remedy, translate)
        place = self.file
        if not with_place:
            place, message = "", told(sentence(self.message), translate).removesuffix(".")
        elif self.line is not None:
            place += f", {told(Message('line {number}', number=self.line), translate)}"
        return f"{place}{': ' if place else ''}{message}; {remedy}" + ("" if remedy.endswith("?") else ".")

    def __str__(self) -> str:
        return self.told()


class CityFileError(ValueError):
    """A city's settings cannot be used. `problems` holds everything that is wrong with them, in the file's order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line or 0)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Document:
    """Settings as read, and the line of each of their keys; None where they were not read from a text."""

    file: str
    values: Mapping[str, Any]
    lines: Mapping[Path, int] | None = None

    def problem(self, path: Path, message: str, remedy: str) -> Problem:
        """A problem at a path, or at the nearest table around it that the file names."""
        line = None
        if self.lines is not None:
            prefixes = (path[:length] for length in range(len(path), 0, -1))
            line = next((self.lines[prefix] for prefix in prefixes if prefix in self.lines), 1)
        return Problem(self.file, line, dotted(path), message, remedy)

    def names(self, path: Path) -> bool:
        """Whether the file itself has this key."""
        return self.lines is not None and path in self.lines

    def problems(self, error: ValidationError, model: type[BaseModel]) -> list[Problem]:
        """Every problem of a failed validation against a model whose root is the document's root."""
        found: list[Problem] = []
        missing: dict[Path, list[str]] = {}
        errors = error.errors(include_url=False)
        inside = {one["loc"][:-1] for one in errors}
        for one in errors:
            if one["type"] == "too_short" and one["loc"] in inside:
                continue  # items that are wrong themselves are not counted, but they are there
            path = tuple(part for part in one["loc"] if part not in ("[key]", "@id"))
            if one["type"] == "missing":
                missing.setdefault(path[:-1], []).append(str(path[-1]))
                continue
            annotation = _annotation(model, path)
            fields = _fields(_annotation(model, path[:-1]))
            neighbors = [name for name, field in fields.items() if field.validation_alias is None]
            if len(path) == 1:
                neighbors.append("city")
            if one["type"] == "still_used":
                path = (one["ctx"]["kind"], one["input"])
            path = self._as_written(path)
            message, remedy = _explained(one, path, annotation=annotation, neighbors=neighbors)
            problem = self.problem(path, message, remedy)
            if problem not in found:
                found.append(problem)
        found += [self._lacking(path, names) for path, names in missing.items()]
        return found

    def _as_written(self, path: Path) -> Path:
        """The path as the file has it: a target's value may stand there without the table around it."""
        value_alone = path[:1] == ("targets",) and path[2:3] == ("value",) and not self.names(path[:3])
        return (*path[:2], *path[3:]) if value_alone else path

    def _lacking(self, path: Path, names: list[str]) -> Problem:
        if not path:
            missing = Message("[{name}] is missing", name=names[0])
            return self.problem(path, missing, Message("add a table [{name}]", name=names[0]))
        siblings: Any = self.values
        for part in path[:-1]:
            siblings = siblings[part]
        others = [str(name) for name in siblings if name != path[-1]] if isinstance(siblings, Mapping) else []
        near = get_close_matches(str(path[-1]), others, n=1)
        path = self._as_written(path)
        remedy = Message("add {names} to it", names=_listed(names))
        if near:
            meant = dotted((*path[:-1], near[0]))
            remedy = Message(
                "write {meant} if that is meant, else add {names} to it", meant=meant, names=_listed(names)
            )
        return self.problem(path, Message("{key} lacks {names}", key=dotted(path), names=_listed(names)), remedy)


def dotted(path: Path) -> str:
    """A path as one would write it in TOML; the items of a list are counted from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f" (item {part + 1})"
        else:
            name = part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"'
            text += f".{name}" if text else name
    return text


def _explained(error: Any, path: Path, *, annotation: Any, neighbors: list[str]) -> tuple[str, str]:
    """Message and remedy for one error of a validation, given the type declared there and the keys that stand beside it."""
    kind, key, given, context = error["type"], dotted(path), error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Message("{key} is not a known key", key=key), one_of(str(path[-1]), neighbors)
    if kind == "still_used":
        remedy = Message("drop or change what uses it as well, or keep it")
        return Message("{key} is dropped but still used", key=key), remedy
    if kind == "unknown_id":
        message = Message(
            "{key} names {value}, which is none of the {kind}", key=key, value=_shown(given), kind=context["kind"]
        )
        return message, one_of(given, context["known"])
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return Message("{key} cannot be {value}", key=key, value=_shown(given)), one_of(str(given), choices)
    if kind == "form":
        if isinstance(given, Mapping):
            return Message("{key} does not fit", key=key), context["remedy"]
        return Message("{key} is {value}", key=key, value=_shown(given)), context["remedy"]
    if kind in _BOUNDS:
        bound, remedy = _BOUNDS[kind]
        return Message("{key} is {value}", key=key, value=_shown(given)), Message(remedy, bound=f"{context[bound]:g}")
    if kind == "string_too_short":
        return Message("{key} is empty", key=key), Message("write its text")
    if kind in ("too_short", "too_long"):
        message = Message("{key} has {number} items", key=key, number=context["actual_length"])
        if kind == "too_short":
            return message, Message("give {bound} or more", bound=context["min_length"])
        return message, Message("give {bound} or fewer", bound=context["max_length"])
    if kind in _KINDS and given is None:
        remedy = Message("give it one, or leave it out to keep the default")
        return Message("{key} cannot be left without a value", key=key), remedy
    if kind in _KINDS:
        wanted, remedy = _KINDS[kind]
        if _unwrapped(annotation) is Text:
            wanted = Message("a text")
            remedy = Message('write "…", or { en = "…", es = "…" } for several languages')
        return Message("{key} must be {wanted}, not {value}", key=key, wanted=wanted, value=_shown(given)), remedy
    return Message("{key}: {fault}", key=key, fault=error["msg"]), Message("see the reference of city.toml")


def one_of(given: str, known: Iterable[str]) -> Message:
    """The known word that is meant, if one is near, else some of all there are."""
    near = get_close_matches(given, list(known), n=1)
    if near:
        return Message('did you mean "{name}"?', name=near[0])
    return Message("use one of {names}", names=_listed(islice(known, 20)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return Message("a table")
    return Message("a list") if isinstance(value, list | tuple) else str(value)


def _unwrapped(annotation: Any) -> Any:
    if get_origin(annotation) is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _unwrapped(next(option for option in get_args(annotation) if option is not NoneType))
    return annotation


def _fields(annotation: Any) -> Mapping[str, Any]:
    """The fields of a model by name; none for anything else."""
    annotation = _unwrapped(annotation)
    return annotation.model_fields if isinstance(annotation, type) and issubclass(annotation, BaseModel) else {}


def _annotation(model: type[BaseModel], path: Path) -> Any:
    """The type that a model declares at a path; None where it declares nothing."""
    here: Any = model
    for part in path:
        fields = _fields(here)
        if fields:
            here = fields[str(part)].annotation if part in fields else None
        else:
            arguments = get_args(_unwrapped(here))
            origin = get_origin(_unwrapped(here))
            here = arguments[0] if origin is tuple else arguments[-1] if arguments else None
    return here
