"""Judging the partnerships of a city: the three conditions, what each adds, what screens show, and which next ones would do most.

That is made of earlier years as well, and of the day on which it is looked at, so that it is kept beside an examination and
made anew when any of these has changed, while the examination's own figures stay as they are.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import polars as pl
from django.db import transaction

from allcity.analysis import candidates, health
from allcity.analysis.cells import Cells, students_by_cell
from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.conditions import judge
from allcity.analysis.conditions.met import needs_met
from allcity.analysis.conditions.records import MINUTES_MARGIN, STAFF_MARGIN, Records, screened
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.figures.models import Examination, NextPartnership, PartnershipFinding, SchoolFinding

MOST_FOR_CITY, MOST_FOR_ONE = 200, 30
"""How many of the next partnerships that would add most are kept by each figure: of the city, and of each school and
organization."""

log = logging.getLogger(__name__)

Row = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """What was found of the partnerships of a school year, each by its key; `screens` by the keys of schools."""

    conditions: Mapping[str, list[Row]] = field(default_factory=dict)
    placed: Mapping[str, list[Row]] = field(default_factory=dict)
    met: Mapping[str, list[Row]] = field(default_factory=dict)
    needs: Mapping[str, list[Row]] = field(default_factory=dict)
    screens: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)
    next_ones: Sequence[Row] = ()


def last_day(year: int, today: date) -> date:
    """The last day of a school year that is looked at."""
    first, last = year_dates(year)
    return min(max(today, first), last)


@dataclass(frozen=True)
class Judging:
    """What the partnerships of a school year are judged by: consecutive city-years, that year's last; the day `until` which;
    whether it is the `newest`, of which next ones are looked for; and `inputs`, a fingerprint of all of these."""

    city_years: Sequence[CityYear]
    until: date
    newest: bool
    inputs: str

    @classmethod
    def of(cls, city_years: Sequence[CityYear], fingerprints: Sequence[str], *, today: date, newest: bool) -> "Judging":
        until = last_day(city_years[-1].year, today)
        inputs = sha256(" ".join([*fingerprints, until.isoformat(), str(newest)]).encode()).hexdigest()
        return cls(city_years, until, newest, inputs)

    def judge(self, cells: Cells | None = None) -> Judged:
        """Judge them. What cannot be computed is noted in the log and left out."""
        city_year = self.city_years[-1]
        cells = students_by_cell(city_year) if cells is None else cells
        records = Records(self.city_years, self.until)
        shared = _computed(health.places_shared, city_year, cells)
        lost = _computed(health.places_lost, city_year, cells)
        screens = {
            name: _by(_computed(screened, self.city_years, value=value, margin=margin), "school_id")
            for name, value, margin in (
                ("staff", "music_staff", STAFF_MARGIN),
                ("minutes", "minutes", MINUTES_MARGIN),
            )
        }
        return Judged(
            conditions=_by(_computed(judge, self.city_years, until=self.until), "partnership_id"),
            placed=_by([*lost, *shared], "partnership_id"),
            met=_by(_computed(health.needs_met, city_year), "partnership_id"),
            needs=_by(_computed(needs_met, records), "partnership_id"),
            screens={
                school: {name: found[school][0] for name, found in screens.items() if school in found}
                for school in sorted({school for found in screens.values() for school in found})
            },
            next_ones=_best(_computed(candidates.next_partnerships, city_year, cells)) if self.newest else (),
        )


def _computed(measure: Callable[..., pl.DataFrame], *args: Any, **named: Any) -> list[pl.DataFrame]:
    """What a measure finds; nothing where a record is so odd that it fails, which must not take the city's figures with it."""
    try:
        return [measure(*args, **named)]
    except Exception:
        log.exception("%s failed; what it finds of partnerships is left out", measure.__qualname__)
        return []


