"""What Wagtail's pages for editors would show of other cities, though nothing of it may be changed there."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from allcity.site.publishing.queries import collections_of, pages_of

EDITORS_PATH = "/editors/"
TELLS_OF_ALL = ("page_types_usage", "page_types_usage_results")
"""Reports that name pages of every city and cannot be narrowed."""
LEADS_PAST_CONSENT = ("url_generator", "url_generator_output")
"""Makes addresses of pictures that would be served without a look at whether they may be seen."""


class OwnCitiesAlone:
    """On the editors' path, pages, pictures and documents of cities in which the person has no role are not found."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_view(self, request: HttpRequest, _view: object, _arguments: object, named: dict[str, Any]) -> None:
        """Look at what the address names, before Wagtail does."""
        if not request.path_info.startswith(EDITORS_PATH) or not request.user.is_authenticated:
            return
        if request.resolver_match and request.resolver_match.url_name in (*TELLS_OF_ALL, *LEADS_PAST_CONSENT):
            raise Http404
        pages = [value for name, value in named.items() if "page" in name or name == "destination_id"]
        if pages:
            # The root of all trees has no words of anybody's.
            found = Page.objects.filter(pk__in=[page for page in pages if str(page).isdigit()], depth__gt=1)
            if found.count() > pages_of(request.user, found).count():
                raise Http404
        for name, model in (("image_id", get_image_model()), ("document_id", get_document_model())):
            if (
                name in named
                and not model.objects.filter(pk=named[name], collection__in=collections_of(request.user)).exists()
            ):
                raise Http404
