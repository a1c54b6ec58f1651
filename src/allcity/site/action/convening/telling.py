"""What people are told of a session: by mail with their own link and a file for their calendar, and on the site.

Whoever has an account is told as they chose for each kind of notice; where that is a mail at once, it is this one.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from allcity.site.accounts import mail
from allcity.site.accounts.mail import Mail
from allcity.site.accounts.models import User
from allcity.site.action.convening import calendars, kinds, words
from allcity.site.action.convening.calendars import CANCEL, REQUEST, Entry
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind
from allcity.site.notices.mail import in_language
from allcity.site.notices.models import Notice
from allcity.site.notices.queries import deliveries_of

State = PlanningSession.State


def tell(invitee: Invitee, kind: Kind, *, opening: str = "", method: str = REQUEST) -> None:
    """Tell somebody who is asked, in a task: by notice, and by mail where they want one at once or have no account."""
    session = invitee.session
    if invitee.user:
        if not invitee.user.is_active:
            return
        notice = notify(
            user=invitee.user,
            kind=kind,
            city=session.city,
            values={"session": session.title},
            url=in_language(reverse("city:planning-session", args=[session.city.slug, session.public_id]), "en"),
        )
        if deliveries_of(invitee.user)[kind.id] != Delivery.AT_ONCE:
            return
        Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())  # this mail is the one of the notice
    send(invitee, opening or kind.id, method=method, robust=False)


def send(invitee: Invitee, opening: str, *, method: str = REQUEST, number: int = 0, robust: bool = True) -> None:
    """Mail somebody how the session stands, once the transaction stands. Unless it is `robust`, what fails then is raised."""
    message = compose(invitee, opening, method=method, number=number)
    if message:
        transaction.on_commit(message.send, robust=robust)


def compose(invitee: Invitee, opening: str, *, method: str = REQUEST, number: int = 0) -> Mail | None:
    """The mail; None where no address is left."""
    session, to = invitee.session, words.address_of(invitee)
    if not to:
        return None
    with translation.override(invitee.user.language if invitee.user else invitee.language or "en"):
        values = {"session": session.title, "city": session.city.display_name(), "number": number}
        subject, first = (str(text) % values for text in kinds.OPENINGS[opening])
        link = address_of(invitee)
        context = {
            "first": first,
            "session": session,
            "when": words.when_of(session) if session.state != State.POLL else "",
            "dates": [words.when(date.starts_at, date.ends_at, session) for date in session.dates.all()]
            if session.state == State.POLL
            else [],
            "where": words.where(session),
            "link": "" if opening == kinds.UNINVITED else link,
            "is_cancelled": session.state == State.CANCELLED,
            "is_over": opening in (kinds.CANCELLED.id, kinds.UNINVITED, kinds.DECLINED),
            "is_coming": invitee.state == Invitee.State.COMING,
            "online_url": session.online_url if words.has_link(invitee) else "",
        }
        message = mail.compose(
            to=to,
            subject=subject,
            text=render_to_string("action/convening/mail/session_message.txt", context).strip(),
        )
        if session.starts_at and session.state != State.POLL:
            file = calendars.calendar([Entry(session, link, invitee)], method=method)
            message.attach("session.ics", file.decode(), f"text/calendar; method={method}")
    return message


def address_of(invitee: Invitee) -> str:
    """The whole web address of somebody's own link, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("convening:invitation", args=[invitee.token])


def tell_uninvited(invitee: Invitee) -> None:
    """Tell somebody that they are not asked any more. They are about to be removed."""
    send(invitee, kinds.UNINVITED, method=CANCEL)


def tell_not_for_them(invitee: Invitee) -> None:
    """Tell whoever sent an invitation that it reached somebody else; where they left, the coordinators."""
    people = list(coordinators_of(invitee.session.city).order_by("pk"))
    if invitee.invited_by in people:
        people = [invitee.invited_by]
    _tell_coordinators(invitee.session, kinds.NOT_FOR_THEM, people)


def tell_wish(session: PlanningSession, mark: str) -> None:
    """Tell coordinators that somebody would like to be asked. `mark` lets the page of people say who."""
    _tell_coordinators(session, kinds.WISH, coordinators_of(session.city).order_by("pk"), f"?wish={mark}")


def _tell_coordinators(session: PlanningSession, kind: Kind, people: Iterable[User], query: str = "") -> None:
    path = reverse("city:planning-session-people", args=[session.city.slug, session.public_id])
    url = in_language(path, "en") + query
    for user in people:
        if query and Notice.objects.filter(user=user, kind=kind.id, url=url).exists():
            continue  # who asks twice is told of once
        notify(user=user, kind=kind, city=session.city, values={"session": session.title}, url=url)
