"""The notices of planning sessions, and how mail about them begins."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.notices.kinds import Delivery, Kind, register

ASKED = register(
    Kind(
        "session-asked",
        _("You are asked to a planning session"),
        _("You are asked to a planning session: %(session)s."),
        Delivery.AT_ONCE,
    )
)
DATES = register(
    Kind(
        "session-dates",
        _("A date is looked for, for a planning session"),
        _("Which dates suit you? A date is looked for: %(session)s."),
        Delivery.AT_ONCE,
    )
)
CHANGED = register(
    Kind(
        "session-changed",
        _("A planning session to which you are asked has changed"),
        _("Time, place or purpose has changed: %(session)s."),
        Delivery.AT_ONCE,
    )
)
CANCELLED = register(
    Kind(
        "session-cancelled",
        _("A planning session to which you are asked is cancelled"),
        _("A planning session is cancelled: %(session)s."),
        Delivery.AT_ONCE,
    )
)
PROMOTED = register(
    Kind(
        "session-place",
        _("A place at a planning session became free for you"),
        _("A place became free for you: %(session)s."),
        Delivery.AT_ONCE,
    )
)
REMINDER = register(
    Kind(
        "session-reminder",
        _("A planning session is soon"),
        _("A planning session is soon: %(session)s."),
        Delivery.AT_ONCE,
    )
)
NOT_FOR_THEM = register(
    Kind(
        "session-not-for-them",
        _("An invitation to a planning session reached somebody whom it was not for"),
        _(
            "An invitation to %(session)s reached somebody else. Its link is stopped; ask the person for another address."
        ),
    )
)
WISH = register(
    Kind(
        "session-wish",
        _("Somebody would like to be invited to a planning session"),
        _("Somebody would like to be invited: %(session)s."),
    )
)
FOR_INVITEES = (ASKED, DATES, CHANGED, CANCELLED, PROMOTED, REMINDER)
FOR_COORDINATORS = (NOT_FOR_THEM, WISH)

PLACE, WAITS, DECLINED, UNINVITED = "place", "waits", "declined", "uninvited"
"""Mail that answers what somebody did; no notice goes with it."""

OPENINGS: dict[str, tuple[str | Promise, str | Promise]] = {
    ASKED.id: (_("You are invited: %(session)s"), _("%(city)s invites you to a planning session. Do you come?")),
    DATES.id: (
        _("Which dates suit you? %(session)s"),
        _("%(city)s invites you to a planning session, and looks for a date. Which of these suit you?"),
    ),
    CHANGED.id: (
        _("Changed: %(session)s"),
        _(
            "Something has changed about a planning session in %(city)s to which you are asked. This is how it stands now."
        ),
    ),
    CANCELLED.id: (_("Cancelled: %(session)s"), _("This planning session in %(city)s does not take place.")),
    PROMOTED.id: (
        _("A place became free for you: %(session)s"),
        _("You waited for a place at a planning session in %(city)s. Now you have one."),
    ),
    PLACE: (_("You have a place: %(session)s"), _("Thank you. You have a place at this planning session in %(city)s.")),
    WAITS: (
        _("You wait for a place: %(session)s"),
        _(
            "All places are taken. You are number %(number)s of those who wait, and are told as soon as a place is free."
        ),
    ),
    DECLINED: (_("You do not come: %(session)s"), _("Your place is given back. Thank you for saying so.")),
    UNINVITED: (_("Your invitation has ended: %(session)s"), _("You are not asked to this planning session any more.")),
    f"{REMINDER.id}-coming": (
        _("Soon: %(session)s"),
        _("This is a reminder: you come to a planning session in %(city)s."),
    ),
    f"{REMINDER.id}-invited": (
        _("Do you come? %(session)s"),
        _("You are invited to a planning session in %(city)s, and have not answered yet. Do you come?"),
    ),
}
"""Subject and first words of each kind of mail."""
