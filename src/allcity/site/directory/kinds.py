"""The kinds of records that people look after, by the name that addresses and tables have for them."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City, Kept
from allcity.site.directory.models import Location, Offering, Organization, Program, School


@dataclass(frozen=True)
class Kind:
    """A kind of record. `fields` are what people say of it; `above` leads to what it is under."""

    name: str
    model: type[Kept]
    one: str | Promise
    many: str | Promise
    fields: tuple[str, ...]
    above: str = ""
    paths: tuple[str, ...] = ()


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "organizations",
            Organization,
            _("organization"),
            _("Organizations"),
            ("name", "participant_type", "description", "area", "website"),
        ),
        Kind(
            "programs",
            Program,
            _("program"),
            _("Programs"),
            ("name", "description", "contributions", "website"),
            above="organization",
            paths=("organization",),
        ),
        Kind(
            "locations",
            Location,
            _("place"),
            _("Places"),
            ("name", "address", "latitude", "longitude", "area"),
        ),
        Kind(
            "offerings",
            Offering,
            _("offering"),
            _("Dates and seats"),
            (
                "mode",
                "location",
                "start_date",
                "end_date",
                "sessions",
                "days",
                "start_time",
                "end_time",
                "seats",
                "minimum_age",
                "maximum_age",
                "minimum_fee",
                "maximum_fee",
                "languages",
                "accommodations",
                "transport",
                "food",
            ),
            above="program",
            paths=("program__organization", "location"),
        ),
        Kind(
            "schools",
            School,
            _("school"),
            _("Schools"),
            (
                "name",
                "school_type",
                "grades",
                "address",
                "latitude",
                "longitude",
                "area",
                "dismissal_time",
                "website",
            ),
        ),
    )
}


def kind_of(record: Any) -> Kind:
    """The kind of a record."""
    return KINDS[record.TABLE]


def described(record: Any) -> Any:
    """What holds what people say of a record: the newest year of a school, and the record itself of any other."""
    if isinstance(record, School):
        return record.years.select_related("city").order_by("-year").first()
    return record


def city_name(city: City) -> str:
    """The city's name in its own first language."""
    return city.settings.city.name.in_language(city.settings.city.languages[0])
