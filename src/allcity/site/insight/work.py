"""What partners and schools do together, in words: needs, and deliveries as each side tells them."""

from collections.abc import Iterable
from dataclasses import dataclass

from allcity.site.cities.models import City, RecordQuerySet
from allcity.site.directory.words import catalogue, contribution_titles, period
from allcity.site.insight.counts import Withheld
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Delivery


@dataclass(frozen=True)
class NeedRow:
    """A need in words. `amount` says so where it is not known or withheld; `details` holds what else was said of it."""

    need: Need
    contribution: str
    amount: str
    details: str


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
    """Needs in words, those that matter most first."""
    return needs_in_words(
        city,
        needs.select_related("school", "district", "group").order_by("priority", "contribution", "pk"),
        withheld,
    )


def needs_in_words(city: City, needs: Iterable[Need], withheld: Withheld) -> list[NeedRow]:
    """Needs in words, in their order. Their schools, districts and groups are to be there already."""
    say = catalogue()
    rows = []
    for need in needs:
        if need.amount is None:
            amount = say("words.not_known")
        elif need.unit == Need.Unit.STUDENTS and withheld.hides("needs", need.key):
            amount = say("words.withheld")
        else:
            amount = say.counted(need.unit, need.amount)
        dosage = say.counted("hours", need.dosage_hours) if need.dosage_hours else ""
        band = city.settings.framework.grade_bands.get(need.grade_band)
        grades = band.title.in_language(say.language) if band else need.grade_band
        details = " · ".join(filter(None, (dosage, grades, str(need.group) if need.group else "")))
        rows.append(NeedRow(need, contribution_titles(city, [need.contribution])[0], amount, details))
    return rows


def delivery_rows(city: City, deliveries: RecordQuerySet, withheld: Withheld) -> list[DeliveryRow]:
    """Deliveries by their first day, each once, with both sides' accounts; numbers of too few students withheld."""
    say = catalogue()
    told: dict[str, list[Delivery]] = {}
    for delivery in deliveries.select_related("organization", "school", "partnership").order_by(
        "start_date", "key", "account"
    ):
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
