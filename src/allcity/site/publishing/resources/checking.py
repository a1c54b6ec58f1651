"""Which links are asked, and what their answers come to.

A link is asked at most once in a week. It is called dead when it failed twice in a row, on different days; the first answer
that is good takes that back. Where not one link answered there was no network here, and nothing is said of any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import telling
from allcity.site.publishing.resources.asking import NO_ANSWER, Asker

EVERY = timedelta(days=7)
MOST_AT_ONCE = 200
LONGEST = 900.0
"""How many links are asked in one go, and for how many seconds; the others are asked the next day."""
GONE = frozenset({NO_ANSWER, 404, 410, 451})
_SERVER_FAILS = 500


@dataclass(frozen=True)
class Answer:
    """What came back when a link was asked."""

    number: int
    url: str
    status: int
    at: datetime


def is_failure(status: int) -> bool:
    """Whether a status says that a reader would find nothing. A site that only turns programs away still answers."""
    return status in GONE or status >= _SERVER_FAILS


def due(now: datetime) -> "QuerySet[Resource]":
    """Resources whose link is to be asked: those never asked first, then those asked the longest ago."""
    rows: QuerySet[Resource] = Resource.objects.filter(state=Resource.State.LISTED).exclude(url="")
    rows = rows.filter(Q(checked_at=None) | Q(checked_at__lte=now - EVERY))
    return rows.order_by(F("checked_at").asc(nulls_first=True), "pk")


def check_links(asker: Asker, now: datetime) -> int:
    """Ask the links that are due, and keep what that comes to. Gives how many were marked. No lock is held meanwhile."""
    answers = list(_answers(due(now)[:MOST_AT_ONCE], asker, now))
    if all(answer.status == NO_ANSWER for answer in answers):
        return 0
    with transaction.atomic():
        died = [row for answer in answers if (row := _mark(answer))]
        _tell(died)
    return len(answers)


def _answers(rows: Iterable[Resource], asker: Asker, now: datetime) -> Iterator[Answer]:
    begun = asker.clock()
    for row in rows:
        if asker.clock() - begun > LONGEST:
            return
        yield Answer(row.pk, row.url, asker.ask(row.url), now)


def _mark(answer: Answer) -> Resource | None:
    """Keep an answer. Gives the resource where its link is dead from now on, or lives again."""
    rows = Resource.objects.select_for_update(of=("self",)).filter(pk=answer.number, url=answer.url)
    row: Resource | None = rows.select_related("city").first()
    if row is None:  # it was changed or removed meanwhile
        return None
    before, failed_before = row.dead_since, row.answer is not None and is_failure(row.answer)
    if not is_failure(answer.status):
        row.dead_since = None
    elif row.dead_since is None and failed_before and row.checked_at and row.checked_at.date() < answer.at.date():
        row.dead_since = row.checked_at
    changed = before != row.dead_since
    row.checked_at, row.answer = answer.at, answer.status
    # Not `save`: that a link was asked is no change of the resource.
    Resource.objects.filter(pk=row.pk).update(checked_at=row.checked_at, answer=row.answer, dead_since=row.dead_since)
    return row if changed else None


def _tell(changed: Iterable[Resource]) -> None:
    changed = list(changed)
    for city in {row.city for row in changed if row.city}:
        note_publication(city)
    if any(row.city_id is None for row in changed):
        City.objects.update(page_version=F("page_version") + 1)
    died = [row for row in changed if row.dead_since]
    cities = sorted({row.city for row in died if row.city}, key=lambda city: city.pk)
    telling.tell_of_dead(cities, for_all=any(row.city_id is None for row in died))
