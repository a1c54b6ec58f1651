"""Results as a page shows them: programs with their places and times, what is not known of them, and what to loosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.directory.models import Offering
from allcity.site.directory.words import DAYS as DAY_NAMES
from allcity.site.directory.words import listing, period
from allcity.site.finder import words
from allcity.site.finder.finding import KEPT_FOR_SCHOOLS, Found, Result
from allcity.site.finder.index import Index
from allcity.site.finder.query import DAYS, Query
from allcity.site.finder.vocabulary import load_vocabulary

MOST_MEETINGS = 3
_PARAMETERS = {"fee": ("fee", "free"), "what": ("what", "exact")}


@dataclass(frozen=True)
class Meeting:
    """A place and time at which a program meets, on one or more dates; `text` is what follows the way there."""

    place: str
    text: str
    key: str
    location: int
    travel: str = ""


@dataclass(frozen=True)
class Card:
    """A program that was found, as made pieces of a page: head, meetings, rest; `unknown` is what is to be asked, in words."""

    head: str
    meetings: tuple[Meeting, ...]
    rest: str
    unknown: str = ""


@dataclass(frozen=True)
class Loosening:
    """A condition that keeps programs away: what to say of it, and where the search goes on without it, if it can."""

    text: str
    query: str


def cards(city: City, index: Index, query: Query, found: Found, results: Iterable[Result]) -> Sequence[str]:
    """Some of the results as a page shows them, in HTML. What searches have in common is made once."""
    on_map: set[int] = set()
    made = []
    today, language = timezone.localdate(), get_language() or "en"
    for result in results:
        card = index.remember((today, language, result.offerings), partial(_card, city, index, result.offerings))
        unknown = listing(_not_known(index, query, found, name, result.offerings[0]) for name in result.unknown)
        card = replace(card, unknown=unknown, meetings=tuple(_on_the_way(index, found, card.meetings, on_map)))
        made.append(
            index.remember((today, language, card), partial(render_to_string, "finder/card.html", {"card": card}))
        )
    return made


def _on_the_way(index: Index, found: Found, meetings: Iterable[Meeting], on_map: set[int]) -> Iterable[Meeting]:
    """Meetings with the way there."""
    for one in meetings:
        minutes = found.minutes_to[one.location] if one.key and found.minutes_to is not None else np.nan
        travel = words.travel(float(minutes), index.travel.mode) if np.isfinite(minutes) else ""
        yield replace(one, travel=travel, key="" if one.location in on_map else one.key)
        on_map.add(one.location)


def _card(city: City, index: Index, offerings: Sequence[int]) -> Card:
    """What is said of a program's offerings in every search that finds just these."""
    grouped: dict[tuple[int, words.Session], list[Offering]] = {}
    for at in offerings:
        grouped.setdefault((int(index.location[at]), said(index, at)), []).append(index.offerings[at])
    shown = list(grouped.items())[:MOST_MEETINGS]
    context = {
        "city": city,
        "offering": index.offerings[offerings[0]],
        "facts": list(_facts([session for (_place, session), _dates in shown])),
        "more": len(grouped) - len(shown),
    }
    return Card(
        head=render_to_string("finder/head.html", context),
        meetings=tuple(_meeting(place, session, dates) for (place, session), dates in shown),
        rest=render_to_string("finder/rest.html", context),
    )


def said(index: Index, at: int) -> words.Session:
    """An offering in the language of the reader, put into words once."""
    make = partial(words.session, index.offerings[at], currency=index.currency)
    return index.remember((get_language(), at), make)


def _meeting(place: int, session: words.Session, offerings: Sequence[Offering]) -> Meeting:
    first, last = min(one.start_date for one in offerings), max(one.end_date for one in offerings)
    context = {
        "session": session,
        "one_day": all(one.start_date == one.end_date for one in offerings),
        "period": period(first, last, dates=len(offerings)),
    }
    location = None if offerings[0].mode == Offering.Mode.ONLINE else offerings[0].location
    return Meeting(
        place=session.place,
        text=render_to_string("finder/meeting.html", context),
        key=location.key if location else "",
        location=place,
    )


def _facts(sessions: Sequence[words.Session]) -> Iterable[tuple[str, str]]:
    """What is said of all meetings together; where they differ, each once."""
    for label, name in (
        (_("Ages"), "ages"),
        (_("Fee"), "fee"),
        (_("Seats"), "seats"),
        (_("Languages"), "languages"),
        (_("Accommodations"), "accommodations"),
        (_("Also"), "extras"),
        (_("For students of"), "kept_for"),
    ):
        values = dict.fromkeys(getattr(session, name) for session in sessions)
        if told := "; ".join(filter(None, values)):
            yield label, told
        elif name in ("languages", "accommodations"):
            yield label, _("not said")


def _not_known(index: Index, query: Query, found: Found, name: str, at: int) -> str:
    """What is not known of an offering's condition, to end "Not known or to be asked: …"."""
    offering = index.offerings[at]
    if name == "what":
        vocabulary, language = load_vocabulary(), get_language() or "en"
        sought = [vocabulary.concepts[concept].title(language) for concept in found.wish.concepts]
        return _("whether it has %(what)s") % {"what": listing(sought)}
    if name == "days" and (offering.days or offering.start_date == offering.end_date):
        other = [str(DAY_NAMES[day]) for day in DAYS if day in offering.days and day not in query.days]
        return _("it meets on %(days)s too") % {"days": listing(other)}
    if name == "fee" and offering.minimum_fee is not None and offering.maximum_fee is not None:
        return _("who pays how much of the fee")
    if name == KEPT_FOR_SCHOOLS:
        return _("whether there is room for others: places are kept for students of %(schools)s") % {
            "schools": said(index, at).kept_for
        }
    return {
        "age": _("the ages"),
        "grade": _("the ages"),
        "days": _("the days"),
        "times": _("the time of day"),
        "fee": _("the fee"),
        "language": _("the language"),
        "accommodations": _("what it has for students' needs"),
        "contribution": _("the kind of program"),
        "minutes": _("where it is"),
        "transport": _("whether it brings students there"),
        "food": _("whether it gives food"),
    }[name]


def loosenings(found: Found, asked: QueryDict) -> list[Loosening]:
    """Which condition keeps how many programs away, the one that keeps the most first."""
    names = {
        "what": _("what you would like to do"),
        "age": _("the age"),
        "grade": _("the grade"),
        "days": _("the days"),
        "times": _("the time of day"),
        "fee": _("the fee"),
        "language": _("the language"),
        "accommodations": _("what the student needs"),
        "contribution": _("the kind of program"),
        "mode": _("in person or online"),
        "minutes": _("how far"),
        "transport": _("the way there"),
        "food": _("food"),
    }
    told = []
    for name, number in sorted(found.removed.items(), key=lambda item: -item[1]):
        if name == KEPT_FOR_SCHOOLS:
            text = ngettext(
                "%(number)s program keeps its places for students of other schools.",
                "%(number)s programs keep their places for students of other schools.",
                number,
            )
            told.append(Loosening(text % {"number": number}, ""))
            continue
        text = ngettext(
            "Without “%(condition)s”: %(number)s more program",
            "Without “%(condition)s”: %(number)s more programs",
            number,
        )
        from_words = name == "accommodations" and found.wish.accommodations
        rest = asked.copy()
        for parameter in _PARAMETERS.get(name, (name,)):
            rest.pop(parameter, None)
        rest.pop("page", None)
        told.append(
            Loosening(text % {"condition": names[name], "number": number}, "" if from_words else rest.urlencode())
        )
    return told