def _by(frames: Iterable[pl.DataFrame], key: str) -> dict[str, list[Row]]:
    """The rows as JSON holds them, by a column that is not among them any more."""
    found: dict[str, list[Row]] = {}
    for frame in frames:
        for row in frame.iter_rows(named=True):
            found.setdefault(row.pop(key), []).append(_stored(row))
    return found


def _stored(row: Row) -> Row:
    kept = {name: _kept(value) for name, value in row.items()}
    return kept | {"evidence": json.loads(kept["evidence"])} if "evidence" in kept else kept


def _kept(value: Any) -> Any:
    """JSON has neither days nor numbers without end."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4) if abs(value) < float("inf") else None
    return value


def _best(frames: Iterable[pl.DataFrame]) -> list[Row]:
    """The candidates to keep, with `rank_placed` and `rank_met` in the city."""
    keys = ["offering_id", "school_id"]
    rows: list[Row] = []
    for found in frames:
        ranks = [
            candidates.ranked(found, adds=adds).select(*keys, pl.col("rank").alias(f"rank_{adds}"))
            for adds in candidates.ADDS
        ]
        best = [
            candidates.ranked(found, adds=adds, of=of, most=MOST_FOR_ONE if of else MOST_FOR_CITY).select(keys)
            for adds in candidates.ADDS
            for of in (None, "school_id", "organization_id")
        ]
        kept = found.join(pl.concat(best).unique(), on=keys, how="semi", maintain_order="left")
        for rank in ranks:
            kept = kept.join(rank, on=keys, how="left", maintain_order="left")
        rows += kept.iter_rows(named=True)
    return rows


def keep_judged(*, examination: Examination, judged: Judged, inputs: str, version: int) -> bool:
    """Put what was found in the place of what was kept of the examination's year, unless that is newer. Inside a transaction.

    Whoever calls it has locked the city. Returns whether it was kept.
    """
    fresh = Examination.objects.get(pk=examination.pk)
    if fresh.judged and fresh.judged_version > version:
        return False
    of_year = Examination.objects.of(examination.city).filter(year=examination.year)
    for model in (PartnershipFinding, NextPartnership):
        model.objects.filter(examination__in=of_year).delete()
    found = (judged.conditions, judged.placed, judged.met, judged.needs)
    PartnershipFinding.objects.bulk_create(
        [
            PartnershipFinding(
                examination=examination, key=key, conditions=judged.conditions.get(key, []), adds=_adds(judged, key)
            )
            for key in dict.fromkeys(key for part in found for key in part)
        ],
        batch_size=500,
    )
    NextPartnership.objects.bulk_create(
        [
            NextPartnership(
                examination=examination,
                school=row.pop("school_id"),
                organization=row.pop("organization_id"),
                offering=row.pop("offering_id"),
                rank_placed=row.pop("rank_placed"),
                rank_met=row.pop("rank_met"),
                found=_stored(row),
            )
            for row in map(dict, judged.next_ones)
        ],
        batch_size=500,
    )
    schools = list(SchoolFinding.objects.filter(examination=examination).only("pk", "key", "screened"))
    changed = [school for school in schools if school.screened != judged.screens.get(school.key, {})]
    for school in changed:
        school.screened = judged.screens.get(school.key, {})
    SchoolFinding.objects.bulk_update(changed, ["screened"], batch_size=200)
    Examination.objects.filter(pk=examination.pk).update(judged=inputs, judged_version=version)
    return True


def _adds(judged: Judged, key: str) -> Row:
    adds: Row = {name: found[key] for name, found in (("met", judged.met), ("needs", judged.needs)) if key in found}
    if key in judged.placed:
        adds["placed"] = {name: value for row in judged.placed[key] for name, value in row.items()}
    return adds


def judge_anew(*, city: City, examination: Examination, judging: Judging, version: int) -> None:
    """Judge the partnerships of an examination that stays as it is."""
    judged = judging.judge()
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        if keep_judged(examination=examination, judged=judged, inputs=judging.inputs, version=version):
            note_publication(city)
