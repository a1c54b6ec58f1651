"""The parts of the framework as their models declare them: which kinds there are, what an entry has, what all is called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from allcity.declaration import Framework, Text
from allcity.declaration.framework import Dosage, Entry, Levels
from allcity.site.cities.settings.document import INNER, Path

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "sections": (_("Sections and questions"), _("What the city asks itself, and whom it asks.")),
    "contributions": (_("Contributions"), _("What partners can give, and how much of it makes a difference.")),
    "participants": (_("Participants"), _("Who can be part of the ecosystem.")),
    "conditions": (_("Conditions of good partnerships"), _("What to look at in a partnership, and its four levels.")),
    "indicators": (_("Indicators"), _("Numbers that help to answer the questions.")),
    "scales": (_("Scales"), _("Four levels in words that several questions share.")),
    "grade_bands": (_("Grade bands"), _("Grades that are shown together.")),
    "terms": (_("Terms"), _("The parts of the school year.")),
    "strategies": (_("Strategies"), _("What other cities did, with their sources.")),
}
"""Every kind of entry of the framework: its name, and what it is."""
INNER_NAMES: dict[str, str | Promise] = {"questions": _("Questions"), "criteria": _("Criteria")}

NAMES: dict[str, str | Promise] = {
    "answered_by": _("Who answers"), "basis": _("Why so much"), "boundary": _("File of the boundary"),
    "caveat": _("What it is worth"), "conditions": _("Conditions"), "contributions": _("Contributions"),
    "country": _("Country"), "criteria": _("Criteria"), "currency": _("Currency"),
    "description": _("Description"), "dosage": _("How much in a year"), "ends": _("Last day"),
    "evidence": _("What shows it"), "explanation": _("Explanation"), "figure": _("Measure of this platform"),
    "first": _("First grade"), "help": _("Help"), "id": _("Id"), "indicators": _("Indicators"),
    "languages": _("Languages"), "last": _("Last grade"), "levels": _("Levels"), "licence": _("Licence"),
    "minutes": _("Minutes of each session"), "name": _("Name"), "number": _("Number"), "place": _("Place"),
    "population": _("Population"), "questions": _("Questions"), "scale": _("Scale"), "sections": _("Sections"),
    "sessions": _("Sessions in a year"), "sides": _("Who is asked"), "source": _("Source"), "sources": _("Sources"),
    "standing": _("What the source is worth"), "starts": _("First day"), "state": _("State"),
    "summary": _("Summary"), "text": _("Text"), "time_zone": _("Time zone"), "title": _("Name"), "unit": _("Unit"),
    "url": _("Web address"), "value": _("Value"), "what": _("What they did"), "years": _("Years"),
}  # fmt: skip
"""What the fields of the models are called."""
HELP: dict[str, str | Promise] = {
    "starts": _("Month and day, such as 09-01."),
    "ends": _("Month and day, such as 12-31."),
    "first": _("Pre-kindergarten is -1, kindergarten 0."),
    "years": _("Such as 2018, 2018-19 or 2009-2019."),
    "sources": _("Web addresses, each on a line of its own."),
    "url": _("It starts with https://."),
    "figure": _("The id of a measure, such as access.reach. Left empty, people are asked for the number."),
}
LONG = frozenset({"summary", "description", "explanation", "evidence", "what", "help", "basis", "source", "caveat"})
CHOICES: dict[str, str | Promise] = {
    "students": _("students"), "teachers": _("teachers"), "items": _("items"), "hours": _("hours"),
    "organization": _("organization"), "school": _("school"), "teacher": _("teacher"), "district": _("district"),
    "count": _("a count"), "share": _("a share"), "seats per 100 students": _("seats per 100 students"),
    "ratio": _("a ratio"), "index": _("an index"), "full-time equivalents": _("full-time equivalents"),
    "minutes": _("minutes"), "yes or no": _("yes or no"), "walking": _("on foot"),
    "two_step": _("all places within reach alike"), "enhanced": _("nearer places count more"),
    "three_step": _("nearer places count more, and students choose among them"),
}  # fmt: skip
"""Values that a field chooses from, in words."""


STANDINGS: dict[str, str | Promise] = {
    "published": _("published for this purpose"),
    "adapted": _("adapted from a neighboring purpose"),
    "convention": _("a common convention"),
    "assumption": _("an assumption of this platform"),
    "city": _("set by the city"),
}
"""What the source of a target is worth."""


@dataclass(frozen=True)
class Part:
    """One value of an entry: where it stands below the entry, what kind of value it is, and whether it may be missing.

    `shape` is "text", "levels", "number", "whole", "choice", "choices", "id", "ids", "lines" or "words"; `of` is the
    kind of entry that ids are of, `options` what a choice is among, `least` and `most` the ends of a number.
    """

    path: Path
    shape: str
    required: bool
    of: str = ""
    options: tuple[str, ...] = ()
    least: float | None = None
    above: float | None = None
    most: float | None = None

    @property
    def name(self) -> str:
        return self.path[-1]


def model_of(kind: str, inner: str = "") -> type[Entry]:
    """The model of the entries of a kind, or of an inner kind. Raises KeyError where there is none."""
    model: type[Entry] = get_args(Framework.model_fields[kind].annotation)[1]
    return get_args(model.model_fields[inner].annotation)[1] if inner else model


def inner_of(kind: str) -> str:
    """The kind of entries that stand inside of this one's; empty where none do."""
    return next((name for name in INNER if name in model_of(kind).model_fields), "")


