"""The mail to authors of stories. Nothing that somebody typed goes into it: the link leads to where they read it."""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils import translation

from allcity.site.accounts import mail as post
from allcity.site.publishing.models import Story

LINK, PUBLISHED, ASKED, TAKEN_DOWN, TAKEN_OUT = "link", "published", "asked", "taken_down", "taken_out"
_signer = TimestampSigner(salt="allcity.stories.confirm")


def mail_link(story: Story) -> None:
    """Send the link that confirms the address, and with which the story is changed and withdrawn later."""
    mail(story, LINK)


def mail(story: Story, what: str) -> None:
    """Write to its author, in the language in which they told it, or else in English."""
    if not story.email:
        return
    language = story.language if story.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        post.send(
            f"publishing/stories/mail/{what}",
            to=story.email,
            language=language,
            link=_address("mine" if story.confirmed_at else "confirm", secret_of(story)),
            is_confirmed=story.confirmed_at is not None,
        )


def secret_of(story: Story) -> str:
    """What stands in the link: until the address is confirmed a signature that only the mail holds."""
    return story.token if story.confirmed_at else _signer.sign(story.token)


def token_in(secret: str) -> str:
    """The token in a link that confirms; empty where nobody signed it."""
    try:
        return _signer.unsign(secret)
    except BadSignature:
        return ""


def _address(name: str, secret: str) -> str:
    return settings.SITE_ADDRESS + reverse(f"stories:{name}", args=[secret])
