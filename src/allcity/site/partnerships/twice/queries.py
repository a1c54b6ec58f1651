"""What a school alone says was delivered, beside what partners report that may be the same."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from allcity.analysis.city import year_dates, year_of
from allcity.site.cities.models import City, RecordQuerySet
from allcity.site.directory.domain.editing import PEOPLE
from allcity.site.directory.models import Distinct
from allcity.site.partnerships.models import Delivery

BEHIND = ("city", "school", "organization", "partnership")


@dataclass(frozen=True)
class Alone:
    """A delivery of which a school alone tells, and what partners report at the school in that year that may be the same.

    `same` is the one of them that it is for certain, as nothing else can be meant by either.
    """

    own: Delivery
    reported: tuple[Delivery, ...]
    same: Delivery | None


def told_alone(cities: Iterable[City]) -> list[Alone]:
    """What schools of these cities said in a survey that may be reported by a partner too, in at most three queries.

    What an import brought as two, and what somebody said is two, is not among it.
    """
    deliveries = Delivery.objects.filter(city__in=cities).select_related(*BEHIND)
    owns = list(_without_other_side(deliveries, Delivery.Account.SCHOOL).filter(source__key=PEOPLE).order_by("pk"))
    if not owns:
        return []
    reported = list(
        _without_other_side(deliveries, Delivery.Account.ORGANIZATION)
        .filter(school__in={own.school_id for own in owns})
        .order_by("start_date", "pk")
    )
    apart = set(
        Distinct.objects.filter(city__in=cities, table=Delivery.TABLE).values_list("first", "second")
        if reported
        else ()
    )
    pairs = {
        own.pk: [told for told in reported if _may_be_one(own, told) and pair_of(own, told) not in apart]
        for own in owns
    }
    sure = {own.pk: [told for told in pairs[own.pk] if _is_like(own, told)] for own in owns}
    claims = Counter(told.pk for each in sure.values() for told in each)

    def same(own: Delivery) -> Delivery | None:
        found = sure[own.pk]
        return found[0] if len(found) == 1 and claims[found[0].pk] == 1 else None

    return [Alone(own, tuple(pairs[own.pk]), same(own)) for own in owns if pairs[own.pk]]


def joined(city: City) -> RecordQuerySet:
    """Schools' accounts that were found to be of what a partner reports."""
    return _once_joined(city).filter(_other_side()).order_by("school__name", "pk")


def left_alone(city: City) -> RecordQuerySet:
    """Schools' accounts that were found to be of what a partner reported, and now stand without that report."""
    return _once_joined(city).filter(~_other_side()).order_by("pk")


def pair_of(one: Delivery, other: Delivery) -> tuple[int, int]:
    """The ids of two deliveries, the smaller first."""
    return (one.pk, other.pk) if one.pk < other.pk else (other.pk, one.pk)


def _once_joined(city: City) -> RecordQuerySet:
    rows = Delivery.objects.of(city).filter(account=Delivery.Account.SCHOOL).exclude(key_before="")
    return rows.select_related(*BEHIND)


def _other_side() -> Exists:
    return Exists(
        Delivery.objects.filter(city=OuterRef("city"), key=OuterRef("key")).exclude(account=OuterRef("account"))
    )


def _without_other_side(deliveries: RecordQuerySet, account: str) -> RecordQuerySet:
    return deliveries.filter(~_other_side(), account=account, school__archived_at=None)


def _may_be_one(own: Delivery, told: Delivery) -> bool:
    """Whether both are of one school year, and of one organization or partnership."""
    if told.school_id != own.school_id:
        return False
    is_by_the_same = told.organization_id == own.organization_id or (
        told.partnership_id is not None and told.partnership_id == own.partnership_id
    )
    first, last = year_dates(year_of(own.start_date))
    return is_by_the_same and told.start_date <= last and told.end_date >= first


def _is_like(own: Delivery, told: Delivery) -> bool:
    """Whether both are of the same contribution, in days that meet."""
    return told.contribution == own.contribution and told.start_date <= own.end_date and told.end_date >= own.start_date
