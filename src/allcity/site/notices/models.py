"""Notices to people, and how each person wants to hear of which kind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.notices.kinds import Delivery, kinds

EVERY_KIND = ""
"""Stands in a preference for every kind that the person has not chosen about by itself."""


class Notice(models.Model):
    """Something a person is told. Its words are made from its kind and values when it is read.

    `url` is a path of the site. `mailed_at` is when it was put into a mail; it stays empty where the person wants none.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    city = models.ForeignKey(City, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=500, blank=True)
    due_on = models.DateField(_("due on"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"]), models.Index(fields=["mailed_at", "read_at"])]

    def __str__(self) -> str:
        return kinds()[self.kind].words(self.values)


class Preference(models.Model):
    """How a person wants to hear of a kind of notice."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=60, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery)

    class Meta:
        constraints = [models.UniqueConstraint("user", "kind", name="notices_preference_kind")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind or 'every kind'}, {self.delivery}"
