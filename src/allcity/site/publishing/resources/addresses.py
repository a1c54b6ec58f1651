"""Web addresses of resources: written without what follows readers around, and compared."""

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from allcity.site.publishing.resources.asking import is_public

LONGEST = 1000
SCHEMES = ("http", "https")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|_hsenc|_hsmi|__hstc|__hssc|__hsfp|hsctatracking|vero_id|oly_anon_id|oly_enc_id|_ga|_gl|s_cid|trk|cmpid|spm)$",
    re.IGNORECASE,
)
_OF_ONE_NETWORK = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid", ".onion")
"""How names end that lead to nothing on the public internet."""
_is_address = URLValidator(schemes=list(SCHEMES))


def cleaned(url: str) -> str:
    """A web address as it is kept: without parameters that follow readers, and without the place on the page.

    Raises:
        ValidationError: it is no address of the web that anybody can open, such as one of a network of somebody's own.
    """
    url = url.strip()
    if url and "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        port = parts.port
        _is_address(url)
    except (ValueError, ValidationError):
        raise _refused() from None
    if parts.username or parts.password or not parts.hostname or len(url) > LONGEST or not _is_of_all(parts.hostname):
        raise _refused()
    host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    shown_port = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return urlunsplit((parts.scheme, host + shown_port, parts.path or "/", _without_tracking(parts), ""))


def _is_of_all(host: str) -> bool:
    """Whether a host may be one of the public internet. What its name means is looked at whenever its link is asked."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not f".{host.rstrip('.')}".endswith(_OF_ONE_NETWORK)
    return is_public(host)


def _refused() -> ValidationError:
    return ValidationError(_("Write a link that begins with https://, such as https://example.org/guide."), code="url")


def _without_tracking(parts: SplitResult) -> str:
    """The query, as it was written where nothing is left out of it."""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    return parts.query if len(kept) == len(pairs) else urlencode(kept)


def same(url: str) -> str:
    """What two addresses have in common that lead to the same: for comparing, not for opening."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        port = None
    shown_port = "" if port in (None, 80, 443) else f":{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted((name, value) for name, value in pairs if not _TRACKING.match(name)))
    return f"{host}{shown_port}{unquote(parts.path).rstrip('/')}?{query}"


def host_of(url: str) -> str:
    """The name of the site that an address leads to, as people read it."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
