"""What the service that carries our mail reports: addresses that mail comes back from, and readers who do not want it.

Each service has a form of its own, which anymail reads and checks. The address for reports is not there before the
installation has set the service and the secret that it reports with.
"""

from collections.abc import Callable

from allauth.account.models import EmailAddress
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from allcity.site.accounts.domain import lift_stop, stop_address
from allcity.site.accounts.models import StoppedAddress

# A full mailbox, a letter that was too large or was taken for spam: the next may arrive.
SOFT = ("SoftBounce", "VirusNotification", "blocked")


@csrf_exempt  # a service posts here, with a password of its own and without cookies
def report(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take a report of the service that the installation uses, and of no other."""
    if not provider or provider != settings.MAIL_PROVIDER or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    return _views()[provider](request)


def _views() -> dict[str, Callable[[HttpRequest], HttpResponseBase]]:
    # Here, since one of them loads a library of cryptography, and few installations take reports.
    from anymail.webhooks.mailgun import MailgunTrackingWebhookView
    from anymail.webhooks.postmark import PostmarkTrackingWebhookView
    from anymail.webhooks.sendgrid import SendGridTrackingWebhookView

    return {
        "mailgun": MailgunTrackingWebhookView.as_view(),
        "postmark": PostmarkTrackingWebhookView.as_view(),
        "sendgrid": SendGridTrackingWebhookView.as_view(),
    }


def hear(*, event: AnymailTrackingEvent, **_: object) -> None:
    """Stop mail to the address of an event, where it says that mail will not arrive or is not wanted."""
    reason = reason_of(event)
    if event.recipient and reason:
        stop_address(email=event.recipient, reason=reason)


def reason_of(event: AnymailTrackingEvent) -> StoppedAddress.Reason | None:
    """Why mail to the address of an event is to be stopped; None where it is not."""
    if event.event_type == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        return StoppedAddress.Reason.COMPLAINED
    said = event.esp_event or {}
    if any(said.get(field) in SOFT for field in ("Type", "type")):
        return None
    is_refused = event.event_type == EventType.REJECTED and event.reject_reason in (
        RejectReason.BOUNCED,
        RejectReason.INVALID,
    )
    return StoppedAddress.Reason.BOUNCED if event.event_type == EventType.BOUNCED or is_refused else None


def lift_when_confirmed(*, email_address: EmailAddress, **_: object) -> None:
    """Send mail to an address again once somebody has entered the code that it was sent."""
    lift_stop(email=email_address.email)


def lift_after_code(*, method: str, email: str | None = None, **_: object) -> None:
    """The same where somebody signs in with a code."""
    if method == "code" and email:
        lift_stop(email=email)
