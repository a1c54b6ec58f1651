"""Where somebody means: a name, a neighborhood or a ZIP code made into a place, with what to say where it is not clear."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from allcity.analysis.travel import great_circle_km
from allcity.site.finder.index import Place
from allcity.site.finder.vocabulary import plain

MOST_CHOICES = 8
_ALIKE, _SURE = 70, 85
"""How alike a name has to be (rapidfuzz's ratios, of 100) to be asked about, and to be taken."""
_SAME_KM = 0.3
_ZIP_CODE = re.compile(r"\b\d{5}\b(?!.*\b\d{5}\b)")
_SHARED = frozenset((
    "school", "elementary", "middle", "high", "academy", "charter", "library", "branch", "park", "center", "community",
    "the", "of", "at", "escuela", "primaria", "secundaria", "preparatoria", "biblioteca", "parque", "centro", "de", "la", "el",
))  # fmt: skip


@dataclass(frozen=True)
class Resolution:
    """What a text means. Without a place there are choices to ask about, or none where nothing is like it.

    `corrected` says that the name was spelled otherwise; `more` that there are more than the choices shown.
    """

    place: Place | None = None
    choices: tuple[Place, ...] = ()
    corrected: bool = False
    more: bool = False


def resolve(places: Sequence[Place], text: str, chosen: str = "") -> Resolution:
    """The place that a text names. `chosen` is the id of one that was chosen before, which counts while the name is its own."""
    wanted = plain(text)
    if not wanted:
        return Resolution()
    named = [place for place in places if place.plain_name == wanted]
    if by_choice := [place for place in named if place.id == chosen]:
        return Resolution(by_choice[0])
    if zip_code := _ZIP_CODE.search(text):
        named = [place for place in places if place.kind == "zip" and place.name == zip_code[0]] or named
    if named:
        return _one_or_choices(named)
    words = wanted.split()
    by_word = [place for place in places if _begin(words, place.plain_words)]
    by_name = [place for place in by_word if _begin(words, place.plain_name.split())]
    return _one_or_choices(by_name or by_word) if by_word else _nearest_names(places, wanted)


def _begin(wanted: Iterable[str], words: Iterable[str]) -> bool:
    """Whether each word that is wanted begins one of the words."""
    return all(any(word.startswith(each) for word in words) for each in wanted)


def _one_or_choices(matches: Sequence[Place]) -> Resolution:
    """The first place, if all matches stand on the same ground: a school, and the music room inside it."""
    at = np.array([[place.latitude, place.longitude] for place in matches])
    if len(matches) == 1 or (great_circle_km(at[:1], at) <= _SAME_KM).all():
        return Resolution(matches[0])
    return Resolution(choices=tuple(matches[:MOST_CHOICES]), more=len(matches) > MOST_CHOICES)


def _nearest_names(places: Sequence[Place], wanted: str) -> Resolution:
    """A place whose own words are spelled much like those wanted; some alike to ask about. A number is never guessed."""
    own = _own_words(wanted)
    if own.replace(" ", "").isdecimal():
        return Resolution()
    alike = process.extract(
        own,
        [_own_words(place.plain_name) for place in places],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=_ALIKE,
        limit=MOST_CHOICES,
    )
    if not alike:
        return Resolution()
    whole = {at: fuzz.ratio(wanted, places[at].plain_name) for _name, score, at in alike if score == alike[0][1]}
    best = [places[at] for at in whole if whole[at] == max(whole.values())]
    if alike[0][1] >= _SURE and (one := _one_or_choices(best)).place:
        return Resolution(one.place, corrected=True)
    return Resolution(choices=tuple(places[at] for _name, _score, at in alike))


def _own_words(name: str) -> str:
    """A name without the words that many places share."""
    return " ".join(word for word in name.split() if word not in _SHARED) or name
