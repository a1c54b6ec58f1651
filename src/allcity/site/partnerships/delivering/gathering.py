"""Deliveries made of sessions: what each side logged at a school in a school year, summed up.

Of each contribution at each school in each school year, an account has one delivery, and the two sides' have one key:

    sessions            how many were held
    students            the most who were at one: at least so many were reached
    hours               Σ hours × students ÷ students, where each session says how many came, else Σ hours
    amount              items and hours: their sum; teachers: the most at one session
    certified_teacher   whether one was there at more than half of the sessions, where what is not said cannot change that

Nothing that an import or another partnership brought is written over: where it has the key already, sessions take the next.
What a school said in a survey under the same key gives way to its sessions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q

from allcity.analysis.city import year_dates, year_of
from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import Kept, RecordQuerySet
from allcity.site.directory.domain import source_of_people
from allcity.site.directory.domain.editing import PEOPLE
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import PRESSING_FIRST, Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.answering import settle
from allcity.site.partnerships.models import Delivery, Partnership, Session, Setting
from allcity.site.partnerships.twice.domain import join_accounts

LONGEST_KEY = 250
_FIELDS = (
    "account", "organization_id", "school_id", "contribution", "date", "hours", "students", "amount", "certified_teacher"
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What a sum needs of a session that was held."""

    account: str
    organization: int
    school: int | None
    contribution: str
    date: date
    hours: float | None
    students: int | None
    amount: float | None
    certified_teacher: bool | None


@dataclass(frozen=True)
class _What:
    """What accounts of one delivery have in common."""

    school: int | None
    contribution: str
    organization: int
    year: int


@transaction.atomic
def gather(*, partnership: Partnership, years: Collection[int], user: User | None = None) -> list[Need]:
    """Make the deliveries of these school years anew from the sessions that were held.

    Gives the needs that began to be answered by it. Whoever writes sessions calls it, with the partnership locked.
    """
    years = set(years)
    rows = list(_rows(partnership, years))
    wanted: dict[tuple[_What, str], list[Row]] = defaultdict(list)
    for row in rows:
        wanted[_What(row.school, row.contribution, row.organization, year_of(row.date)), row.account].append(row)
    source = source_of_people(partnership.city, Delivery.TABLE)
    needs = list(partnership.needs.order_by(PRESSING_FIRST, "pk"))
    keys = _keys(partnership, {what for what, _account in wanted})
    own = {(each.key_before or each.key, each.account): each for each in _made_of_sessions(partnership, years)}
    touched = {each.need_id for each in own.values() if each.need_id}
    for (what, account), of_account in wanted.items():
        need = _need(needs, what)
        values = _summed(of_account, partnership) | {
            "partnership": partnership, "organization_id": what.organization, "school_id": what.school,
            "contribution": what.contribution, "need": need, "setting": partnership.setting, "source": source,
            "as_of": today_in(partnership.city), "from_sessions": True,
        }  # fmt: skip
        _write(own.pop((keys[what], account), None), partnership, keys[what], account, values)
        if need:
            touched.add(need.pk)
    Delivery.objects.filter(pk__in=[each.pk for each in own.values()]).delete()
    join_accounts(partnership.city)
    note_change(partnership.city)
    return settle(Need.objects.filter(pk__in=touched), user)


def gather_anew(first: Kept, second: Kept, user: User) -> None:
    """Make anew what the sessions of two schools or organizations sum up to that have become one, or two again."""
    if not isinstance(first, School | Organization):
        return
    place = "school" if isinstance(first, School) else "organization"
    held = Session.objects.filter(**{f"{place}__in": [first.pk, second.pk]}, state=Session.State.HELD)
    years: dict[int, set[int]] = defaultdict(set)
    for partnership, day in held.values_list("partnership", "date"):
        years[partnership].add(year_of(day))
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("city").filter(pk__in=list(years))
    for one in rows.order_by("pk"):
        gather(partnership=one, years=years[one.pk], user=user)


def of_sessions(partnership: Partnership) -> RecordQuerySet:
    """The deliveries that sessions made. One that an import has written since is the import's."""
    made: RecordQuerySet = Delivery.objects.of(partnership.city).filter(partnership=partnership, from_sessions=True)
    return made.filter(source__key=PEOPLE)


def told_otherwise(partnership: Partnership) -> RecordQuerySet:
    """Other deliveries of the partnership on record. Both count, so that whoever logs must know of them."""
    others: RecordQuerySet = Delivery.objects.of(partnership.city).filter(partnership=partnership)
    return others.exclude(key__in=of_sessions(partnership).values("key"))


