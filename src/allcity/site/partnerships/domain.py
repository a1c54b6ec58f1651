"""Two accounts of one delivery brought together, and taken apart."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City
from allcity.site.directory.models import Distinct
from allcity.site.partnerships.models import Delivery
from allcity.site.partnerships.queries import pair_of, told_alone


@transaction.atomic
def join_accounts(city: City) -> list[Delivery]:
    """Make what schools said alone the second account of what a partner reports, wherever nothing else can be meant.

    Whoever writes deliveries calls it, and notes the change. Gives the schools' accounts.
    """
    return [_join(each.own, each.same) for each in told_alone([city]) if each.same]


@transaction.atomic
def join(*, own: Delivery, told: Delivery) -> Delivery:
    """Make a school's account the second one of what a partner reports. Both stay as they were told.

    Raises ValidationError where the two cannot be one, or no longer.
    """
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
    if own.key == told.key:
        if not own.key_before:
            raise ValidationError(_("The school said this of what the organization reports. They are one."))
        own.key, own.key_before, own.need = _free(own, own.key_before), "", None
        if own.partnership and not own.key.startswith(f"{own.partnership.key}-"):  # it came with the partner's account
            own.partnership = None
        own.save()
    first, second = pair_of(own, told)
    Distinct.objects.get_or_create(city=own.city, table=Delivery.TABLE, first=first, second=second)
    note_change(own.city)
    return own


def _free(own: Delivery, key: str) -> str:
    """The key, or one like it where the school has told of something else under it since."""
    taken = Delivery.objects.of(own.city).filter(account=own.account)
    return key if not taken.filter(key=key).exists() else _free(own, f"{key}-2")


def _join(own: Delivery, told: Delivery) -> Delivery:
    """Give the school's account the partner's key, and what it answers and belongs to, of which the school was not asked."""
    own.key_before, own.key = own.key_before or own.key, told.key
    own.partnership = own.partnership or told.partnership
    own.need, own.setting = own.need or told.need, own.setting or told.setting
    own.save()
    return own
