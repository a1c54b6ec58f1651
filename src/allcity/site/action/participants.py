"""The types of participants of a city's music ecosystem in the reader's language, as those who answer, come and endorse."""

from django.utils.translation import get_language

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, Role
from allcity.site.directory.models import Organization

BY_ROLE = {Role.LIAISON: "school_leaders", Role.MANAGER: "partner_organizations"}
"""What somebody probably is, by role. Who runs an organization is what the organization is."""


def titles(city: City) -> dict[str, str]:
    """The name of each type by its id, in the order of the city's framework."""
    language = get_language() or "en"
    types = city.settings.framework.participants
    return {each: type_.title.in_language(language) for each, type_ in types.items()}


def title(city: City, participant: str) -> str:
    """The name of one type; its id where the city has it no more."""
    return titles(city).get(participant, participant)


def choices(city: City) -> list[tuple[str, str]]:
    """The types to choose from."""
    return list(titles(city).items())


def type_of(user: User, city: City) -> str:
    """The type that a person of a city is likely to be by their role there; empty where nothing tells."""
    known = city.settings.framework.participants
    for role, place in Membership.objects.filter(city=city, user=user).order_by("pk").values_list("role", "place"):
        found = BY_ROLE.get(Role(role), "")
        if role == Role.MANAGER:
            organization = Organization.objects.of(city).filter(public_id=place).first() if place else None
            found = (organization and organization.participant_type) or found
        if found in known:
            return found
    return ""
