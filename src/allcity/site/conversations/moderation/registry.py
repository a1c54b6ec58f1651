"""The kinds of contributions that are moderated. Features register theirs, with how to show, take down and restore one."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.conversations.moderation.reasons import USUAL, Reasons


@dataclass(frozen=True)
class Contribution:
    """Something that somebody wrote for others, as those who moderate see it.

    `title` is what it is, or is part of; `url` leads to it. `removes` says in words what goes with it when it is taken
    down, where that is more than the text. `by` names its author where they have no account. `review` is the address of
    the page on which it is decided, where it has one of its own.
    """

    public_id: UUID
    author: User | None
    title: str
    text: str
    url: str
    language: str = ""
    removes: str | Promise = ""
    review: str = ""
    by: str | Promise = ""


@dataclass(frozen=True)
class Kind:
    """A kind of contribution, by its id.

    `find(city, public_ids)` gives those that are there, whatever their state, with as many queries for one as for many.
    `may_read(user, city, public_id)` says whether a person may read one now. `take_down` and `restore` are called with city
    and public id, inside the transaction of the decision; `restore` also lets through what has waited from the start.
    `new` says in words why it waits then, and `reasons` are usual ones for it beside those for all kinds.
    """

    id: str
    name: str | Promise
    find: Callable[[City, Collection[UUID]], Mapping[UUID, Contribution]]
    may_read: Callable[[User | AnonymousUser, City, UUID], bool]
    take_down: Callable[[City, UUID], None]
    restore: Callable[[City, UUID], None]
    new: str | Promise
    reasons: Reasons = field(default_factory=dict)

    def usual_reasons(self) -> Reasons:
        """Those for all kinds, and its own."""
        return {**USUAL, **self.reasons}


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Have contributions of a kind moderated in the city's one queue."""
    _kinds[kind.id] = kind
    return kind


def kinds() -> Mapping[str, Kind]:
    """Every kind, by its id."""
    return _kinds
