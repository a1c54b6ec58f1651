"""Resources of the library, as the site makes them, and who is asked whether their links answer. Everything is made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.factories.site import person

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain
from allcity.site.publishing.resources.checks import Entry

_number = count(1)


def an_entry(title: str = "How to lend violins", **more: Any) -> Entry:
    """What is said of a resource, in English where nothing else is said."""
    words = {"en": {"title": title, "summary": "Who lends them, and to whom.", "use": "Read it before you buy any."}}
    return Entry(**{"kind": Resource.Kind.GUIDE, "words": words, "language": "en", **more})


def a_resource(of: City | None, title: str = "How to lend violins", *, url: str = "", **more: Any) -> Resource:
    """A resource in the library of a city, or in that for all."""
    url = url or f"https://violins.example/{next(_number)}"
    user: User = more.pop("user", None) or person()
    return domain.add(city=of, user=user, entry=an_entry(title, **more), url=url)


def a_suggestion(of: City, title: str = "How to lend violins", *, url: str = "", **more: Any) -> Resource:
    """A suggestion by `user`, or from the address `email`, which has not been confirmed then."""
    url = url or f"https://violins.example/{next(_number)}"
    user, email = more.pop("user", None), more.pop("email", "")
    return domain.suggest(city=of, url=url, entry=an_entry(title, **more), user=user, email=email)


@dataclass
class FakeAsker:
    """Answers for the whole web: with the status that is said of an address, else with 200. It takes note of what it is asked."""

    says: Mapping[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    seconds_for_each: float = 0.0
    _now: float = 0.0

    def ask(self, url: str) -> int:
        self.asked.append(url)
        self._now += self.seconds_for_each
        return self.says.get(url, 200)

    def clock(self) -> float:
        return self._now
