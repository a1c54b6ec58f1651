"""The framework of the Declaration as typed data: what a city examines, in which words, against which targets.

The words and numbers themselves stand in the TOML files beside this module, one file for each field of `Framework`.
Every table in them is named by its id. A city changes any of it in its own `city.toml`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from allcity.declaration.messages import Message

Value = TypeVar("Value")
Unit = Literal[
    "count",
    "share",
    "seats per 100 students",
    "hours",
    "ratio",
    "index",
    "full-time equivalents",
    "minutes",
    "yes or no",
]
NeedUnit = Literal["students", "teachers", "items", "hours"]
Side = Literal["organization", "school", "teacher", "district"]
Standing = Literal["published", "adapted", "convention", "assumption", "city"]
LANGUAGE_CODE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


@dataclass(frozen=True)
class Context:
    """What a validation needs to know of the whole: the language of plain texts, and every id with whether it is in use."""

    language: str = "en"
    in_use: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


def of_form(pattern: str, remedy: str) -> AfterValidator:
    """A check that a text matches a pattern in full; `remedy` tells a person what to write instead."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("form", "{remedy}", {"remedy": remedy})
        return value

    return AfterValidator(check)


def _id_of(kind: str, *, dropped_too: bool = False) -> AfterValidator:
    """A check that a text is an id of a kind."""

    def check(value: str, info: ValidationInfo) -> str:
        if isinstance(info.context, Context):
            in_use = info.context.in_use[kind]
            if in_use.get(value) is False and not dropped_too:
                raise PydanticCustomError("still_used", "still used", {"kind": kind})
            if value not in in_use:
                known = [name for name, used in in_use.items() if used]
                raise PydanticCustomError("unknown_id", "unknown", {"kind": kind.replace("_", " "), "known": known})
        return value

    return AfterValidator(check)


def _still_in_use(kind: str) -> AfterValidator:
    """Leave out the references to what a city has dropped: whoever drops an entry need not look for its traces."""

    def check(values: Any, info: ValidationInfo) -> Any:
        if not isinstance(info.context, Context):
            return values
        in_use = info.context.in_use[kind]
        if isinstance(values, Mapping):
            return {key: value for key, value in values.items() if in_use[key]}
        return tuple(value for value in values if in_use[value])

    return AfterValidator(check)


def _month_day(value: str) -> str:
    try:
        date.fromisoformat(f"2000-{value}")
    except ValueError:
        raise PydanticCustomError("form", "{remedy}", {"remedy": Message('write month and day as "09-01"')}) from None
    return value


def _rising(steps: "tuple[CatchmentStep, ...] | None") -> "tuple[CatchmentStep, ...] | None":
    if steps is not None and any(a.minutes >= b.minutes or a.weight < b.weight for a, b in pairwise(steps)):
        remedy = Message("list the steps by rising minutes and with weights that do not rise")
        raise PydanticCustomError("form", "{remedy}", {"remedy": remedy})
    return steps


Words = Annotated[str, Field(min_length=1)]
LanguageCode = Annotated[str, of_form(LANGUAGE_CODE, Message('write a language code such as "en" or "es"'))]
Id = Annotated[
    str, of_form(r"[A-Za-z0-9][A-Za-z0-9_-]*", Message("name it with letters, digits, hyphens and underscores alone"))
]
Address = Annotated[str, of_form(r"https?://\S+", Message('write a web address that starts with "https://"'))]
MonthDay = Annotated[str, AfterValidator(_month_day)]
Grade = Annotated[int, Field(ge=-1, le=12)]
Positive = Annotated[float, Field(gt=0)]
Participants = Annotated[
    tuple[Annotated[str, _id_of("participants", dropped_too=True)], ...], _still_in_use("participants")
]
Indicators = Annotated[tuple[Annotated[str, _id_of("indicators", dropped_too=True)], ...], _still_in_use("indicators")]
Sections = Annotated[tuple[Annotated[str, _id_of("sections", dropped_too=True)], ...], _still_in_use("sections")]
Contributions = Annotated[
    tuple[Annotated[str, _id_of("contributions", dropped_too=True)], ...], _still_in_use("contributions")
]
Conditions = Annotated[tuple[Annotated[str, _id_of("conditions", dropped_too=True)], ...], _still_in_use("conditions")]


