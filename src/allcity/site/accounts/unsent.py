"""What somebody wrote and could not send, because they were signed out meanwhile: kept for an hour, for them alone.

It lies in the session on the server, with the page it was for. Files are not kept, nor anything that signs in.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import time
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

KEPT = "unsent"
KEEP_SECONDS = 60 * 60
MOST_BYTES = 200_000
RATE = "60/h/ip"
"""Nobody fills the database with what nobody wrote."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SECRET = re.compile(r"^csrfmiddlewaretoken$|password|(^|[-_])(code|otp)$")
_OF_THE_PAGE = re.compile(r"^(version|seen|next|whole)$|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$")


@dataclass(frozen=True)
class Unsent:
    """A form that did not arrive: the page that it was sent to, its fields in order, and whether files came with it."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def written(self) -> list[tuple[str, str]]:
        """What can be read of it: the names of fields as words, and what is in them."""
        return [
            (re.sub(r"[-_]+", " ", name).strip().capitalize(), value)
            for name, value in self.fields
            if value.strip() and not _OF_THE_PAGE.search(name)
        ]


def of_request(request: HttpRequest) -> Unsent | None:
    """The form that a request brings; nothing where it signs somebody in, is too large, or comes from a script."""
    path, view = request.get_full_path(), request.resolver_match
    is_form = request.method == "POST" and request.content_type in FORMS
    if not is_form or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return None
    if view is None or view.func.__module__.startswith(("allauth.", "allcity.site.accounts.demo")):
        return None
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values if not _SECRET.search(name)]
    if sum(len(name.encode()) + len(value.encode()) for name, value in fields) > MOST_BYTES:
        return None
    return Unsent(path, fields, bool(request.FILES))


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent the request. What another site filled in is never offered as one's own words."""
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sender).netloc == request.get_host()


def keep(request: HttpRequest) -> bool:
    """Keep what a request brings until its sender is signed in. Whether there was something to keep."""
    unsent = of_request(request)
    rates = {KEPT: RATE}
    if unsent is None or not ratelimit.consume(request, app="allcity", action=KEPT, config=rates):
        return False
    request.session[KEPT] = {**asdict(unsent), "person": _person(request), "until": time() + KEEP_SECONDS}
    if not request.user.is_authenticated:
        request.session.set_expiry(KEEP_SECONDS)
    return True


def is_waiting(request: HttpRequest) -> bool:
    """Whether something is kept for whoever is signed in."""
    return _is_for(request, request.session.get(KEPT))


def take(request: HttpRequest) -> Unsent | None:
    """What is kept for whoever is signed in; afterwards it is kept no more, nor is what was kept for somebody else."""
    kept = request.session.pop(KEPT, None)
    if not _is_for(request, kept):
        return None
    return Unsent(kept["path"], [(name, value) for name, value in kept["fields"]], kept["had_files"])


def stay_signed_in(*, request: HttpRequest | None, **_: object) -> None:
    """Let a session last as long as any other once somebody has signed in."""
    if request is not None and KEPT in request.session:
        request.session.set_expiry(None)


def _is_for(request: HttpRequest, kept: Mapping[str, Any] | None) -> bool:
    return kept is not None and kept["until"] > time() and kept["person"] in (None, str(request.user.pk))


def _person(request: HttpRequest) -> str | None:
    """The number of whoever the browser's session belongs to or, where it has ended by itself, belonged to."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    ended = Session.objects.filter(pk=request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")).first()
    person: str | None = ended.get_decoded().get(SESSION_KEY) if ended else None
    return person
