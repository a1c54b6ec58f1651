"""The resources that come with Allcity, read from `library.toml` and checked."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allcity.declaration import load_framework

HERE = Path(__file__).parent
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Phrase = Annotated[str, Field(min_length=1, max_length=200)]
Passage = Annotated[str, Field(min_length=1, max_length=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Strict):
    """What is said of a collection in one language."""

    title: Phrase
    summary: Passage


class Words(About):
    """What is said of a resource in one language: what it is, and how a city can use it."""

    use: Passage


class Stock(_Strict):
    """A resource that comes with Allcity."""

    kind: Literal["guide", "toolkit", "policy", "research", "template"]
    publisher: Phrase
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=1000)]
    language: Annotated[str, Field(min_length=2, max_length=12)]
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    licence: Annotated[str, Field(max_length=200)] = ""
    sections: tuple[str, ...] = ()
    contributions: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    en: Words
    es: Words

    @property
    def words(self) -> dict[str, dict[str, str]]:
        return {"en": self.en.model_dump(), "es": self.es.model_dump()}


class StockCollection(_Strict):
    """Resources that go together, by their keys."""

    en: About
    es: About
    resources: tuple[str, ...] = Field(min_length=1)

    @property
    def words(self) -> dict[str, dict[str, str]]:
        return {"en": self.en.model_dump(), "es": self.es.model_dump()}


class Library(_Strict):
    """All that comes with Allcity. Ids of the framework and keys of resources are those that there are."""

    resources: dict[Key, Stock]
    collections: dict[Key, StockCollection]

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        framework = load_framework()
        known = {
            "sections": set(framework.sections),
            "contributions": set(framework.contributions),
            "audiences": set(framework.participants),
        }
        for key, resource in self.resources.items():
            for field, ids in known.items():
                unknown = set(getattr(resource, field)) - ids
                if unknown:
                    raise ValueError(f"{key}: there are no {field} {', '.join(sorted(unknown))}")
        for key, collection in self.collections.items():
            unknown = set(collection.resources) - set(self.resources)
            if unknown:
                raise ValueError(f"{key}: there are no resources {', '.join(sorted(unknown))}")
            if len(set(collection.resources)) < len(collection.resources):
                raise ValueError(f"{key}: it names a resource twice")
        return self


def read_library(text: str) -> Library:
    """A library from TOML. Raises `ValueError` where something in it is wrong."""
    return Library.model_validate(tomllib.loads(text))


@cache
def stock() -> Library:
    """The library that comes with this version."""
    return read_library((HERE / "library.toml").read_text(encoding="utf-8"))
