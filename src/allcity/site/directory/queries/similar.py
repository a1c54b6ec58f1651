"""Records whose names are like each other, by how alike the letters are, and where they are and what they link to."""

import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from allcity.site.cities.models import City, Kept
from allcity.site.directory.kinds import KINDS, Kind
from allcity.site.directory.models import Distinct, SchoolYear

ALIKE = 85
"""From 0 to 100: names of this likeness are told of."""
PAIRED = 92
"""Names of this likeness make a pair by themselves."""
HARDLY_ALIKE = 60
"""The least likeness of two that share a web site or a place."""
NEAR_DEGREES = 0.002
"""About 200 m."""
FAR_DEGREES = 0.02
"""About 2 km: two that are farther apart are not one, whatever they are called."""
_EMPTY_WORDS = frozenset({"the", "of", "and", "inc", "llc", "el", "la", "los", "las", "de", "del", "y"})
_SHARED_HOSTS = ("facebook.com", "instagram.com", "youtube.com", "google.com", "linktr.ee")


@dataclass(frozen=True)
class Pair:
    """Two records that may be the same, and how alike their names are from 0 to 100."""

    first: Kept
    second: Kept
    likeness: float
    same_site: bool
    near: bool


def similar_names(city: City, kind: Kind, text: str, *, but: int | None = None, limit: int = 5) -> list[Kept]:
    """Current records of a kind whose names are like the text, the likest first. `but` is the id of one to leave out."""
    records = [record for record in kind.model._default_manager.of(city).current() if record.pk != but]
    names = [plain(str(record)) for record in records]
    wanted = plain(text)
    if not wanted:
        return []
    found = process.extract(wanted, names, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=limit)
    if len(found) < limit and len(wanted) > 3:
        begun = [(name, 0, index) for index, name in enumerate(names) if wanted in name]
        there = {index for _name, _score, index in found}
        found = [*found, *(each for each in begun if each[2] not in there)][:limit]
    return [records[index] for _name, _score, index in found]


def has_name_like(city: City, kind: Kind, text: str, *, but: int | None = None) -> list[Kept]:
    """Current records whose name is so like the text that they may be what is meant."""
    wanted = plain(text)
    return [
        record
        for record in similar_names(city, kind, text, but=but)
        if fuzz.token_sort_ratio(wanted, plain(str(record))) >= ALIKE
    ]


def similar_pairs(city: City, kind: Kind) -> list[Pair]:
    """Pairs of current records that may be the same, the likest first, without those that somebody said are not.

    Programs are compared within their organization alone: many organizations have a "Youth Choir".
    """
    records = list(kind.model._default_manager.of(city).current().select_related(*kind.paths).order_by("pk"))
    if len(records) < 2:
        return []
    names = [plain(str(record)) for record in records]
    likeness = process.cdist(names, names, scorer=fuzz.token_sort_ratio, score_cutoff=HARDLY_ALIKE)
    apart = set(Distinct.objects.of(city).filter(table=kind.name).values_list("first", "second"))
    places, sites = _places(city, kind, records), [_host(getattr(record, "website", "")) for record in records]
    pairs = []
    for one, other in zip(*likeness.nonzero(), strict=True):
        first, second = records[one], records[other]
        if one >= other or (first.pk, second.pk) in apart or _numbers(names[one]) != _numbers(names[other]):
            continue
        if kind.name == "programs" and first.organization_id != second.organization_id:
            continue
        distance = _distance(places.get(first.pk), places.get(second.pk))
        same_site = bool(sites[one]) and sites[one] == sites[other] and kind.name == "organizations"
        near = distance is not None and distance < NEAR_DEGREES
        far = distance is not None and distance > FAR_DEGREES
        score = float(likeness[one, other])
        if (score >= PAIRED and not far) or same_site or (near and score >= ALIKE):
            pairs.append(Pair(first, second, score, same_site, near))
    return sorted(pairs, key=lambda pair: (-pair.likeness, str(pair.first)))


def plain(text: str) -> str:
    """A name without case, accents, marks and empty words."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(word for word in letters.split() if word not in _EMPTY_WORDS)


def _numbers(name: str) -> list[str]:
    """The numbers in a name: School 12 and School 13 are two, however alike the letters."""
    return [word for word in name.split() if any(letter.isdigit() for letter in word)]


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if host.endswith(_SHARED_HOSTS) else host


def _places(city: City, kind: Kind, records: list[Any]) -> dict[int, tuple[float, float]]:
    rows: Any = ()
    if kind is KINDS["locations"]:
        rows = ((record.pk, record.latitude, record.longitude) for record in records)
    elif kind is KINDS["schools"]:
        rows = SchoolYear.objects.of(city).order_by("year").values_list("school_id", "latitude", "longitude")
    return {
        pk: (latitude, longitude) for pk, latitude, longitude in rows if latitude is not None and longitude is not None
    }


def _distance(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float | None:
    """The greater of the distances north and east, in degrees: enough to tell near from far."""
    return None if one is None or other is None else max(abs(one[0] - other[0]), abs(one[1] - other[1]))
