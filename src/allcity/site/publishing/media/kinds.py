"""What coordinators are told of consents. No notice holds the name of a person or of a picture."""

from django.utils.translation import gettext_lazy as _

from allcity.site.notices.kinds import Delivery, Kind, register

WITHDRAWN = register(
    Kind(
        "consent-withdrawn",
        _("Somebody takes back their consent to a picture or a video"),
        _("A consent to a picture or a video was taken back. It is shown nowhere any more."),
        Delivery.AT_ONCE,
    )
)
ENDING = register(
    Kind(
        "consent-ending",
        _("A consent to a picture or a video ends in a month"),
        _("A consent to a picture or a video ends in a month. Ask whether it may be shown longer."),
    )
)
ENDED = register(
    Kind(
        "consent-ended",
        _("A consent to a picture or a video has ended"),
        _("A consent to a picture or a video has ended. It is not shown until there is a new one."),
    )
)
KINDS = (WITHDRAWN, ENDING, ENDED)
