"""Keeping what an examination found of who could answer which need."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from allcity.analysis.matching import PARTS, Matches
from allcity.site.cities.models import City
from allcity.site.directory.models import Offering, Organization, Program, School
from allcity.site.needs.models import Match, Need, News, Unmatched

MOST_FOR_NEED, MOST_FOR_ORGANIZATION = 20, 50
"""How many of the best are kept of either side."""
BETWEEN_NEWS = timedelta(days=7)

_FACTS = (
    "asked", "not_met", "free_seats", "minutes", "online", "music_staff", "minutes_share",
    *(f"{part}{end}" for part in PARTS for end in ("_low", "", "_high")),
)  # fmt: skip
_TOGETHER = 500


@transaction.atomic
def keep_matches(*, city: City, year: int, found: Matches) -> None:
    """Put what was found in the place of what was kept of the school year, and note what is new to organizations.

    A pair of which something has been archived or has gone since is left out. Until `show_amounts` says which may be shown,
    no need's numbers are.
    """
    now = timezone.now()
    kept = Match.objects.of(city).filter(year=year)
    pairs = kept.values_list("need_id", "school_id", "program_id", "found_at")
    before: dict[tuple[int | None, int | None, int], datetime] = {
        (need, school, program): found_at for need, school, program, found_at in pairs
    }
    needs, schools, organizations, programs, offerings = (
        _by_key(model, city) for model in (Need, School, Organization, Program, Offering)
    )

    def is_there(row: Mapping[str, Any]) -> bool:
        return (row["need_id"] is None or row["need_id"] in needs) and (
            row["school_id"] is None or row["school_id"] in schools
        )

    matches = [
        Match(
            city=city,
            year=year,
            need_id=needs.get(row["need_id"]),
            school_id=schools.get(row["school_id"]),
            organization_id=organizations[row["organization_id"]],
            program_id=programs[row["program_id"]],
            offering_id=offerings.get(row["offering_id"]),
            rank_for_need=row["rank_for_need"],
            rank_for_organization=row["rank_for_organization"],
            score=row["score"],
            reasons={name: _rounded(row[name]) for name in _FACTS},
        )
        for row in found.pairs.iter_rows(named=True)
        if row["organization_id"] in organizations and row["program_id"] in programs and is_there(row)
    ]
    for match in matches:
        match.found_at = before.get((match.need_id, match.school_id, match.program_id), now)
    kept.delete()
    Match.objects.bulk_create(matches, batch_size=_TOGETHER)

    Unmatched.objects.of(city).filter(year=year).delete()
    unmatched = [
        Unmatched(
            city=city,
            year=year,
            need_id=needs.get(row["need_id"]),
            school_id=schools.get(row["school_id"]),
            reason=row["reason"],
        )
        for row in found.unanswered.iter_rows(named=True)
        if is_there(row)
    ]
    idle = [
        Unmatched(
            city=city,
            year=year,
            organization_id=organizations[organization],
            reason=Unmatched.Reason.IDLE,
            free_seats=seats,
        )
        for organization, seats in found.idle.select("organization_id", "free_seats").iter_rows()
        if organization in organizations
    ]
    Unmatched.objects.bulk_create([*unmatched, *idle], batch_size=_TOGETHER)
    _note_news(city, matches)


def show_amounts(*, city: City, hidden: Collection[str], schools: Collection[str]) -> None:
    """Show the numbers of all needs but those of the `hidden` keys, which would tell of too few students.

    What a school needs by the figures follows from what it states, and is shown where all of that is, unless it is one
    of the `schools` of which an examination withheld it.
    """
    matches = Match.objects.of(city)
    stating = School.objects.of(city).filter(needs__key__in=hidden)
    not_told = Q(need__key__in=hidden) | Q(need=None, school__in=stating) | Q(need=None, school__key__in=schools)
    matches.filter(not_told, shows_amount=True).update(shows_amount=False)
    matches.filter(shows_amount=False).exclude(pk__in=matches.filter(not_told).values("pk")).update(shows_amount=True)


def _note_news(city: City, matches: list[Match]) -> None:
    """Note for each organization how many needs it could newly answer, unless it was told within the week."""
    now = timezone.now()
    told = {news.organization_id: news for news in News.objects.of(city)}
    new: dict[int, set[tuple[int | None, int | None]]] = {}
    for match in matches:
        last = told.get(match.organization_id)
        is_listed = match.rank_for_organization <= MOST_FOR_ORGANIZATION
        if is_listed and (last is None or (last.told_at + BETWEEN_NEWS <= now and match.found_at > last.told_at)):
            new.setdefault(match.organization_id, set()).add((match.need_id, match.school_id))
    for organization, needs in new.items():
        News.objects.update_or_create(
            organization_id=organization, defaults={"city": city, "told_at": now, "needs": len(needs)}
        )


def _by_key(model: Any, city: City) -> Mapping[str, int]:
    return dict(model.objects.of(city).current().values_list("key", "pk"))


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