class Text(RootModel[Annotated[Mapping[LanguageCode, Words], Field(min_length=1)]]):
    """A text in one or more languages, by language code."""

    model_config = ConfigDict(frozen=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any, info: ValidationInfo) -> Any:
        language = info.context.language if isinstance(info.context, Context) else "en"
        return {language: value} if isinstance(value, str) else value

    def in_language(self, language: str) -> str:
        """The text in a language, else in that language's main form, else in English, else in the first there is."""
        for code in (language, language.partition("-")[0], "en"):
            if code in self.root:
                return self.root[code]
        return next(iter(self.root.values()))


Levels = Annotated[tuple[Text, ...], Field(min_length=4, max_length=4)]
"""Four steps in words, from the least to the most; an answer names one of them by its number, 1 to 4."""


class Part(BaseModel):
    """Any part of the framework: it cannot be changed, and knows no other fields than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


class Entry(Part):
    """A part with an id, which in TOML is the name of its table: an `id` inside the table is unknown there."""

    id: Id = Field(validation_alias="@id", exclude=True)
    enabled: bool = Field(default=True, exclude=True)


class Titled(Entry):
    """An entry with a name for people."""

    title: Text


class Scale(Titled):
    """Four levels in words that several questions share."""

    levels: Levels


class Participant(Titled):
    """A type of participant in a music ecosystem."""

    description: Text


class Dosage(Part):
    """How much of a contribution one student or teacher has in a year, where a need does not say. `basis` says why."""

    sessions: Annotated[int, Field(gt=0)]
    minutes: Annotated[int | None, Field(gt=0)] = None
    basis: Text


class Contribution(Titled):
    """What a partner can give. A need for it is counted in `unit`; things and hours have no dosage."""

    description: Text
    unit: NeedUnit
    dosage: Dosage | None = None


class Indicator(Titled):
    """A number that helps to answer questions: the measure named by `figure`, or one that people are asked for."""

    unit: Unit
    source: Text
    figure: str | None = None

    @property
    def asked(self) -> bool:
        """Whether people give the number, because it cannot be computed from the city's tables."""
        return self.figure is None


class Question(Entry):
    """A question of the self-examination."""

    text: Text
    help: Text
    answered_by: Participants
    scale: Annotated[str, _id_of("scales")]
    indicators: Indicators = ()


class Section(Titled):
    """A section of the city's self-examination, with a link to the part of the Declaration that it examines."""

    number: Annotated[int, Field(gt=0)]
    summary: Text
    url: Address | None = None
    questions: Mapping[Id, Question]


class Criterion(Titled):
    """What to look at when judging a condition. `evidence` says which records show it, `sides` who is asked."""

    explanation: Text
    evidence: Text
    sides: Annotated[tuple[Side, ...], Field(min_length=1)]
    levels: Levels


class Condition(Titled):
    """A condition of a good partnership. `levels` name the four levels; criteria are shown side by side, never averaged."""

    summary: Text
    levels: Levels
    criteria: Mapping[Id, Criterion]


class Strategy(Titled):
    """What a city or a coalition did, with its published figures and where they were read; without years, it is undated."""

    place: Text
    years: (
        Annotated[str, of_form(r"\d{4}(-\d{2}(\d{2})?)?", Message('write "2018", "2018-19" or "2009-2019"'))] | None
    ) = None
    what: Text
    sources: Annotated[tuple[Address, ...], Field(min_length=1)]
    sections: Sections
    contributions: Contributions = ()
    conditions: Conditions = ()


class GradeBand(Titled):
    """Grades shown together, both ends included: pre-kindergarten is -1, kindergarten 0."""

    first: Grade
    last: Grade

    @model_validator(mode="after")
    def _in_order(self) -> "GradeBand":
        if self.first > self.last:
            raise PydanticCustomError(
                "form", "{remedy}", {"remedy": Message("give first the lower grade and last the higher")}
            )
        return self


