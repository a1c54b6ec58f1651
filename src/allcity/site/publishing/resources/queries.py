"""What is read of resources: those that fit a search, those that go with something, and what is the matter with their links."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import own_addresses
from allcity.site.cities.models import City
from allcity.site.conversations.models import Case
from allcity.site.publishing.models import Resource, ResourceCollection, ResourceInCollection
from allcity.site.publishing.resources.addresses import same

LISTED, SUGGESTED, DECLINED, REMOVED = (
    Resource.State.LISTED,
    Resource.State.SUGGESTED,
    Resource.State.DECLINED,
    Resource.State.REMOVED,
)
MOST_WITH_SOMETHING = 4
KIND = "resource"
"""What moderation calls them."""
_SALT = "allcity.resources.suggestion"
_IN_LISTS = ("section", "contribution", "audience")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. What is empty asks for nothing."""

    words: str = ""
    kind: str = ""
    section: str = ""
    contribution: str = ""
    audience: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Found:
    """Resources that fit, and which languages there are to choose from."""

    rows: list[Resource]
    languages: list[str] = field(default_factory=list)


def library(city: City | None = None) -> "QuerySet[Resource]":
    """What is in the library for all cities, and in that of one city."""
    of_city = Q(city=None) | Q(city=city) if city else Q(city=None)
    rows: QuerySet[Resource] = Resource.objects.filter(of_city, state=LISTED)
    return rows.select_related("city").order_by("-made_at", "-pk")


def search(asked: Asked, city: City | None = None) -> Found:
    """Those of the library that fit, in one query. A city's own come first, then whatever fits the words best."""
    rows = list(library(city))
    languages = sorted({row.language for row in rows if row.language})
    return Found(narrowed(rows, asked), languages)


def narrowed(rows: Iterable[Resource], asked: Asked) -> list[Resource]:
    """Those of the rows that fit, in the order of a search."""
    wanted = _folded(asked.words).split()
    fitting = [(row, _rank(row, wanted)) for row in rows if _fits(row, asked)]
    found = [(row, rank) for row, rank in fitting if rank is not None]
    found.sort(key=lambda pair: (pair[0].city_id is None, pair[1], _folded(str(pair[0]))))
    return [row for row, _rank in found]


def _fits(row: Resource, asked: Asked) -> bool:
    if asked.kind not in ("", row.kind) or asked.language not in ("", row.language):
        return False
    return all(not getattr(asked, part) or getattr(asked, part) in getattr(row, f"{part}s") for part in _IN_LISTS)


def _rank(row: Resource, wanted: Iterable[str]) -> int | None:
    """How far down a resource stands: first those with all words in a title; None where a word is nowhere."""
    heads = _folded(" ".join(words.get("title", "") for words in row.words.values()))
    rest = _folded(
        " ".join((row.publisher, row.url, *(text for words in row.words.values() for text in words.values() if text)))
    )
    wanted = list(wanted)
    if all(word in heads for word in wanted):
        return 0
    return 1 if all(word in rest or word in heads for word in wanted) else None


