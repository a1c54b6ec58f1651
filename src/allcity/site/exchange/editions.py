"""A city's records as everybody may have them, each edition made in view of the last."""

from django.db import IntegrityError, transaction

from allcity.analysis.public import Told, publish
from allcity.formats.folder import CityFolder, with_areas
from allcity.site.cities.models import City
from allcity.site.exchange.models import Edition


def public_folder(*, city: City, found: CityFolder) -> tuple[CityFolder, Told]:
    """The city's records `found`, without what would tell of too few people, and what they tell, which is kept.

    Everything that shows counts of single records to everybody asks here, so that there is one row of editions. Takes
    seconds.
    """
    while True:
        last = Edition.objects.of(city).first() or Edition(city=city)
        tables, told = publish(
            found.tables,
            threshold=city.threshold,
            told=last.told if city.is_public else last.public,
            schools=with_areas(found.tables["schools"], found.shapes),
        )
        if _keep(last, told):
            return CityFolder(found.settings, tables, found.shapes, found.backdrop), told


def records_told(city: City) -> Told:
    """What the last edition of the city's records told."""
    told: Told = (Edition.objects.of(city).first() or Edition()).told
    return told


def _keep(last: Edition, told: Told) -> bool:
    """Keep what an edition tells, unless another has come in between."""
    public = told if last.city.is_public else last.public
    if last.pk:
        unchanged = Edition.objects.filter(pk=last.pk, number=last.number)
        if (last.told, last.public) == (told, public):
            return unchanged.exists()
        return bool(unchanged.update(told=told, public=public, number=last.number + 1))
    try:
        with transaction.atomic():
            Edition.objects.create(city=last.city, told=told, public=public)
    except IntegrityError:
        return False
    return True
