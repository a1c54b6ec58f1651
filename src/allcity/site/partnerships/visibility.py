"""Which notices of partnerships somebody may still see."""

from collections.abc import Collection, Iterable
from uuid import UUID

from allcity.site.accounts.models import User
from allcity.site.notices import visibility
from allcity.site.partnerships import reminding
from allcity.site.partnerships.agreeing import telling as agreeing
from allcity.site.partnerships.checking import telling as checking
from allcity.site.partnerships.delivering import telling as delivering
from allcity.site.partnerships.evaluating import telling as evaluating
from allcity.site.partnerships.models import Partnership
from allcity.site.partnerships.readiness import telling as readiness
from allcity.site.partnerships.reviewing import telling as reviewing


def register() -> None:
    """Let through what is of partnerships of which the person looks after a party, or one that is to join.

    Who has left one, or does not join it, is told so all the same, as long as they have a role in the city.
    """
    visibility.register(
        visibility.of_records("partnership", "public_id", readable=_own),
        agreeing.BEGUN,
        agreeing.TO_SIGN,
        agreeing.SIGNED,
        agreeing.MERGED,
        checking.DUE,
        checking.ANSWERED,
        checking.NOT_FOR_THEM,
        delivering.SILENT,
        evaluating.DUE,
        evaluating.SAID,
        evaluating.DECIDED,
    )
    visibility.register(
        visibility.for_members,
        agreeing.TAKEN_BACK,
        agreeing.WITHDRAWN,
        agreeing.DROPPED,
        agreeing.ENDED,
        agreeing.HANDED_OVER,
        agreeing.LEFT,
        agreeing.JOINED,
        agreeing.NOT_JOINED,
        agreeing.DECLINED,
        delivering.PLANNED,
        readiness.SOON,
        readiness.RAN_OUT,
        reviewing.ASKED,
        reviewing.ANSWERED,
        reviewing.DECIDED,
    )
    visibility.register(visibility.for_coordinators, reminding.UNATTENDED)


def _own(user: User, partnerships: Collection[UUID]) -> Iterable[UUID]:
    found = Partnership.objects.to_agree_on(user).filter(public_id__in=partnerships)
    return found.values_list("public_id", flat=True)
