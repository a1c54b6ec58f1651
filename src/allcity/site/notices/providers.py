"""What cities have waiting for people: requests to decide on, and invitations that nobody has answered."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import StoppedAddress, User
from allcity.site.cities.models import City, Request
from allcity.site.cities.people.queries import (
    coordinated_by,
    coordinators_of,
    invitations_to,
    open_invitations,
    waiting_requests,
)
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import ASKED_TO_JOIN, INVITATION_STOPPED, MAIL_STOPPED
from allcity.site.notices.models import Notice
from allcity.site.notices.visibility import for_coordinators, of_records
from allcity.site.notices.work import WorkItem


def requests_to_decide(user: User) -> Iterator[WorkItem]:
    """Each request to a city that the person coordinates."""
    for asked in waiting_requests().filter(city__in=coordinated_by(user)).select_related("city", "user"):
        yield WorkItem(
            title=_("%(person)s waits for your answer") % {"person": asked.user},
            detail=_("Asks for a role: %(role)s") % {"role": asked.get_role_display()},
            url=reverse("city:request", args=[asked.city.slug, asked.pk]),
            city=asked.city,
            is_to_decide=True,
            weight=20,
        )


def drafts_to_go_on_with(user: User) -> Iterator[WorkItem]:
    """Each city that the person coordinates and that has never been public."""
    for city in coordinated_by(user).drafts():
        yield WorkItem(
            title=_("Go on with the first steps of %(city)s") % {"city": city.display_name()},
            detail=_("It is a draft that only its people see."),
            url=reverse("city:start", args=[city.slug]),
            city=city,
            weight=-10,
        )


def invitations_to_accept(user: User) -> Iterator[WorkItem]:
    """Each open invitation to the person's own address."""
    for invitation in invitations_to(user):
        yield WorkItem(
            title=_("You are invited: %(role)s") % {"role": invitation.get_role_display()},
            url=reverse("people:invitation", args=[invitation.token]),
            due_on=invitation.expires_at.date(),
            city=invitation.city,
            weight=30,
        )


def invitations_that_ran_out(user: User) -> Iterator[WorkItem]:
    """For each city that the person coordinates, how many invitations have run out without an answer."""
    ran_out = open_invitations().filter(expires_at__lte=timezone.now())
    counts = dict(ran_out.values_list("city").annotate(number=Count("pk")).order_by())
    for city in coordinated_by(user).filter(pk__in=counts):
        number = counts[city.pk]
        yield WorkItem(
            title=ngettext(
                "%(number)s invitation has run out without an answer",
                "%(number)s invitations have run out without an answer",
                number,
            )
            % {"number": number},
            detail=_("Send it again, or take it back."),
            url=reverse("city:people", args=[city.slug]),
            city=city,
        )


def still_asked(user: User, notices: Collection[Notice]) -> Iterable[Notice]:
    """Those notices of requests that are still there, and of which the person is still to decide."""
    return _of_requests(user, list(for_coordinators(user, notices)))


def _there(_user: User, requests: Collection[int]) -> Iterable[int]:
    return Request.objects.filter(pk__in=requests).values_list("pk", flat=True)


_of_requests = of_records("pk", readable=_there)


def tell_of_stopped(stopped: StoppedAddress) -> None:
    """Tell the coordinators of each city in which the person has a role that no mail arrives, and inviters likewise.

    Nobody is told anew before they have read it: the page that it leads to shows everybody.
    """
    cities = City.objects.filter(memberships__user__email__iexact=stopped.email).distinct()
    told = [
        (coordinator, city, MAIL_STOPPED)
        for city in cities
        for coordinator in coordinators_of(city)
        if coordinator.email.lower() != stopped.email
    ]
    for invitation in open_invitations().filter(email=stopped.email).select_related("city", "invited_by"):
        inviter = invitation.invited_by
        if inviter and inviter in coordinators_of(invitation.city):
            told.append((inviter, invitation.city, INVITATION_STOPPED))
    for user, city, kind in dict.fromkeys(told):
        if not Notice.objects.filter(user=user, city=city, kind=kind.id, read_at=None).exists():
            notify(user=user, kind=kind, city=city, url=reverse("city:people", args=[city.slug]))


def tell_coordinators(asked: Request) -> None:
    """Tell each coordinator of a city that somebody asks for a role."""
    for coordinator in coordinators_of(asked.city):
        notify(
            user=coordinator,
            kind=ASKED_TO_JOIN,
            city=asked.city,
            values={"person": str(asked.user)},
            url=reverse("city:request", args=[asked.city.slug, asked.pk]),
        )
