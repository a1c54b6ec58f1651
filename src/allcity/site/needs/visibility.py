"""Which notices of offers, requests, needs and the survey somebody may still see."""

from collections.abc import Collection, Iterable
from uuid import UUID

from allcity.site.accounts.models import User
from allcity.site.needs.models import Proposal
from allcity.site.needs.overview import domain as overview
from allcity.site.needs.proposals import telling
from allcity.site.needs.survey import helping, reminding
from allcity.site.notices import visibility


def register() -> None:
    """Let through what is of proposals of which the person looks after a side, and the rest for those with a role."""
    visibility.register(
        visibility.of_records("public_id", readable=_readable),
        telling.PROPOSED,
        telling.ANSWERED,
        telling.SUGGESTED,
        telling.PLANNED,
        telling.WAITS,
        telling.SOON,
        telling.HOW_IS_IT,
        telling.OVER,
        telling.LAPSED,
        telling.NOBODY,
        telling.OVERDUE,
    )
    visibility.register(
        visibility.for_members,
        overview.NEED_UNANSWERED,
        overview.FREE_PLACES,
        helping.HELPED,
        helping.NOT_FOR_THEM,
        reminding.SURVEY_OPEN,
        reminding.SURVEY_REMINDER,
    )


def _readable(user: User, proposals: Collection[UUID]) -> Iterable[UUID]:
    return Proposal.objects.for_user(user).filter(public_id__in=proposals).values_list("public_id", flat=True)
