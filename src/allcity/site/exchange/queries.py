"""Reading imports."""

from typing import Any
from uuid import UUID

from allcity.site.cities.models import City
from allcity.site.exchange.models import Import


def imports_of(city: City) -> Any:
    """All imports of a city, the newest first, without what is large."""
    return (
        Import.objects.of(city).defer("changes", "problems", "account").select_related("user").order_by("-created_at")
    )


def import_of(city: City, public_id: UUID) -> Import | None:
    """An import of the city, without its changes."""
    found: Import | None = Import.objects.of(city).filter(public_id=public_id).defer("changes").first()
    if found is not None:
        found.city = city
    return found
