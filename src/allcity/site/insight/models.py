"""Which counts a city's pages must not show, weighed in the background."""

from django.db import models

from allcity.site.cities.models import CityRecord


class Weighing(CityRecord):
    """What `allcity.analysis.public` withholds from a city's tables, as they were at `data_version`.

    `withheld` has lists of ids: of deliveries and needs, and of baselines pairs of a school's id and the year.
    """

    data_version = models.PositiveBigIntegerField()
    withheld = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("city", name="insight_weighing_city")]

    def __str__(self) -> str:
        return f"{self.city}, {self.data_version}"
