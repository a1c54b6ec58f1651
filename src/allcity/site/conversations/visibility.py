"""Which notices of conversations and of moderation somebody may still see."""

from collections.abc import Collection, Iterable
from uuid import UUID

from allcity.site.accounts.models import User
from allcity.site.conversations import kinds
from allcity.site.conversations.models import Thread
from allcity.site.notices import visibility
from allcity.site.notices.models import Notice


def register() -> None:
    """Let through what is of threads that the person may read now, and what waits in a queue for its coordinators.

    What somebody wrote themselves and was taken down they are told of wherever it stood.
    """
    by_thread = visibility.of_records("thread", readable=_readable)
    visibility.register(by_thread, kinds.NEWS, kinds.MENTION, kinds.KEPT, kinds.REPORT_ANSWERED)
    visibility.register(visibility.for_coordinators, kinds.QUEUE)
    visibility.register(_for_staff, kinds.ESCALATED)


def _for_staff(user: User, notices: Collection[Notice]) -> Iterable[Notice]:
    return notices if user.is_staff else ()


def _readable(user: User, threads: Collection[UUID]) -> Iterable[UUID]:
    return Thread.objects.for_user(user).filter(public_id__in=threads).values_list("public_id", flat=True)