class Term(Titled):
    """A part of the school year, from month and day to month and day, both included."""

    starts: MonthDay
    ends: MonthDay


class Source(Part):
    """Where a target comes from."""

    text: Text
    url: Address | None = None


class Target(Titled, Generic[Value]):
    """A number or choice that a city measures itself with.

    `standing` says what the source is worth: "published" for this purpose, "adapted" from a neighbouring one, a common
    "convention", our own "assumption", or set by the "city"; `caveat` says it in words. A value of None leaves the target
    unset. In a city's file a value replaces the default one as a whole, and with it the default's sources.
    """

    explanation: Text
    unit: Text
    value: Value
    standing: Standing
    sources: tuple[Source, ...] = ()
    caveat: Text | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> "Target[Value]":
        if not self.sources and self.standing != "city":
            raise PydanticCustomError("form", "{remedy}", {"remedy": Message("name the source")})
        return self


class CatchmentStep(Part):
    """The weight of a place that is up to so many minutes away."""

    minutes: Positive
    weight: Annotated[float, Field(gt=0, le=1)]


class Targets(Part):
    """Every target. Travel time is in minutes, speed in km/h; `walking_detour` multiplies the great-circle distance."""

    students_per_certified_teacher: Target[Positive | None]
    minutes_per_week: Target[
        Annotated[
            Mapping[Annotated[str, _id_of("grade_bands", dropped_too=True)], Positive], _still_in_use("grade_bands")
        ]
    ]
    reach_minutes: Target[Positive]
    travel_mode: Target[Literal["walking"]]
    walking_speed_kmh: Target[Positive]
    walking_detour: Target[Annotated[float, Field(ge=1)]]
    sustained_sessions: Target[Annotated[int, Field(gt=0)]]
    sustained_days: Target[Annotated[int, Field(gt=0)]]
    suppression_threshold: Target[Annotated[int, Field(ge=5)]]
    fee_limit: Target[Annotated[float, Field(ge=0)] | None]
    seats_cap_unknown: Target[Annotated[int, Field(gt=0)] | None]
    catchment_method: Target[Literal["two_step", "enhanced", "three_step"]]
    catchment_step_weights: Target[
        Annotated[tuple[CatchmentStep, ...] | None, Field(min_length=1), AfterValidator(_rising)]
    ]

    @model_validator(mode="after")
    def _weights_have_a_method(self) -> "Targets":
        if self.catchment_method.value == "two_step" and self.catchment_step_weights.value is not None:
            remedy = Message(
                'choose catchment_method = "enhanced" or "three_step", or leave out catchment_step_weights'
            )
            raise PydanticCustomError("form", "{remedy}", {"remedy": remedy})
        return self


class Framework(Part):
    """All of the framework. Each field but `targets` maps ids to entries, in the order in which people meet them."""

    sections: Mapping[Id, Section]
    indicators: Mapping[Id, Indicator]
    scales: Mapping[Id, Scale]
    participants: Mapping[Id, Participant]
    contributions: Mapping[Id, Contribution]
    conditions: Mapping[Id, Condition]
    strategies: Mapping[Id, Strategy]
    grade_bands: Mapping[Id, GradeBand]
    terms: Mapping[Id, Term]
    targets: Targets

    def kinds(self) -> dict[str, Mapping[str, Entry]]:
        """Every kind of entry, as city.toml names it, with its entries by id."""
        return {kind: dict(entries) for kind, entries in self}

    def questions(self) -> dict[str, Question]:
        """Every question of every section by its id, which is unique in the whole."""
        return {id_: question for section in self.sections.values() for id_, question in section.questions.items()}

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text with its dotted path, for translators and for the check that none is missing."""
        yield from _texts(self, "")


def _texts(value: object, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
        return
    children: Iterator[tuple[object, object]] = iter(())
    if isinstance(value, BaseModel):
        children = iter(value)
    elif isinstance(value, Mapping):
        children = iter(value.items())
    elif isinstance(value, tuple):
        children = iter(enumerate(value))
    for name, child in children:
        yield from _texts(child, f"{path}.{name}" if path else str(name))
