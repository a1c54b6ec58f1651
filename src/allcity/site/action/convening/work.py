"""What sessions have waiting for people: invitations to answer; for coordinators drafts to finish, and sessions that are soon."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.convening import times, words
from allcity.site.action.convening.threads import address_of
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.notices.mine import SHOWN, Mine, MineItem
from allcity.site.notices.work import WorkItem

State = PlanningSession.State
SOON = timedelta(days=7)


def sessions(user: User) -> Iterator[WorkItem]:
    """Each invitation that the person has not answered, and for coordinators what a session needs from them."""
    now = timezone.now()
    open_ones = Q(session__state=State.POLL) | Q(session__state=State.CALLED, session__starts_at__gt=now)
    rows = Invitee.objects.filter(open_ones, user=user, state=Invitee.State.INVITED).select_related("session__city")
    rows = rows.exclude(session__state=State.POLL, poll_answers__isnull=False).distinct()
    for row in rows.order_by("pk"):
        is_poll = row.session.state == State.POLL
        yield WorkItem(
            _("Say which dates suit you") if is_poll else _("Say whether you come"),
            address_of(row.session),
            detail=row.session.title,
            due_on=None if row.session.starts_at is None else times.here(row.session, row.session.starts_at).date(),
            city=row.session.city,
            weight=15,
        )
    coordinated = list(coordinated_by(user).values_list("pk", flat=True))
    if not coordinated:
        return
    drafts = Q(state__in=(State.DRAFT, State.POLL)) & (Q(starts_at=None) | Q(starts_at__gt=now))
    soon = Q(state=State.CALLED, starts_at__gt=now, starts_at__lt=now + SOON)
    for session in (
        PlanningSession.objects.filter(drafts | soon, city__in=coordinated).select_related("city").order_by("pk")
    ):
        yield _to_run(session)


def _to_run(session: PlanningSession) -> WorkItem:
    page = reverse("city:planning-session", args=[session.city.slug, session.public_id])
    due_on = None if session.starts_at is None else times.here(session, session.starts_at).date()
    match session.state:
        case State.DRAFT:
            title = _("Finish planning a session, and call it")
        case State.POLL:
            title = _("Choose the date of a session")
            page = reverse("city:planning-session-dates", args=[session.city.slug, session.public_id])
        case _called:
            title = _("A session is soon: see who comes")
            page = reverse("city:planning-session-people", args=[session.city.slug, session.public_id])
    return WorkItem(title, page, detail=session.title, due_on=due_on, city=session.city, weight=10)


def mine(user: User) -> Mine | None:
    """The sessions to which a person comes, or waits to come."""
    rows = Invitee.objects.filter(
        user=user,
        state__in=(Invitee.State.COMING, Invitee.State.WAITING),
        session__state=State.CALLED,
        session__ends_at__gt=timezone.now(),
    ).select_related("session__city")
    items = [
        MineItem(
            row.session.title,
            address_of(row.session),
            detail=f"{row.get_state_display()}. {words.when_of(row.session)}",
            city=row.session.city,
            due_on=None if row.session.starts_at is None else times.here(row.session, row.session.starts_at).date(),
        )
        for row in rows.order_by("session__starts_at", "pk")[:SHOWN]
    ]
    return Mine("sessions", _("Planning sessions"), items, reverse("convening:calendar"), weight=20) if items else None


def readable(user: User, sessions: Collection[UUID]) -> Iterable[UUID]:
    """Those of these sessions that the person may see: which notices are shown hangs on it."""
    found: Iterable[UUID] = (
        PlanningSession.objects.for_user(user).filter(public_id__in=sessions).values_list("public_id", flat=True)
    )
    return found
