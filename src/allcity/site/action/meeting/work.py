"""What waits for coordinators after a session: its minutes."""

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.convening import times
from allcity.site.action.meeting.tasks import REMIND_AFTER
from allcity.site.action.models import PlanningSession
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.notices.work import WorkItem

State = PlanningSession.State


def minutes(user: User) -> Iterator[WorkItem]:
    """Each session that is over and whose minutes are not sent: they are due within three days."""
    coordinated = list(coordinated_by(user).values_list("pk", flat=True))
    if not coordinated:
        return
    rows = PlanningSession.objects.filter(
        city__in=coordinated, state=State.CALLED, ends_at__lte=timezone.now(), minutes_sent_at=None
    )
    for session in rows.select_related("city").order_by("ends_at", "pk"):
        if session.ends_at is None:
            continue
        yield WorkItem(
            _("Write and send the minutes"),
            reverse("city:meeting-notes", args=[session.city.slug, session.public_id]),
            detail=session.title,
            due_on=times.here(session, session.ends_at + REMIND_AFTER).date(),
            city=session.city,
            weight=25,
        )


def readable(user: User, sessions: Collection[UUID]) -> Iterable[UUID]:
    """Those of these sessions whose minutes the person may read: which notices are shown hangs on it."""
    rows = PlanningSession.objects.for_user(user).filter(public_id__in=sessions, minutes_sent_at__isnull=False)
    found: Iterable[UUID] = rows.values_list("public_id", flat=True)
    return found
