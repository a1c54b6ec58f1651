"""Briefs to those who decide: a city's figures in two pages, for one audience."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet
from allcity.site.figures.models import Examination


class BriefQuerySet(RecordQuerySet):
    """Briefs by who may read them: everybody published ones, members of the city all."""

    def public(self) -> Self:
        return super().public().filter(published_at__isnull=False)

    def for_user(self, user: User | AnonymousUser) -> Self:
        published = Q(city__is_public=True, published_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(published)
        is_member = Exists(Membership.objects.filter(city=OuterRef("city"), user=user))
        return self.filter(published | Q(is_member) | Q(Value(is_on_duty(user))))


class Brief(CityRecord):
    """A brief in one language for one audience. Its words are people's, by the name of their part; its figures are those of
    `examination`, and nobody edits them.
    """

    class Audience(models.TextChoices):
        BOARD = "board", _("school board")
        COUNCIL = "council", _("city council")
        PRINCIPAL = "principal", _("principal")
        FUNDER = "funder", _("funder")
        FAMILY = "family", _("families")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    examination = models.ForeignKey(Examination, on_delete=models.RESTRICT, related_name="+")
    audience = models.CharField(_("for"), max_length=10, choices=Audience)
    language = models.CharField(_("language"), max_length=12)
    words = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.city}"
