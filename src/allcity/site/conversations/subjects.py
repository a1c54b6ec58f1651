"""What threads are about. Features above register how a kind of subject is named and where its page is."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from allcity.site.cities.models import City
from allcity.site.conversations.models import Thread


@dataclass(frozen=True)
class Subject:
    """A thing that is talked about: its name, and the address of its page. `circle` names whom it concerns most."""

    name: str
    url: str
    circle: tuple[str, ...] = ()


Finder = Callable[[City, Collection[UUID]], Mapping[UUID, Subject]]
"""Finds the subjects of one kind in a city, by public id. What is not there, or no longer, is left out."""

_finders: dict[str, Finder] = {}
_open: set[str] = set()


def register(kind: str, finder: Finder, *, is_open: bool = False) -> None:
    """Have subjects of a kind found by `finder`, in a number of queries that does not grow with their number.

    About an open kind everybody who may start conversations starts one: all that its finder gives is for all to read who may
    see the city. Of other kinds the feature itself decides who talks.
    """
    _finders[kind] = finder
    if is_open:
        _open.add(kind)


def open_subject(city: City, kind: str, public_id: UUID) -> Subject | None:
    """What people may start a conversation about; None where it is not there, or not for everybody to talk about."""
    return _finders[kind](city, {public_id}).get(public_id) if kind in _open else None


def subjects_of(city: City, threads: Iterable[Thread]) -> dict[int, Subject]:
    """What threads of a city are about, by the thread's number. Open topics are left out."""
    threads = [thread for thread in threads if thread.subject]
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for thread in threads:
        if thread.subject:
            wanted[thread.subject_kind].add(thread.subject)
    found = {kind: _finders[kind](city, ids) for kind, ids in wanted.items() if kind in _finders}
    subjects = (
        (thread.pk, found.get(thread.subject_kind, {}).get(thread.subject)) for thread in threads if thread.subject
    )
    return {number: subject for number, subject in subjects if subject}
