"""What people are told of conversations and of moderation. No notice holds the name of a person."""

from django.utils.translation import gettext_lazy as _

from allcity.site.notices.kinds import Delivery, Kind, register

NEWS = register(
    Kind("conversation", _("Something new in a conversation that you follow"), _("Something new in “%(title)s”."))
)
MENTION = register(
    Kind(
        "conversation-mention",
        _("Somebody asks for your attention in a conversation"),
        _("Somebody asks for your attention in “%(title)s”."),
        Delivery.AT_ONCE,
    )
)
QUEUE = register(
    Kind(
        "moderation-queue",
        _("Something that was written in your city waits to be looked at"),
        _("Something that was written in your city waits to be looked at."),
    )
)
KEPT = register(
    Kind(
        "moderation-kept",
        _("What you wrote was looked at, and stands"),
        _("What you wrote in “%(title)s” stands. %(reason)s"),
    )
)
TAKEN_DOWN = register(
    Kind(
        "moderation-taken-down",
        _("What you wrote was taken down"),
        _("What you wrote in “%(title)s” was taken down: %(reason)s"),
    )
)
REPORT_ANSWERED = register(
    Kind(
        "moderation-report",
        _("A coordinator looked at what you reported"),
        _("A coordinator looked at what you reported in “%(title)s”. Thank you for telling."),
    )
)
ESCALATED = register(
    Kind(
        "moderation-escalated",
        _("Coordinators ask the staff of the site to look at something"),
        _("Coordinators ask the staff of the site to look at something."),
        Delivery.AT_ONCE,
    )
)
