"""A city, the frame that its records stand in, and its people."""

from allcity.site.cities.models.city import City, CityQuerySet
from allcity.site.cities.models.frame import Area, District, Group, Source
from allcity.site.cities.models.people import Invitation, Membership, Request, Role
from allcity.site.cities.models.record import CityRecord, Kept, Keyed, Known, RecordQuerySet, public_id, records_of

__all__ = [
    "Area",
    "City",
    "CityQuerySet",
    "CityRecord",
    "District",
    "Group",
    "Invitation",
    "Kept",
    "Keyed",
    "Known",
    "Membership",
    "RecordQuerySet",
    "Request",
    "Role",
    "Source",
    "public_id",
    "records_of",
]
