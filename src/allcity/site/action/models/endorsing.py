"""Who stands behind the Declaration, by themselves or for an organization."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord, RecordQuerySet


class EndorsementQuerySet(RecordQuerySet):
    """Endorsements by who may read who they are of: those that were confirmed, stand, and wish to be public."""

    def standing(self) -> Self:
        """Those that count: confirmed, and not withdrawn since."""
        return self.filter(confirmed_at__isnull=False, withdrawn_at=None)

    def public(self) -> Self:
        named = self.standing().filter(is_public=True, shown_at__isnull=False, taken_down_at=None)
        return named.filter(city__is_public=True)

    def for_user(self, user: User | AnonymousUser) -> Self:  # noqa: ARG002 # it is the same for all
        """What everybody reads: whoever endorsed without being named is named to nobody."""
        return self.public()


class Endorsement(CityRecord):
    """One person's endorsement in a city, or one on behalf of an organization. It counts once its mail address is confirmed.

    `is_public` is whether its name and statement may be read; `shown_at` when they were let through, where a statement
    waited for a coordinator. `place` is the public id of the organization, where it is one of the city's directory. What is
    withdrawn keeps neither name nor address nor statement. `token` confirms it, changes it and withdraws it.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    organization = models.CharField(_("organization"), max_length=300, blank=True)
    place = models.UUIDField(null=True, blank=True)
    participant = models.CharField(max_length=60)
    statement = models.TextField(_("statement"), max_length=600, blank=True)
    language = models.CharField(max_length=12, blank=True)
    is_public = models.BooleanField(_("my name may be shown"), default=False)
    token = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = EndorsementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "city", "email", "organization", condition=~models.Q(email=""), name="action_endorsement_once"
            )
        ]
        indexes = [models.Index("city", "confirmed_at", name="action_endorsement_count")]

    def __str__(self) -> str:
        return self.organization or self.name
