"""What people are told of minutes: everybody who was asked, that they are there; coordinators, that they are missing."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts import mail
from allcity.site.accounts.mail import Mail
from allcity.site.action.convening import words
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City, Membership
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.notices.models import Notice
from allcity.site.notices.queries import deliveries_of

MINUTES = register(
    Kind(
        "session-minutes",
        _("The minutes of a planning session are there"),
        _("The minutes are there: %(session)s."),
        Delivery.AT_ONCE,
    )
)
CORRECTED = register(
    Kind(
        "session-minutes-corrected",
        _("The minutes of a planning session were corrected"),
        _("The minutes were corrected: %(session)s."),
        Delivery.AT_ONCE,
    )
)
MISSING = register(
    Kind(
        "session-minutes-missing",
        _("The minutes of a planning session are not sent yet"),
        _("It is over, and its minutes are not sent yet: %(session)s."),
    )
)


def tell(invitee: Invitee, *, again: bool) -> None:
    """Tell somebody who was asked, in a task: by notice, and by mail where they want one at once or have no account."""
    session, kind = invitee.session, CORRECTED if again else MINUTES
    if invitee.user:
        if not invitee.user.is_active:
            return
        path = reverse("city:meeting-minutes", args=[session.city.slug, session.public_id])
        notice = notify(
            user=invitee.user,
            kind=kind,
            city=session.city,
            values={"session": session.title},
            url=in_language(path, "en"),
        )
        if deliveries_of(invitee.user)[kind.id] != Delivery.AT_ONCE:
            return
        Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())  # this mail is the one of the notice
    message = compose(invitee, again=again)
    if message:
        transaction.on_commit(message.send)


def compose(invitee: Invitee, *, again: bool) -> Mail | None:
    """The mail, in the language of whoever gets it; None where no address is left."""
    session, to = invitee.session, words.address_of(invitee)
    if not to:
        return None
    with translation.override(invitee.user.language if invitee.user else invitee.language or "en"):
        context = {
            "session": session,
            "name": session.city.display_name(),
            "when": words.when_of(session),
            "link": settings.SITE_ADDRESS + address_for(invitee),
            "again": again,
            "is_theirs": not _reads_signed_in(invitee, session.city),
        }
        return mail.compose(
            to=to,
            subject=render_to_string("action/meeting/mail/minutes_subject.txt", context),
            text=render_to_string("action/meeting/mail/minutes_message.txt", context).strip(),
        )


def address_for(invitee: Invitee) -> str:
    """The path at which somebody reads the minutes: members of the city signed in, everybody else by their own link."""
    session = invitee.session
    if _reads_signed_in(invitee, session.city):
        return reverse("city:meeting-minutes", args=[session.city.slug, session.public_id])
    return reverse("meeting:minutes-by", args=[invitee.token])


def _reads_signed_in(invitee: Invitee, city: City) -> bool:
    return invitee.user_id is not None and Membership.objects.filter(city=city, user=invitee.user_id).exists()


def tell_missing(session: PlanningSession) -> None:
    """Tell the coordinators that the minutes are not sent yet."""
    url = in_language(reverse("city:meeting-notes", args=[session.city.slug, session.public_id]), "en")
    for user in coordinators_of(session.city).order_by("pk"):
        notify(user=user, kind=MISSING, city=session.city, values={"session": session.title}, url=url)
