"""What partners and schools do together, in words: needs, and deliveries as each side tells them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from allcity.site.cities.models import City, RecordQuerySet
from allcity.site.directory.models import School
from allcity.site.directory.words import catalogue, contribution_titles, period
from allcity.site.insight.counts import Withheld
from allcity.site.insight.queries import with_frame
from allcity.site.needs.ledger.words import ledger_of, ranged
from allcity.site.needs.models import PRESSING_FIRST, Need
from allcity.site.partnerships.models import Delivery


@dataclass(frozen=True)
class NeedRow:
    """A need in words. `amount` says so where it is not known or withheld; `details` holds what else was said of it.

    `unmet` is how much of it is not met yet, empty where nobody looked.
    """

    need: Need
    contribution: str
    amount: str
    details: str
    unmet: str
    is_withheld: bool


@dataclass(frozen=True)
class Account:
    """What one side says of a delivery, in words; `side` is "organization" or "school"."""

    side: str
    side_title: str
    students: str
    hours: str
    sessions: str


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery with the accounts there are of it, which may differ."""

    delivery: Delivery
    contribution: str
    period: str
    setting: str
    accounts: tuple[Account, ...]


def need_rows(city: City, needs: RecordQuerySet, withheld: Withheld) -> list[NeedRow]:
    """Needs of one school in words, those that matter most first."""
    return needs_in_words(
        city, with_frame(city, needs.order_by(PRESSING_FIRST, "contribution", "pk"), "group"), withheld
    )


def needs_in_words(
    city: City, needs: Iterable[Need], withheld: Withheld, found: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
) -> list[NeedRow]:
    """Needs in words, in their order, with what an examination `found` of them. Their groups are to be there already."""
    say = catalogue()
    rows = []
    for need in needs:
        is_withheld = bool(need.amount and need.unit == Need.Unit.STUDENTS and withheld.hides("needs", need.key))
        ledger = ledger_of(need, found.get(need.key), is_withheld=is_withheld)
        dosage = say.counted("hours", need.dosage_hours) if need.dosage_hours else ""
        band = city.settings.framework.grade_bands.get(need.grade_band)
        grades = band.title.in_language(say.language) if band else need.grade_band
        details = " · ".join(filter(None, (dosage, grades, str(need.group) if need.group else "")))
        title = contribution_titles(city, [need.contribution])[0]
        unmet = ledger.unmet if need.key in found else ""
        rows.append(NeedRow(need, title, ledger.asked, details, unmet, is_withheld))
    return rows


@dataclass(frozen=True)
class OwedRow:
    """What a school is owed by the city's own targets, in words."""

    school: Mapping[str, Any]
    staff: str
    minutes: str


@dataclass(frozen=True)
class Derived:
    """What schools need by the figures, most first: pairs of a school and how many have no place; and what it is owed."""

    without_place: Sequence[tuple[Mapping[str, Any], str]]
    owed: Sequence[OwedRow]


def derived_rows(city: City, schools: Iterable[Mapping[str, Any]], derived: Mapping[str, Mapping[str, Any]]) -> Derived:
    """What schools need by the figures, in words. `derived` is what an examination found, by the schools' ids."""
    say = catalogue()
    slugs = dict(School.objects.of(city).current().values_list("key", "slug"))
    named = [
        ({**school, "slug": slugs.get(school["school_id"], "")}, derived[school["school_id"]])
        for school in schools
        if derived.get(school["school_id"])
    ]

    def most(name: str) -> Callable[[tuple[Any, Mapping[str, Any]]], float]:
        return lambda row: -(row[1][f"{name}_high"] or 0)

    without_place = [
        (
            school,
            say("words.withheld")
            if row["suppressed"]
            else ranged(row["additional"], row["additional_low"], row["additional_high"], Need.Unit.STUDENTS),
        )
        for school, row in sorted(named, key=most("additional"))
        if row["suppressed"] or row["additional_high"]
    ]
    owed = [
        OwedRow(school, _staff(row), minutes)
        for school, row in sorted(named, key=most("owed_staff"))
        if (minutes := _minutes(row)) or row["owed_staff_high"]
    ]
    return Derived(without_place, owed)


def _staff(row: Mapping[str, Any]) -> str:
    """Certified teachers, in full-time equivalents."""
    say = catalogue()
    low, high = row["owed_staff_low"], row["owed_staff_high"]
    if high is None:
        return say("words.not_known")
    if row["owed_staff"] is not None:
        return say.number(row["owed_staff"], 1)
    return _("at most %(number)s") % {"number": say.number(high, 1)} if not low else say.number(low, 1)


def _minutes(row: Mapping[str, Any]) -> str:
    """Whether there is less music in the week than the target asks for; empty where there is not."""
    return {True: _("less than the target"), None: catalogue()("words.not_known"), False: ""}[row["owed_minutes"]]


def delivery_rows(city: City, deliveries: RecordQuerySet, withheld: Withheld) -> list[DeliveryRow]:
    """Deliveries by their first day, each once, with both sides' accounts; numbers of too few students withheld."""
    say = catalogue()
    told: dict[str, list[Delivery]] = {}
    for delivery in deliveries.select_related("organization", "school").order_by("start_date", "key", "account"):
        told.setdefault(delivery.key, []).append(delivery)

    def account(delivery: Delivery) -> Account:
        hidden = bool(delivery.students) and withheld.hides("deliveries", delivery.key)
        unknown = say("words.not_known")
        return Account(
            delivery.account,
            delivery.get_account_display(),
            unknown
            if delivery.students is None
            else say("words.withheld")
            if hidden
            else say.number(delivery.students),
            unknown if delivery.hours is None else say.number(delivery.hours),
            unknown if delivery.sessions is None else say.number(delivery.sessions),
        )

    return [
        DeliveryRow(
            accounts[0],
            contribution_titles(city, [accounts[0].contribution])[0],
            period(accounts[0].start_date, accounts[0].end_date),
            accounts[0].get_setting_display() if accounts[0].setting else "",
            tuple(map(account, accounts)),
        )
        for accounts in told.values()
    ]