def _folded(text: str) -> str:
    """Text without accents and capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def resources_for(
    *, section: str = "", contribution: str = "", city: City | None = None, most: int = MOST_WITH_SOMETHING
) -> list[Resource]:
    """A few resources that go with a section or a contribution: a city's own first, those that answer before the dead.

    Among the rest those that are about little else come first.
    """
    rows = search(Asked(section=section, contribution=contribution), city).rows
    rows.sort(key=lambda row: (row.dead_since is not None, row.city_id is None, len(row.sections)))
    return rows[:most]


# --- Collections ---


def collections() -> "QuerySet[ResourceCollection]":
    """Collections in their order, each with how many of its resources are in the library."""
    listed = Count("resources", filter=Q(resources__state=LISTED, resources__city=None), distinct=True)
    return ResourceCollection.objects.annotate(number=listed).filter(number__gt=0).order_by("position", "pk")


def in_collection(collection: ResourceCollection) -> list[Resource]:
    """The resources of a collection in its order."""
    rows = ResourceInCollection.objects.filter(
        collection=collection, resource__state=LISTED, resource__city=None
    ).select_related("resource")
    return [row.resource for row in rows]


def collections_with(resource: Resource) -> "QuerySet[ResourceCollection]":
    """The collections that a resource is in."""
    rows: QuerySet[ResourceCollection] = ResourceCollection.objects.filter(resources=resource)
    return rows.order_by("position", "pk")


# --- For whoever looks after them ---


def to_keep(city: City | None) -> "QuerySet[Resource]":
    """A city's own, or those for all, with those that are archived: the dead first."""
    rows: QuerySet[Resource] = Resource.objects.filter(city=city, state__in=(LISTED, REMOVED))
    return rows.select_related("city").order_by("state", F("dead_since").asc(nulls_last=True), "-made_at", "-pk")


def dead_in(cities: Iterable[Any]) -> dict[int, int]:
    """How many links of each city's own resources do not answer."""
    rows = Resource.objects.filter(city__in=cities, state=LISTED, dead_since__isnull=False).order_by()
    return dict(rows.values_list("city").annotate(number=Count("pk")))


def dead_for_all() -> int:
    """How many links of the library for all cities do not answer."""
    number: int = Resource.objects.filter(city=None, state=LISTED, dead_since__isnull=False).count()
    return number


def like(url: str, city: City | None, *, but: Resource | None = None) -> Resource | None:
    """A resource of the city, or of all, that leads to the same page; one in the library before any other."""
    rows = Resource.objects.filter(Q(city=None) | Q(city=city)).exclude(url="").exclude(pk=but.pk if but else 0)
    rows = rows.exclude(pk__in=unconfirmed().values("pk"))
    sought = same(url)
    found = [row for row in rows.select_related("city").order_by("pk") if same(row.url) == sought]
    order: Mapping[str, int] = {LISTED: 0, SUGGESTED: 1, DECLINED: 2, REMOVED: 3}
    return min(found, key=lambda row: order[row.state], default=None)


# --- Suggestions by link ---


def unconfirmed() -> "QuerySet[Resource]":
    """What somebody suggested without an account, and has not confirmed."""
    rows: QuerySet[Resource] = Resource.objects.filter(state=SUGGESTED, suggested_by=None)
    return rows.filter(~Exists(Case.objects.filter(kind=KIND, subject=OuterRef("public_id"))))


def token_of(resource: Resource) -> str:
    """What stands in the link with which somebody without an account confirms and takes back a suggestion."""
    return signing.dumps(str(resource.public_id), salt=_SALT)


def suggestion_of(token: str) -> Resource | None:
    """What was suggested with this link; None where nothing was, or it is settled."""
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    rows: QuerySet[Resource] = Resource.objects.select_related("city").filter(public_id=public_id, state=SUGGESTED)
    return rows.first()


def waiting_of(user: User | AnonymousUser) -> list[Resource]:
    """What somebody with an account suggested and nobody has looked at yet, the newest first."""
    if not user.is_authenticated:
        return []
    return list(Resource.objects.filter(suggested_by=user, state=SUGGESTED).order_by("-pk"))


def may_read(user: User | AnonymousUser, resource: Resource) -> bool:
    """Whether somebody reads a resource."""
    return bool(Resource.objects.for_user(user).filter(pk=resource.pk).exists())


def personal_data(user: User) -> list[dict[str, object]]:
    """What a person suggested or wrote of resources."""
    by_them = Q(suggested_by=user) | Q(changed_by=user) | Q(email__in=own_addresses(user))
    rows = Resource.objects.filter(by_them).order_by("pk")
    return [dict(row) for row in rows.values("city__slug", "url", "words", "state", "email", "made_at")]
