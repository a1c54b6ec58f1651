"""Two accounts of one delivery brought together, and taken apart."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City
from allcity.site.directory.models import Distinct
from allcity.site.partnerships.models import Delivery
from allcity.site.partnerships.twice.queries import BEHIND, joined, left_alone, pair_of, told_alone


@transaction.atomic
def join_accounts(city: City) -> list[Delivery]:
    """Make what schools said alone the second account of what a partner reports, wherever nothing else can be meant.

    What had been made one with a report that is gone since is the school's own again. Whoever writes deliveries calls it,
    and notes the change. Gives the schools' accounts.
    """
    for own in left_alone(city):
        _part(own)
    return [_join(each.own, each.same) for each in told_alone([city]) if each.same]


@transaction.atomic
def part_accounts(city: City, keys: Collection[str]) -> bool:
    """Take schools' accounts off partners' reports that are about to go, and what came with those. Whether there were any."""
    owns = list(joined(city).filter(key__in=keys))
    for own in owns:
        _part(own)
    return bool(owns)


@transaction.atomic
def join(*, own: Delivery, told: Delivery) -> Delivery:
    """Make a school's account the second one of what a partner reports. Both stay as they were told.

    Raises ValidationError where the two cannot be one, or no longer.
    """
    own, told = _locked(own, told)
    pairs = {each.own: each.reported for each in told_alone([own.city])}
    if told not in pairs.get(own, ()):
        raise ValidationError(_("Somebody has decided this meanwhile, or the records have changed."))
    joined = _join(own, told)
    note_change(own.city)
    return joined


@transaction.atomic
def keep_apart(*, own: Delivery, told: Delivery) -> Delivery:
    """Note that a school's account and a partner's are of two deliveries; where they were made one, they are two again.

    Raises ValidationError where they were one from the beginning.
    """
    own, told = _locked(own, told)
    if own.key == told.key:
        if not own.key_before:
            raise ValidationError(_("The school said this of what the organization reports. They are one."))
        _part(own)
    first, second = pair_of(own, told)
    Distinct.objects.get_or_create(city=own.city, table=Delivery.TABLE, first=first, second=second)
    note_change(own.city)
    return own


def _locked(own: Delivery, told: Delivery) -> tuple[Delivery, Delivery]:
    """Both as they are now, so that of two who decide at once the second sees what the first did."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related(*BEHIND)
    found = rows.in_bulk(sorted((own.pk, told.pk)))
    return found[own.pk], found[told.pk]


def _part(own: Delivery) -> None:
    """Give the school's account its own key again, without what came with the partner's account."""
    own.key, own.key_before, own.need = _free(own, own.key_before), "", None
    if own.partnership and not own.key.startswith(f"{own.partnership.key}-"):
        own.partnership = None
    own.save()


def _free(own: Delivery, key: str) -> str:
    """The key, or one like it where the school has told of something else under it since."""
    taken = Delivery.objects.of(own.city).filter(account=own.account).exclude(pk=own.pk)
    return key if not taken.filter(key=key).exists() else _free(own, f"{key}-2")


def _join(own: Delivery, told: Delivery) -> Delivery:
    """Give the school's account the partner's key, and what it answers and belongs to, of which the school was not asked."""
    own.key_before, own.key = own.key_before or own.key, told.key
    own.partnership = own.partnership or told.partnership
    own.need, own.setting = own.need or told.need, own.setting or told.setting
    own.save()
    return own
