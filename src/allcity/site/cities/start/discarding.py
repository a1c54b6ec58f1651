"""Discarding a draft: a city that nobody but its people has ever seen goes, with all that it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DO_NOTHING, SET_NULL
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, CityRecord, records_of
from allcity.site.cities.people.domain import remove_role
from allcity.site.cities.people.queries import is_only_coordinator


@dataclass(frozen=True)
class Holding:
    """What a feature has of a city that does not go with the city's rows.

    `remove` lets it go, in the transaction that discards the city: files on commit. `hindrances` says what must be done
    first, a sentence each.
    """

    remove: Callable[[City], None]
    hindrances: Callable[[City], Iterable[str]]


_holdings: list[Holding] = []


def register(remove: Callable[[City], None], hindrances: Callable[[City], Iterable[str]] = lambda _city: ()) -> None:
    """Have `remove(city)` called when a city is discarded, unless `hindrances(city)` names something to do first."""
    _holdings.append(Holding(remove, hindrances))


def hindrances(*, city: City, user: User) -> list[str]:
    """Why the person cannot discard the city now, and what to do instead; nothing where they can."""
    if not City.objects.drafts().filter(pk=city.pk).exists():
        return [
            _("Others have seen this city, and may have cited it. It can be made a draft again, and not discarded.")
        ]
    found = [reason for holding in _holdings for reason in holding.hindrances(city)]
    if not is_only_coordinator(user, city):
        found.append(_("Others coordinate this city too. Leave it to them, or end their roles first."))
    return found


@transaction.atomic
def discard_city(*, city: City, user: User) -> None:
    """Remove a draft with all that it has, and tell the others who have a role there. Only that there was one is kept.

    Raises ValidationError where the city was public, where somebody else coordinates it, or a feature names a hindrance.
    """
    city = City.objects.select_for_update().get(pk=city.pk)
    reasons = hindrances(city=city, user=user)
    if reasons:
        raise ValidationError(reasons)
    for membership in city.memberships.exclude(user=user).select_related("user", "city"):
        remove_role(membership=membership)
    for holding in reversed(_holdings):  # what later features have points at earlier ones'
        holding.remove(city)
    _remove_records(city)
    city._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
    number = city.pk
    city.delete()
    City.history.filter(id=number).exclude(history_type="-").delete()
    City.history.filter(id=number).update(settings_text="")


def _remove_records(city: City) -> None:
    """Remove every record of the city, what hangs on records, and their history.

    Records hold on to each other in every direction. They may go in any order, since the database looks at that when all
    are gone, on commit; and no history is written of each, which would take most of a minute in a large city.
    """
    every = list(records_of(city))
    for records in every:
        for relation in records.model._meta.get_fields(include_hidden=True):
            if relation.one_to_many and not issubclass(relation.related_model, CityRecord):
                hanging = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": records})
                if relation.on_delete is SET_NULL:
                    hanging.update(**{relation.field.name: None})
                elif relation.on_delete is not DO_NOTHING:
                    hanging.delete()
    for records in every:
        records._raw_delete(records.db)
        if hasattr(records.model, "history"):
            records.model.history.filter(city_id=city.pk).delete()
