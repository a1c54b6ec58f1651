"""The addresses of pictures and videos. Each looks, every time, whether it may be seen; nothing else leads to a file."""

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from allcity.site.publishing.media import queries
from allcity.site.publishing.media.links import link_of
from allcity.site.publishing.media.serving import answer, guarded
from allcity.site.publishing.models import Picture, Rendition, Video

GONE = 410
TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}


def _seen(request: HttpRequest, kind: Any, public_id: UUID) -> tuple[Any, bool]:
    """What is asked for and whether everybody may see it; nothing where it was stopped. Raises `Http404`."""
    found = kind.objects.public().filter(public_id=public_id).first()
    if found:
        return found, True
    found = queries.seen_by(request, kind).filter(public_id=public_id).first()
    if found:
        return found, False
    hidden = get_object_or_404(kind, public_id=public_id)
    if hidden.released_at and queries.is_stopped(hidden):
        return None, False
    raise Http404


def _gone() -> HttpResponseBase:
    return guarded(HttpResponse(status=GONE), is_public=False)


@require_safe
def picture(request: HttpRequest, public_id: UUID, rendition: int, name: str) -> HttpResponseBase:
    """A picture in one of the sizes that were made of it."""
    of, is_public = _seen(request, Picture, public_id)
    if of is None:
        return _gone()
    found = get_object_or_404(Rendition, pk=rendition, image=of)
    kept = PurePosixPath(found.file.name)
    if kept.name != name:
        raise Http404
    try:
        file = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return answer(
        request,
        file,
        size=found.file.size,
        content_type=TYPES.get(kept.suffix, "application/octet-stream"),
        tag=f"{found.pk}-{of.file_hash[:16]}",
        is_public=is_public,
        name=f"picture{kept.suffix}",
    )


@require_safe
def video(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A video, or the part of it that a player asks for."""
    of, is_public = _seen(request, Video, public_id)
    if of is None:
        return _gone()
    if not of.file:
        raise Http404
    try:
        file = of.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return answer(
        request,
        file,
        size=of.file.size,
        content_type="video/mp4",
        tag=f"video-{of.pk}-{PurePosixPath(of.file.name).stem[:48]}",
        is_public=is_public,
        name="video.mp4",
    )


@require_safe
def subtitles(request: HttpRequest, public_id: UUID, language: str) -> HttpResponseBase:
    """The captions of a video in a language."""
    of, is_public = _seen(request, Video, public_id)
    if of is None:
        return _gone()
    found = get_object_or_404(of.subtitles, language=language)
    return guarded(HttpResponse(found.text, content_type="text/vtt; charset=utf-8"), is_public=is_public)


@require_safe
def watch(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A video at a service, in the service's own player: whoever comes here has chosen to."""
    of, is_public = _seen(request, Video, public_id)
    if of is None:
        response: HttpResponseBase = render(request, "publishing/media/gone.html", status=GONE)
        response["Cache-Control"] = "private, no-store"
        return response
    if not of.url:
        raise Http404
    link = link_of(of.url)
    city = queries.city_of(of)
    context = {"video": of, "link": link, "city": city if city and city.is_public else None, "is_public": is_public}
    response = render(request, "publishing/media/watch.html", context)
    if link.host:
        response._csp_update = {"frame-src": [link.host]}  # type: ignore[attr-defined] # read by the middleware
    response["Cache-Control"] = "private, no-store"
    return response
