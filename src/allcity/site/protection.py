"""What every answer forbids a browser, and what no request may be."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

Respond = Callable[[HttpRequest], HttpResponseBase]

EDITORS_PATH = "/editors/"
# Wagtail's forms hold scripts of their own, and its preview is a frame. Nothing of it is shown to those who do not edit.
EDITORS_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "media-src": [SELF],
    "manifest-src": [SELF],
    "frame-src": [SELF],
    "worker-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
FEATURES_OF_BROWSERS = "geolocation=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)"
FORBIDDEN = (
    "accelerometer",
    "camera",
    "display-capture",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


class ContentPolicy(CSPMiddleware):
    """The strict policy of the settings everywhere, and a looser one for editors alone."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        # What is previewed was asked for at its own address, though it is shown in a frame on the editors' path.
        is_for_editors = request.path_info.startswith(EDITORS_PATH) or getattr(request, "is_preview", False)
        if is_for_editors and not report_only:
            parts.config = EDITORS_POLICY
        return parts


def permissions_policy(respond: Respond) -> Respond:
    """Let pages ask for the reader's place and for passkeys, and for nothing else of the device."""
    policy = ", ".join((FEATURES_OF_BROWSERS, *(f"{name}=()" for name in FORBIDDEN)))

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        response.headers["Permissions-Policy"] = policy
        return response

    return middleware


def no_null_characters(respond: Respond) -> Respond:
    """Refuse an address that holds the character of number 0, which PostgreSQL takes for no text at all."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("An address holds the character of number 0.")
        return respond(request)

    return middleware


def upload_limit(respond: Respond) -> Respond:
    """Refuse a request that is larger than the installation takes, before any of it is kept.

    A request that does not say its length is read as empty by Django, so that it needs no limit.
    """
    megabytes: int = settings.ENVIRONMENT.upload_megabytes

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) <= megabytes * 2**20:
            return respond(request)
        # A browser shows the answer only when it has been able to send; beyond reason it is cut off.
        for _ in range(4 * megabytes):
            if not request.read(2**20):
                break
        return render(request, "413.html", {"megabytes": megabytes}, status=413)

    return middleware
