"""What stories have waiting for people: those of cities that are not here, for staff. A city's wait in its moderation."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.notices.work import WorkItem
from allcity.site.publishing.stories import queries

WEIGHT = 20


def from_elsewhere(user: User) -> Iterator[WorkItem]:
    """One line for staff."""
    if user.is_staff and (number := queries.waiting_elsewhere().count()):
        title = ngettext(
            "%(number)s story from another city waits to be looked at",
            "%(number)s stories from other cities wait to be looked at",
            number,
        )
        yield WorkItem(title % {"number": number}, reverse("stories:waiting"), weight=WEIGHT)
