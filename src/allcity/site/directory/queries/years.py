"""The school years of which a city has schools or figures."""

from collections.abc import Iterator

from allcity.analysis.city import year_name
from allcity.site.cities.models import City
from allcity.site.cities.years import SchoolYear as KnownYear
from allcity.site.directory.models import SchoolYear
from allcity.site.figures.models import Examination


def school_years(city: City) -> Iterator[KnownYear]:
    """Each school year with when its figures were computed last; readers see the newest that has any."""
    rows = Examination.objects.of(city).done().order_by("pk").values_list("year", "computed_at")
    computed = dict(rows)
    here = SchoolYear.objects.of(city).filter(school__archived_at=None).values_list("year", flat=True).distinct()
    for year in {*here, *computed}:
        yield KnownYear(year, year_name(year), computed.get(year), is_shown=year == max(computed, default=None))
