"""What the people of the sample city do about what they found."""

from allcity.site.accounts.models import User
from allcity.site.action.briefing import demo as briefing
from allcity.site.action.committing import demo as committing
from allcity.site.action.convening import demo as convening
from allcity.site.action.endorsing import demo as endorsing
from allcity.site.action.examining import demo as examining
from allcity.site.action.meeting import demo as meeting
from allcity.site.cities.models import City


def add_action(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Self-examinations of two years, sessions, commitments in every state with the plan, endorsements and a brief; once."""
    for part in (committing, examining, convening, meeting, endorsing, briefing):
        part.add(city=city, coordinator=coordinator, liaison=liaison, manager=manager, member=member)
