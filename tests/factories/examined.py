"""Stored examinations of a city, with figures of their own choosing."""

from django.utils import timezone

from allcity.analysis.figures import Figure
from allcity.site.cities.models import City
from allcity.site.figures.models import Examination


def examined(of: City, *figures: Figure, year: int = 2024) -> Examination:
    """An examination of a school year that found these figures."""
    return Examination.objects.create(
        city=of,
        year=year,
        state=Examination.State.DONE,
        computed_at=timezone.now(),
        figures=[figure.as_record() for figure in figures],
    )
