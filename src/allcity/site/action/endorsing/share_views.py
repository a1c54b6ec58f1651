"""Sharing the Declaration: the page for it, and what it hands out. Nothing of it counts who looks, or calls anybody else."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allcity.site.action import paper
from allcity.site.action.endorsing import drawing, queries
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page

ENDORSE = "action.endorse"
BADGE_WIDTH, BADGE_HEIGHT = 320, 88
LONGEST_ON_BADGE = 34
KEEP_SECONDS = 60 * 60
PREVIEWS = ("endorse", "share", "plan")


@city_page(ENDORSE)
@require_safe
def share(request: HttpRequest, city: City) -> HttpResponse:
    """A link, a code, mail, paper and a badge."""
    address = queries.address_of(city)
    subject = _("Music for every student in %(city)s") % {"city": city.display_name()}
    body = _("I thought of you. Would you endorse the Declaration on Equity in Music for City Students, too? %(link)s")
    context = {
        "city": city,
        "address": address,
        "subject": subject,
        "mail": f"mailto:?subject={quote(subject)}&body={quote(body % {'link': address})}",
        "snippet": _snippet(city, address),
        "counts": queries.counts(city),
        "width": BADGE_WIDTH,
        "height": BADGE_HEIGHT,
    }
    return render(request, "action/endorsing/share.html", context)


def _snippet(city: City, address: str) -> str:
    context = {
        "address": address,
        "image": queries.address_of(city, "share-badge"),
        "width": BADGE_WIDTH,
        "height": BADGE_HEIGHT,
        "name": city.display_name(),
    }
    return render_to_string("action/endorsing/badge.html", context).strip()


@city_page(ENDORSE)
@require_safe
def code(_request: HttpRequest, city: City) -> HttpResponse:
    """The address where one endorses as a picture for the camera of a phone."""
    return HttpResponse(drawing.qr_code(queries.address_of(city)), content_type="image/svg+xml")


@city_page(ENDORSE, kept=True)
@require_safe
def poster(_request: HttpRequest, city: City) -> HttpResponse:
    """A poster to print, in the language of the page."""
    return paper.answer(drawing.poster(city), _("Poster %(city)s") % {"city": city.display_name()})


@city_page(ENDORSE, kept=True)
@require_safe
def summary(_request: HttpRequest, city: City) -> HttpResponse:
    """The Declaration on one page, with the city's figures."""
    return paper.answer(drawing.summary(city), _("The Declaration %(city)s") % {"city": city.display_name()})


def for_other_sites(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let other sites show what a view draws. It says nothing of the reader, and sets no cookie."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            response["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
            del response["Vary"]
        return response

    return shown


@for_other_sites
@city_page(ENDORSE, kept=True)
@require_safe
def badge(_request: HttpRequest, city: City) -> HttpResponse:
    """A picture that other sites show with a link, for which they need nothing of ours but this."""
    name = city.display_name()
    context = {
        "width": BADGE_WIDTH,
        "height": BADGE_HEIGHT,
        "name": name if len(name) <= LONGEST_ON_BADGE else f"{name[: LONGEST_ON_BADGE - 1]}…",
        "number": queries.counts(city).total,
    }
    drawn = render_to_string("action/endorsing/badge_drawing.html", context)
    return HttpResponse(drawn, content_type="image/svg+xml")


@for_other_sites
@city_page(ENDORSE, kept=True)
@require_safe
def preview(_request: HttpRequest, city: City, of: str) -> HttpResponse:
    """The picture that shows where a link to one of the city's pages is shared."""
    if of not in PREVIEWS:
        raise Http404
    name, figures = city.display_name(), drawing.local_figures(city)
    if of == "plan":
        title, line = _("The plan of %(city)s") % {"city": name}, _("What was decided, who does it, and by when.")
        return HttpResponse(drawing.preview(title=title, line=line), content_type="image/png")
    title = _("Music for every student in %(city)s") % {"city": name}
    value = figures[0].value if figures else ""
    line = f"{figures[0].title}, {figures[0].year_name}" if figures else _("Endorse the Declaration.")
    return HttpResponse(drawing.preview(title=title, line=line, value=value), content_type="image/png")
