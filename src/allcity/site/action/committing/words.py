"""Commitments in words: whose they are, where they belong, how far they are, and what became of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from allcity.declaration.framework import Strategy
from allcity.site.action.committing.phases import TONES, State
from allcity.site.action.committing.queries import is_overdue, places_named
from allcity.site.action.models import Change, Commitment
from allcity.site.cities.models import City
from allcity.site.cities.places import Place
from allcity.site.cities.rules import Person, is_member
from allcity.site.conversations.people import name_of
from allcity.site.needs.survey.reminding import today_in

FIELDS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("what is to be done"),
    "details": gettext_lazy("more about it"),
    "section": gettext_lazy("the section"),
    "owner": gettext_lazy("who answers for it"),
    "place": gettext_lazy("the school or organization"),
    "due_on": gettext_lazy("the day"),
    "need": gettext_lazy("the need"),
    "figure_id": gettext_lazy("the figure"),
    "strategy": gettext_lazy("the strategy"),
    "is_public": gettext_lazy("who sees it"),
    "milestones": gettext_lazy("its steps"),
}
"""What of a commitment can be changed, as its history names it."""
DID: Mapping[str, str | Promise] = {
    State.PROPOSED: gettext_lazy("Proposed"),
    State.AGREED: gettext_lazy("Agreed to"),
    State.IN_WORK: gettext_lazy("Work has begun"),
    State.DONE: gettext_lazy("Said to be done"),
    State.VERIFIED: gettext_lazy("Verified"),
    State.DROPPED: gettext_lazy("Dropped"),
}
AGAIN = gettext_lazy("Taken up again")


@dataclass(frozen=True)
class Row:
    """A commitment in a list. `owner` is a person's name, which members of the city alone are told."""

    commitment: Commitment
    section: str
    owner: str
    place: Place | None
    tone: str
    is_overdue: bool


@dataclass(frozen=True)
class Event:
    """A line of a commitment's history. `who` is empty for readers who are not told."""

    change: Change
    text: str
    words: str
    who: str


@dataclass(frozen=True)
class StrategyShown:
    """One of the framework's strategies, in the reader's language."""

    id: str
    title: str
    place: str
    years: str
    what: str
    sources: tuple[str, ...]


def language() -> str:
    """The reader's language."""
    return get_language() or "en"


def section_title(city: City, section: str) -> str:
    """The title of a section; its id where the city has it no more."""
    found = city.settings.framework.sections.get(section)
    return found.title.in_language(language()) if found else section


def section_choices(city: City) -> list[tuple[str, str]]:
    """The city's sections in their order."""
    sections = sorted(city.settings.framework.sections.values(), key=lambda each: each.number)
    return [(each.id, each.title.in_language(language())) for each in sections]


def strategy_shown(city: City, strategy: str) -> StrategyShown | None:
    """A strategy in words; None where the city has it no more."""
    found = city.settings.framework.strategies.get(strategy)
    return in_words(found) if found else None


def strategies_of(city: City, section: str) -> list[StrategyShown]:
    """The strategies that the framework names for a section, the city's own included."""
    return [in_words(each) for each in city.settings.framework.strategies.values() if section in each.sections]


def strategy_choices(city: City) -> list[tuple[str, str]]:
    """Every strategy with where it is from."""
    strategies = (in_words(each) for each in city.settings.framework.strategies.values())
    return sorted(((each.id, f"{each.title} ({each.place})") for each in strategies), key=lambda pair: pair[1])


def in_words(strategy: Strategy) -> StrategyShown:
    """A strategy in the reader's language."""
    return StrategyShown(
        strategy.id,
        strategy.title.in_language(language()),
        strategy.place.in_language(language()),
        strategy.years or "",
        strategy.what.in_language(language()),
        strategy.sources,
    )


def rows(city: City, commitments: Iterable[Commitment], user: Person) -> list[Row]:
    """Commitments as lists show them."""
    found = list(commitments)
    places = places_named(city, found)
    today, names_people = today_in(city), is_member(user, city)
    made = []
    for each in found:
        each.city = city
        made.append(
            Row(
                each,
                section_title(city, each.section) if each.section else "",
                owner_name(each) if names_people else "",
                _place(places, each.place),
                TONES[State(each.state)],
                is_overdue(each, today),
            )
        )
    return made


def owner_name(commitment: Commitment) -> str:
    """Who answers for a commitment; that they are gone, where they are; empty where nobody was ever named."""
    if commitment.owner:
        return name_of(commitment.owner)
    return _("nobody since the person left") if commitment.was_owned else ""


def _place(places: Mapping[UUID, Place], place: UUID | None) -> Place | None:
    return places.get(place) if place else None


def history_of(commitment: Commitment, user: Person) -> list[Event]:
    """What became of a commitment. Who did it, and small changes, are for members; the reasons are for everybody.

    What somebody changed several times on end is told once.
    """
    names_people = is_member(user, commitment.city)
    events: list[Event] = []
    came: set[str] = set()
    for change in commitment.changes.select_related("by"):
        who = name_of(change.by) if names_people else ""
        if change.state:
            events.append(Event(change, str(_did(change.state, came)), change.words, who))
            came.add(change.state)
        elif names_people:
            if events and _is_same_edit(events[-1].change, change):
                del events[-1]
            named = (str(FIELDS.get(name, name)) for name in change.words.split(","))
            events.append(Event(change, _("Changed: %(what)s") % {"what": ", ".join(named)}, "", who))
    return events


def _did(state: str, came: set[str]) -> str | Promise:
    """What brought a commitment to a state, after those in which it has been."""
    is_again = bool(came) if state == State.PROPOSED else state == State.IN_WORK and bool(came & {State.DONE})
    return AGAIN if is_again else DID[state]


def _is_same_edit(before: Change, change: Change) -> bool:
    return not before.state and before.by_id == change.by_id and before.words == change.words
