"""What the people of the sample city do about what they found."""

from allcity.site.accounts.models import User
from allcity.site.action.committing import demo as committing
from allcity.site.action.examining import demo as examining
from allcity.site.cities.models import City


def add_action(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Self-examinations of two years, and commitments in every state with the city's plan; once."""
    for part in (committing, examining):
        part.add(city=city, coordinator=coordinator, liaison=liaison, manager=manager, member=member)
