"""Where Wagtail would offer what belongs to all cities, it offers what belongs to the editor's own."""

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from allcity.site.publishing.queries import collections_of, pages_of


@hooks.register("construct_page_chooser_queryset")
@hooks.register("construct_explorer_page_queryset")
def own_pages(*arguments: object) -> QuerySet[Page]:
    """Pages of one's own cities; the explorer gives its parent page first."""
    pages, request = arguments[-2:]
    return pages_of(request.user, pages)  # type: ignore[attr-defined, arg-type]


@hooks.register("construct_image_chooser_queryset")
@hooks.register("construct_document_chooser_queryset")
def own_files(files: QuerySet, request: HttpRequest) -> QuerySet:
    """Pictures and documents in the collections of one's own cities."""
    return files.filter(collection__in=collections_of(request.user))
