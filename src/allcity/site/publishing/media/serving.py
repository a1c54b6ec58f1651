"""Answers that are files: in whole or the part that a player asks for, and never run by a browser.

Ranges are those of RFC 9110, 14.2: one range of bytes; whoever asks for several gets the whole.
"""

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags, quote_etag

CHUNK = 64 * 2**10
PUBLIC_SECONDS = 60
"""How long a browser shows something without asking again: so long it may be seen after it was withdrawn."""
PARTIAL, UNSATISFIABLE = 206, 416
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; sandbox"


def guarded(response: HttpResponseBase, *, is_public: bool) -> HttpResponseBase:
    """An answer that a browser takes for what it is said to be, and keeps no longer than it may."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    kept = f"public, max-age={PUBLIC_SECONDS}, must-revalidate" if is_public else "private, no-store"
    response["Cache-Control"] = kept
    return response


def answer(
    request: HttpRequest,
    file: IO[bytes],
    *,
    size: int,
    content_type: str,
    tag: str,
    is_public: bool,
    name: str,
    is_download: bool = False,
) -> HttpResponseBase:
    """A file, or the range of it that is asked for. It is closed when it has been sent."""
    tag = quote_etag(tag)
    if is_public and tag in parse_etags(request.headers.get("If-None-Match", "")):
        file.close()
        response: HttpResponseBase = HttpResponseNotModified()
        response["ETag"] = tag
        return guarded(response, is_public=is_public)
    start, end, status = _range(request, size, tag)
    if status == UNSATISFIABLE:
        file.close()
        response = HttpResponse(status=UNSATISFIABLE)
        response["Content-Range"] = f"bytes */{size}"
        return guarded(response, is_public=False)
    response = StreamingHttpResponse(Part(file, start, end), status=status, content_type=content_type)
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Content-Disposition"] = content_disposition_header(is_download, name) or "inline"
    if status == PARTIAL:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return guarded(response, is_public=is_public)


def _range(request: HttpRequest, size: int, tag: str) -> tuple[int, int, int]:
    """From and to which byte, and with which status."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if_range = request.headers.get("If-Range")
    if match is None or not (match[1] or match[2]) or (if_range is not None and if_range != tag):
        return 0, size, 200
    if not match[1]:
        last = min(int(match[2]), size)
        return (size - last, size, PARTIAL) if last else (0, 0, UNSATISFIABLE)
    start, end = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    if match[2] and int(match[2]) < start:
        return 0, size, 200  # no range at all
    return (start, end, PARTIAL) if start < size else (0, 0, UNSATISFIABLE)


class Part:
    """The bytes of a file from one place to another, in pieces."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.end - self.start
        while left > 0 and (piece := self.file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
