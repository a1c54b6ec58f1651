"""Links to videos at services. Nothing is fetched: the service and the video are told by the address alone."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 500
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "www.youtube-nocookie.com"}
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})/?")
_VIMEO_PATH = re.compile(r"/(?:video/)?(?:channels/[\w-]+/|groups/[\w-]+/videos/)?(\d{4,12})(?:/([0-9a-f]{6,20}))?/?")
_VIMEO_KEY = re.compile(r"[0-9a-f]{6,20}")
_PEERTUBE_PATH = re.compile(
    r"/(?:w|videos/watch|videos/embed)/([1-9A-HJ-NP-Za-km-z]{21,22}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?"
)


@dataclass(frozen=True)
class Link:
    """A video somewhere else: what the service is called, the address to go to, and that of its player if it has one."""

    service: str
    url: str
    player: str = ""

    @property
    def host(self) -> str:
        """The host of the player, for the policy of the page that shows it."""
        parts = urlsplit(self.player)
        return f"{parts.scheme}://{parts.netloc}" if self.player else ""


def link_of(url: str) -> Link:
    """What an address leads to. Raises `ValidationError` with what to do instead."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused() from None
    host = (parts.hostname or "").lower()
    is_plain = url.isascii() and url.isprintable() and not re.search(r"[\s\"'<>\\^`{|}]", url)
    if not (parts.scheme == "https" and _HOST.fullmatch(host) and is_plain and len(url) <= LONGEST):
        raise _refused()
    if parts.username is not None or parts.password is not None or port not in (None, 443):
        raise _refused()
    query = parse_qs(parts.query)
    return _youtube(host, parts.path, query) or _vimeo(host, parts.path, query) or _other(host, parts.path, url)


def _refused() -> ValidationError:
    return ValidationError(_("Write the whole address of the video, such as https://vimeo.com/76979871."), code="url")


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> Link | None:
    found = ""
    if host == "youtu.be":
        found = path.strip("/")
    elif host in _YOUTUBE:
        match = _YOUTUBE_PATH.fullmatch(path)
        found = match[1] if match else query.get("v", [""])[0] if path == "/watch" else ""
    if not _YOUTUBE_ID.fullmatch(found):
        return None
    return Link(
        "YouTube", f"https://www.youtube.com/watch?v={found}", f"https://www.youtube-nocookie.com/embed/{found}?rel=0"
    )


def _vimeo(host: str, path: str, query: dict[str, list[str]]) -> Link | None:
    match = _VIMEO_PATH.fullmatch(path) if host in ("vimeo.com", "www.vimeo.com", "player.vimeo.com") else None
    if not match:
        return None
    key = match[2] or query.get("h", [""])[0]
    key = key if _VIMEO_KEY.fullmatch(key) else ""
    url = f"https://vimeo.com/{match[1]}" + (f"/{key}" if key else "")
    return Link("Vimeo", url, f"https://player.vimeo.com/video/{match[1]}?dnt=1" + (f"&h={key}" if key else ""))


def _other(host: str, path: str, url: str) -> Link:
    match = _PEERTUBE_PATH.fullmatch(path)
    if match:
        return Link(host, f"https://{host}/w/{match[1]}", f"https://{host}/videos/embed/{match[1]}")
    return Link(host.removeprefix("www."), url)