def _rows(partnership: Partnership, years: Iterable[int]) -> Iterator[Row]:
    within = Q(pk__in=[])
    for year in years:
        within |= Q(date__range=year_dates(year))
    held = Session.objects.filter(within, partnership=partnership, state=Session.State.HELD)
    return (Row(*values) for values in held.order_by("date", "pk").values_list(*_FIELDS))


def _made_of_sessions(partnership: Partnership, years: Iterable[int]) -> Iterator[Delivery]:
    rows = of_sessions(partnership).select_for_update(of=("self",))
    return (each for each in rows if year_of(each.start_date) in years)


def _write(found: Delivery | None, partnership: Partnership, key: str, account: str, values: dict[str, Any]) -> None:
    if found is None:  # what the school said in a survey under the same key gives way
        Delivery.objects.update_or_create(city=partnership.city, key=key, account=account, defaults=values)
        return
    if all(getattr(found, name) == value for name, value in values.items() if name != "as_of"):
        return
    for name, value in values.items():
        setattr(found, name, value)
    found.save()


def _keys(partnership: Partnership, whats: Collection[_What]) -> dict[_What, str]:
    """The key of each: where several organizations give the same at a school, with the organization's."""
    schools = dict(School.objects.filter(pk__in={what.school for what in whats}).values_list("pk", "key"))
    givers = {what.organization for what in whats}
    organizations = dict(Organization.objects.filter(pk__in=givers).values_list("pk", "key"))
    alike: dict[tuple[int | None, str, int], set[int]] = defaultdict(set)
    for what in whats:
        alike[what.school, what.contribution, what.year].add(what.organization)
    stems = {
        what: [
            partnership.key,
            *([schools[what.school]] if what.school else []),
            *([organizations[what.organization]] if len(alike[what.school, what.contribution, what.year]) > 1 else []),
            what.contribution,
            str(what.year),
        ]
        for what in whats
    }
    there = Delivery.objects.of(partnership.city).exclude(source__key=PEOPLE, partnership=partnership)
    taken = set(there.filter(key__startswith=partnership.key[: LONGEST_KEY // 2]).values_list("key", flat=True))
    keys: dict[_What, str] = {}
    for what, stem in stems.items():
        key, number = _short("-".join(stem)), 1
        while key in taken:
            number += 1
            key = _short("-".join([*stem, str(number)]))
        keys[what] = key
    return keys


def _short(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 17]}-{sha256(key.encode()).hexdigest()[:16]}"


def _need(needs: Sequence[Need], what: _What) -> Need | None:
    """The need of the partnership that this answers: the school's own, else a district's."""
    alike = [need for need in needs if need.year == what.year and need.contribution == what.contribution]
    own = [need for need in alike if need.school_id == what.school]
    return next(iter([*own, *(need for need in alike if need.school_id is None)]), None)


def _summed(rows: Sequence[Row], partnership: Partnership) -> dict[str, Any]:
    contribution = partnership.city.settings.framework.contributions.get(rows[0].contribution)
    unit = Need.Unit(contribution.unit) if contribution else Need.Unit.STUDENTS
    of_teachers = unit == Need.Unit.TEACHERS
    heads = [row.amount if of_teachers else row.students for row in rows]
    known = [number for number in heads if number is not None]
    hours = [row.hours or 0 for row in rows]
    total = sum(hours)
    if len(known) == len(rows):
        total = sum(hour * head for hour, head in zip(hours, known, strict=True)) / max(known)
    students = [row.students for row in rows if row.students is not None]
    amounts = [row.amount for row in rows if row.amount is not None]
    amount = sum(amounts) if amounts else None
    if of_teachers and amounts:
        amount = max(amounts)
    elif unit == Need.Unit.HOURS:
        amount = sum(row.hours or 0 if row.amount is None else row.amount for row in rows)
    return {
        "start_date": min(row.date for row in rows),
        "end_date": max(row.date for row in rows),
        "sessions": len(rows),
        "students": max(students, default=None),
        "hours": round(total, 4),
        "amount": None if amount is None else round(amount, 4),
        "certified_teacher": _present(rows) if partnership.setting == Setting.IN_SCHOOL_HOURS else None,
    }


def _present(rows: Sequence[Row]) -> bool | None:
    """Whether a certified teacher was there most of the time, whatever the truth of those who did not say."""
    yes = sum(row.certified_teacher is True for row in rows)
    no = sum(row.certified_teacher is False for row in rows)
    if 2 * yes > len(rows):
        return True
    return False if 2 * no >= len(rows) else None
