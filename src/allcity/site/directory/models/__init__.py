"""The directory: who there is, what they offer, where and when."""

from allcity.site.directory.models.organizations import Organization, ParticipantCount
from allcity.site.directory.models.programs import Location, Offering, Program
from allcity.site.directory.models.schools import Identifier, School, SchoolYear, StudentCount
from allcity.site.directory.models.upkeep import Asking, Distinct, Merge

__all__ = [
    "Asking",
    "Distinct",
    "Identifier",
    "Location",
    "Merge",
    "Offering",
    "Organization",
    "ParticipantCount",
    "Program",
    "School",
    "SchoolYear",
    "StudentCount",
]
