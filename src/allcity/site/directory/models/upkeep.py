"""What looking after the directory leaves behind: merges, pairs that are not the same, and who was asked when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord


class Merge(CityRecord):
    """Two records made one. `journal` is what it moved and changed, so that it can be taken back.

    `survivor` and `duplicate` are ids of rows of `table`.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    table = models.CharField(max_length=30)
    survivor = models.BigIntegerField()
    duplicate = models.BigIntegerField()
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    merged_at = models.DateTimeField(_("merged on"), auto_now_add=True)
    undone_at = models.DateTimeField(_("taken back on"), null=True, blank=True)
    journal = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.table} {self.duplicate} → {self.survivor}"


class Distinct(CityRecord):
    """Two records that look alike and are not the same, as somebody said. `first` is the smaller id."""

    table = models.CharField(max_length=30)
    first = models.BigIntegerField()
    second = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("city", "table", "first", "second", name="directory_distinct_pair")]

    def __str__(self) -> str:
        return f"{self.table} {self.first} ≠ {self.second}"


class Asking(models.Model):
    """When somebody was last asked whether what they look after is still true."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}, {self.asked_at:%Y-%m-%d}"
