"""The mail of endorsements. Nothing that somebody typed goes into it: forms would send strangers' words to anybody's address."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from allcity.site.accounts import mail
from allcity.site.action.models import Endorsement


def mail_link(endorsement: Endorsement) -> None:
    """Send the link that confirms it."""
    _send("action/endorsing/mail/confirm", endorsement)


def mail_again(endorsement: Endorsement) -> None:
    """Send the link to somebody who endorsed before and did so again."""
    _send("action/endorsing/mail/again", endorsement)


def address_of(endorsement: Endorsement) -> str:
    """The whole web address of the link, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("endorsement:link", args=[endorsement.token])


def _send(template: str, endorsement: Endorsement) -> None:
    mail.send(
        template,
        to=endorsement.email,
        language=get_language() or "en",
        city=endorsement.city.display_name(),
        link=address_of(endorsement),
    )
