"""Matches in words: what is asked for, why this fits, and what is not known, with what would make it known."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.cities.models import City
from allcity.site.directory.words import catalogue, contribution_title, language_name, listing
from allcity.site.needs.matching.links import propose_url
from allcity.site.needs.models import Match, Need, Unmatched

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Remedy:
    """What somebody can say to make a match clearer, and where."""

    text: str
    url: str


@dataclass(frozen=True)
class MatchRow:
    """A match in words. `reasons` are sentences; `unknown` ends "Not known: …", and `remedies` are for who reads.

    `propose` is where one offers or asks.
    """

    match: Match
    asks: str
    reasons: tuple[str, ...]
    unknown: str
    remedies: tuple[Remedy, ...]
    propose: str


def for_organization(city: City, match: Match) -> MatchRow:
    """A need as an organization reads it that could answer it."""
    facts = match.reasons
    reasons = [_amounts(city, match), *_way(city, match)]
    if facts["free_seats"]:
        seats = ngettext("You have %(number)s free seat.", "You have %(number)s free seats.", facts["free_seats"])
        reasons.append(seats % {"number": catalogue().number(facts["free_seats"])})
    reasons += [*_fit(match), *_asked(match), *_school(match)]
    return MatchRow(
        match, asked_for(city, match.need), tuple(reasons), listing(_unknown(match)), tuple(_remedies(city, match)),
        propose_url(city, match),
    )  # fmt: skip


def for_school(city: City, match: Match) -> MatchRow:
    """A program as a school reads it that it could answer a need of."""
    facts = match.reasons
    reasons = [*_way(city, match)]
    if facts["free_seats"]:
        seats = ngettext("It has %(number)s free seat.", "It has %(number)s free seats.", facts["free_seats"])
        reasons.append(seats % {"number": catalogue().number(facts["free_seats"])})
    reasons += [*_fit(match), *_asked(match)]
    return MatchRow(
        match, asked_for(city, match.need), tuple(reasons), listing(_unknown(match)), (), propose_url(city, match)
    )


def asked_for(city: City, need: Need | None) -> str:
    """What a need asks for; without one, by the figures, places for students."""
    return contribution_title(city, need.contribution) if need else _("Places for students who have none")


def amount_of(need: Need, *, shown: bool) -> str:
    """How much a need asks for, in words."""
    if need.amount is None:
        return str(_("how much was not said"))
    return catalogue().counted(need.unit, need.amount) if shown else catalogue()("words.withheld")


def _amounts(city: City, match: Match) -> str:
    """How much is asked for, and how much of it is not met; of too few students nothing."""
    say, need = catalogue(), match.need
    asked, left = match.reasons["asked"], match.reasons["not_met"]
    if need is None:
        if left is None:
            return _("How many students have no place is not known.")
        if not match.shows_amount:
            return _("By the figures, some students have no place. The number is not shown.")
        return _("By the figures, about %(students)s have no place.") % {"students": say.counted("students", left)}
    if asked is None:
        return _("How much is asked for was not said.")
    if not match.shows_amount:
        return _("The number that is asked for is not shown, so that nobody can be recognized.")
    met, amount = asked - left, say.counted(need.unit, asked)
    # A part of what may be told can be too few to tell.
    if need.unit == Need.Unit.STUDENTS and min(left, met or left) < city.threshold:
        return _("Asked for: %(amount)s.") % {"amount": amount}
    if met == 0:
        return _("Asked for: %(amount)s. Nothing of it is met yet.") % {"amount": amount}
    return _("Asked for: %(amount)s. Not met yet: %(left)s.") % {"amount": amount, "left": say.counted(need.unit, left)}


def _way(city: City, match: Match) -> Iterator[str]:
    facts = match.reasons
    if facts["online"]:
        yield _("It is online, so that nobody has to travel.")
    elif facts["minutes"] is not None and not _is_of_things(match):
        minutes = max(round(facts["minutes"]), 1)
        if city.settings.framework.targets.travel_mode.value == "walking":
            text = ngettext("About %(number)s minute on foot.", "About %(number)s minutes on foot.", minutes)
        else:
            text = ngettext("About %(number)s minute away.", "About %(number)s minutes away.", minutes)
        yield text % {"number": minutes}


def within(minutes: int) -> str:
    """A distance to choose."""
    return ngettext("at most %(number)s minute", "at most %(number)s minutes", minutes) % {"number": minutes}


def _is_of_things(match: Match) -> bool:
    return match.need is not None and match.need.unit == Need.Unit.ITEMS


def _fit(match: Match) -> Iterator[str]:
    facts = match.reasons
    if match.need is not None and match.need.unit in (Need.Unit.TEACHERS, Need.Unit.ITEMS):
        return
    if facts["fit_low"] >= 1 - _ROUNDING:
        yield _("It is for all the grades that are asked for.")
    elif facts["fit_low"] == facts["fit_high"]:
        yield _("It is for some of the grades that are asked for.")


def _asked(match: Match) -> Iterator[str]:
    """Languages and days, where the need names some and the program does too."""
    need, facts = match.need, match.reasons
    if need is None:
        return
    languages = listing(map(language_name, need.languages))
    if languages and facts["language_low"] == facts["language_high"]:
        if facts["language"] >= 1 - _ROUNDING:
            yield _("It is given in the languages that are asked for: %(languages)s.") % {"languages": languages}
        elif facts["language"] > 0:
            yield _("It is given in one of the languages that are asked for: %(languages)s.") % {"languages": languages}
        else:
            yield _("It is not given in the languages that are asked for: %(languages)s.") % {"languages": languages}
    if need.days and facts["time_low"] == facts["time_high"]:
        if facts["time"] >= 1 - _ROUNDING:
            yield _("It is on days that suit the school.")
        elif facts["time"] > 0:
            yield _("Some of its days suit the school.")
        else:
            yield _("Its days are others than those that suit the school.")


def _school(match: Match) -> Iterator[str]:
    """What the school has of its own, as far as it is public."""
    facts = match.reasons
    if facts["music_staff"] == 0:
        yield _("The school has no certified music teacher.")
    elif facts["minutes_share"] is not None and facts["minutes_share"] < 1 - _ROUNDING:
        yield _("Its students have fewer minutes of music a week than the city's target.")


def _is_open(match: Match, part: str) -> bool:
    return bool(match.reasons[f"{part}_low"] < match.reasons[f"{part}_high"] - _ROUNDING)


def _unknown(match: Match) -> Iterator[str]:
    """What is not known, to end "Not known: …"."""
    location = match.offering.location if match.offering else None
    has_place = location is not None and location.latitude is not None and location.longitude is not None
    words = {
        "unmet": _("how much is asked for, or still open"),
        "fit": _("which ages it is for, or what it has for students' needs"),
        "reach": _("where the school is") if has_place else _("where the program is held"),
        "seats": _("how many seats are free"),
        "language": _("in which languages it is given"),
        "time": _("on which days it is held"),
        "scarcity": _("how much music the school has of its own"),
    }
    if match.offering is None:
        yield _("its dates, place, ages and seats")
        words = {part: words[part] for part in ("unmet", "scarcity")}
    for part, text in words.items():
        seats_follow = part == "seats" and match.reasons["free_seats"] is not None  # they are known, the need is not
        if _is_open(match, part) and not seats_follow:
            yield str(text)


def _remedies(city: City, match: Match) -> Iterator[Remedy]:
    """What the organization itself can say."""
    if match.offering is None:
        page = reverse("city:add-under", args=[city.slug, "programs", match.program.slug, "where"])
        yield Remedy(_("Add dates, a place and seats to this program, and this becomes clearer"), page)
        return
    page = reverse("city:edit-record", args=[city.slug, "offerings", match.offering.slug])
    if _is_open(match, "seats") and match.reasons["free_seats"] is None:
        yield Remedy(_("Say how many seats you have, and this becomes clearer"), page)
    elif _is_open(match, "fit") or (_is_open(match, "reach") and match.offering.location is None):
        yield Remedy(_("Say which ages it is for and where it is held, and this becomes clearer"), page)
    elif _is_open(match, "language") or _is_open(match, "time"):
        yield Remedy(_("Say on which days and in which languages it is, and this becomes clearer"), page)


def nobody(unmatched: Unmatched) -> tuple[str, str]:
    """Why nobody could answer a need, and what can be done: two sentences."""
    reasons = Unmatched.Reason
    return {
        reasons.CONTRIBUTION: (
            _("No program on record gives this."),
            _("Your city's coordinator looks for partners: tell them what you need, and for whom."),
        ),
        reasons.REACH: (
            _("Programs give this, but none within reach of your school."),
            _("Ask one whether its teachers come to you, or whether it brings students there."),
        ),
        reasons.AGES: (
            _("Programs within reach give this, but none for these grades."),
            _("See whether other grades could take part, or ask one whether it could open to yours."),
        ),
        reasons.SEATS: (
            _("Programs that would fit have no free seat."),
            _("Ask early for next year. Your city's coordinator sees that more seats are needed."),
        ),
        reasons.IN_HAND: (
            _("Everybody who could answer this works with you on it already."),
            _("Talk with them about what is still open."),
        ),
    }[reasons(unmatched.reason)]
