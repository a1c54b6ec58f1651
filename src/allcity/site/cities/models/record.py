"""What every record of a city has: its city, its id there, its public id, its source, and who may see it."""

from collections.abc import Iterator
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models.city import City

NAMESPACE = UUID("0b6cfd0c-3a3f-5a5e-9a52-2a3d2ae5f0c7")
STALE_AFTER_DAYS = 365


def public_id(city: str, table: str, *key: str) -> UUID:
    """The public id of a record: a UUIDv5 of its city's short name, its table and its id there."""
    return uuid5(NAMESPACE, "/".join((city, table, *key)))


class RecordQuerySet(models.QuerySet[Any]):
    """Records by who may see them. Pages, exports and the API all go through here."""

    def of(self, city: City) -> Self:
        return self.filter(city=city)

    def current(self) -> Self:
        """Without what has been archived or merged into another record."""
        if issubclass(self.model, Kept):
            return self.filter(archived_at=None)
        return self

    def public(self) -> Self:
        return self.current().filter(city__is_public=True)

    def for_user(self, user: User | AnonymousUser) -> Self:
        """What a person sees: everything public, and all current records of the cities in which the person has a role."""
        if not user.is_authenticated:
            return self.public()
        return self.current().filter(city__in=City.objects.for_user(user))


class CityRecord(models.Model):
    """Anything that belongs to one city."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+", editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class Known(CityRecord):
    """A record that says where it comes from and on which day it was known to be true."""

    source = models.ForeignKey(
        "cities.Source", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("source")
    )
    as_of = models.DateField(_("known to be true on"), null=True)

    class Meta:
        abstract = True


class Keyed(Known):
    """A record with an id of the city's own. `TABLE` is the table of the city folder that it is a row of."""

    TABLE: ClassVar[str]
    key = models.CharField(_("id"), max_length=250, editable=False)
    public_id = models.UUIDField(unique=True, editable=False)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint("city", "key", name="%(app_label)s_%(class)s_key")]


class Kept(Keyed):
    """A record that people look after: somebody confirmed it, it may be archived or merged, it is never lost."""

    slug = models.CharField(max_length=120, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="merged"
    )

    class Meta(Keyed.Meta):
        abstract = True
        constraints = [
            *Keyed.Meta.constraints,
            models.UniqueConstraint("city", "slug", name="%(app_label)s_%(class)s_slug"),
        ]

    @property
    def is_stale(self) -> bool:
        """Whether it is longer than a year since anybody knew it to be true."""
        return self.as_of is None or (timezone.now().date() - self.as_of).days > STALE_AFTER_DAYS


def records_of(city: City) -> Iterator[RecordQuerySet]:
    """Every kind of record that the city has, each with all of the city's rows."""
    for model in apps.get_models():
        if issubclass(model, CityRecord):
            yield model.objects.of(city)
