"""Who may read a thread, who follows it, and people found by the names that others type."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, Role
from allcity.site.cities.models.people import OF_A_PLACE
from allcity.site.cities.places import all_places, find_places
from allcity.site.conversations.models import Party, Post, Reading, Thread

ALIKE = 75
"""How alike a name has to be (rapidfuzz's ratio, of 100) to be asked about."""


def name_of(user: User | None) -> str:
    """What a person is called before others: never a mail address."""
    if user is None:
        return _("somebody who has left")
    return user.get_full_name() or _("somebody without a name")


def parties_of(thread: Thread) -> QuerySet[User]:
    """Those who take part: the persons, and whoever looks after one of the places today."""
    parties = Party.objects.filter(thread=thread)
    through_places = Membership.objects.filter(
        city=thread.city_id, place__in=parties.filter(place__isnull=False).values("place")
    )
    return User.objects.filter(
        Q(pk__in=parties.filter(user__isnull=False).values("user")) | Q(pk__in=through_places.values("user")),
        is_active=True,
    )


def readers_of(thread: Thread) -> QuerySet[User]:
    """People of the city who may read the thread; of one for everybody, whoever wrote in it too."""
    members = Membership.objects.filter(city=thread.city_id).values("user")
    if thread.is_circle:
        return parties_of(thread).filter(pk__in=members)
    people = Q(pk__in=members)
    if thread.audience == Thread.Audience.PUBLIC and thread.city.is_public:
        people |= Q(pk__in=Reading.objects.filter(thread=thread).values("user"))
    return User.objects.filter(people, is_active=True)


def followers_of(thread: Thread) -> QuerySet[User]:
    """Those who follow the thread and may still read it."""
    chose = Reading.objects.filter(thread=thread)
    follow = Q(pk__in=chose.filter(follows=True).values("user")) | Q(pk__in=parties_of(thread).values("pk"))
    return readers_of(thread).filter(follow).exclude(pk__in=chose.filter(follows=False).values("user"))


def to_mention(thread: Thread, user: User) -> list[User]:
    """Whom somebody may choose to tell in particular: those who take part, have written, or coordinate the city."""
    near = Q(pk__in=parties_of(thread).values("pk")) | Q(pk__in=Post.objects.filter(thread=thread).values("author"))
    if not thread.is_circle:
        coordinators = Membership.objects.filter(city=thread.city_id, role=Role.COORDINATOR)
        near |= Q(pk__in=coordinators.values("user"))
    found = readers_of(thread).filter(near).exclude(pk=user.pk)
    return sorted((each for each in found if each.get_full_name()), key=lambda each: plain(each.get_full_name()))


def mentioned_in(text: str, thread: Thread) -> list[User]:
    """Those who may read the thread and whose full name stands in the text behind an @."""
    if "@" not in text:
        return []
    said = plain(text)
    named = ((each, plain(each.get_full_name())) for each in readers_of(thread))
    return [each for each, name in named if name and re.search(rf"@{re.escape(name)}(?!\w)", said)]


def plain(name: str) -> str:
    """A name as it is compared: without capitals, accents and needless spaces."""
    letters = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Found:
    """Whom typed names mean: persons and places. `unknown` has each name that means nobody, with those that are like it."""

    users: list[User]
    places: list[UUID]
    unknown: dict[str, list[str]]


def find_by_name(city: City, names: Iterable[str]) -> Found:
    """Members of the city, and its schools and organizations, by their names. Two of the same name are both unknown."""
    known: dict[str, list[User | UUID]] = {}
    shown: dict[str, str] = {}
    members = User.objects.filter(memberships__city=city, is_active=True).distinct()
    places = [place for role in OF_A_PLACE for place in all_places(city, Role(role))]
    candidates: list[tuple[str, User | UUID]] = [
        *((each.get_full_name(), each) for each in members),
        *((place.name, place.public_id) for place in places),
    ]
    for name, meant in candidates:
        if name:
            known.setdefault(plain(name), []).append(meant)
            shown[plain(name)] = name
    found, unknown = [], {}
    for name in names:
        match known.get(plain(name), []):
            case [one]:
                found.append(one)
            case []:
                alike = process.extract(plain(name), list(shown), scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=3)
                unknown[name] = [shown[like] for like, _score, _number in alike]
            case _several:
                unknown[name] = []
    return Found(
        [one for one in found if isinstance(one, User)], [one for one in found if isinstance(one, UUID)], unknown
    )


def circle_of(thread: Thread) -> list[str]:
    """Who takes part in a circle, in words: places by their names, and persons."""
    parties = Party.objects.filter(thread=thread).select_related("user").order_by("pk")
    places = find_places(thread.city, (party.place for party in parties))
    return [
        places[party.place].name if party.place in places else name_of(party.user)
        for party in parties
        if party.user or party.place in places
    ]