@cache
def parts_of(model: type[BaseModel]) -> tuple[Part, ...]:
    """Every value of a model's entries, in the order of the model."""
    return tuple(_parts(model, (), optional=False))


def _parts(model: type[BaseModel], above: Path, *, optional: bool) -> Iterator[Part]:
    for name, field in model.model_fields.items():
        if name in ("id", "enabled", *INNER):
            continue
        path, required = (*above, name), field.is_required() and not optional
        annotation, metadata = _plain(field.annotation, list(field.metadata))
        if annotation is Dosage:
            yield from _parts(Dosage, path, optional=True)
        elif field.annotation == Levels or "levels" in path:
            yield Part(path, "levels", required)
        elif annotation is Text:
            yield Part(path, "text", required)
        elif annotation in (int, float):
            ends = {type(one): one for one in metadata}
            yield Part(
                path,
                "whole" if annotation is int else "number",
                required,
                least=getattr(ends.get(Ge), "ge", None),
                above=getattr(ends.get(Gt), "gt", None),
                most=getattr(ends.get(Le), "le", None),
            )
        elif get_origin(annotation) is Literal:
            yield Part(path, "choice", required, options=get_args(annotation))
        elif get_origin(annotation) is tuple:
            item, _metadata = _plain(get_args(annotation)[0], [])
            if get_origin(item) is Literal:
                yield Part(path, "choices", required, options=get_args(item))
            else:
                shape = "ids" if _names_of(name) else "lines"
                yield Part(path, shape, required and name != "indicators", of=_names_of(name))
        else:
            of = _names_of(name)
            yield Part(path, "id" if of else "words", required, of=of)


def _names_of(name: str) -> str:
    """The kind whose ids a field of this name holds."""
    named = {"answered_by": "participants", "scale": "scales"}.get(name, name)
    return named if named in KINDS else ""


def _plain(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The type below annotations and beside None, with what was annotated."""
    while True:
        if get_origin(annotation) is Annotated:
            metadata = [*metadata, *annotation.__metadata__]
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
            annotation = next(option for option in get_args(annotation) if option is not NoneType)
        else:
            return annotation, metadata


def plain(value: Any) -> Any:
    """A value of the framework as TOML has it: tables, lists, texts and numbers."""
    if isinstance(value, BaseModel):
        dumped = value.model_dump()
        return plain(dumped)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
