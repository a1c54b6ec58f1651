"""What is read of needs: whose they are, how far they are, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.models.record import STALE_AFTER_DAYS
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import School, SchoolYear
from allcity.site.directory.rules import places_of
from allcity.site.needs.models import BY_PLACE, PRESSING_FIRST, Match, Need

BY_HAND = ("stale", "unmatched")
"""What a keeper of the ledger can look for beside states: needs that nobody confirmed lately, or could answer."""


def kept_by(user: User, city: City) -> "QuerySet[Need]":
    """The needs that a person keeps: a coordinator all of the city's, a liaison those of a school."""
    needs: QuerySet[Need] = Need.objects.of(city)
    return needs if is_coordinator(user, city) else needs.filter(school__in=schools_of(user, city))


def schools_of(user: User, city: City) -> "QuerySet[School]":
    """The schools whose needs a person keeps, by name."""
    schools: QuerySet[School] = School.objects.of(city).current().order_by("name")
    return schools if is_coordinator(user, city) else schools.filter(public_id__in=places_of(user, city))


def years_of(city: City) -> list[int]:
    """The school years of which the city has schools, the newest first."""
    years = SchoolYear.objects.of(city).order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(years))


def narrowed(needs: "QuerySet[Need]", chosen: Mapping[str, str]) -> "QuerySet[Need]":
    """Needs by what is chosen of each of "year", "contribution", "state", "area", "group", "show" and "q"."""
    for name in ("year", "contribution", "state"):
        if chosen.get(name):
            needs = needs.filter(**{name: chosen[name]})
    if chosen.get("group"):
        needs = needs.filter(group__key=chosen["group"])
    if chosen.get("area"):
        here = SchoolYear.objects.filter(school=OuterRef("school"), year=OuterRef("year"), area__key=chosen["area"])
        needs = needs.filter(Exists(here))
    for word in chosen.get("q", "").split():
        needs = needs.filter(Q(school__name__icontains=word) | Q(district__name__icontains=word))
    match chosen.get("show"):
        case "stale":
            long_ago = timezone.localdate() - timedelta(days=STALE_AFTER_DAYS)
            needs = needs.filter(Q(as_of=None) | Q(as_of__lt=long_ago)).exclude(state=Need.State.CLOSED)
        case "unmatched":
            answered = Match.objects.filter(need=OuterRef("pk"))
            needs = needs.exclude(state=Need.State.CLOSED).exclude(Exists(answered))
    return needs.select_related("school", "district", "group", "source").order_by(
        "-year", PRESSING_FIRST, *BY_PLACE, "pk"
    )


@dataclass(frozen=True)
class Moved:
    """A need came to a state. `reason` is as `domain.reason_of` keeps it; `who` is empty where it was an import."""

    when: datetime
    state: str
    reason: str
    who: str


def states_of(need: Need) -> list[Moved]:
    """The states through which a need has gone, the first one first."""
    found: list[Moved] = []
    rows: Any = need.history.select_related("history_user").order_by("history_date", "history_id")
    for row in rows:
        if not found or found[-1].state != row.state:
            who = row.history_user.get_full_name() if row.history_user else ""
            found.append(Moved(row.history_date, row.state, row.history_change_reason or "", who))
    return found
