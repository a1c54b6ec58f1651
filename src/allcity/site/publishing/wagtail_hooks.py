"""Where Wagtail would offer what belongs to all cities, it offers what belongs to the editor's own."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.button import Button
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.models import Document
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.blocks.choosing import CHOOSERS, HOOK
from allcity.site.publishing.editorial.publishing import held_back
from allcity.site.publishing.editorial.translating import page_translate
from allcity.site.publishing.models import EditorialPage, Video
from allcity.site.publishing.queries import collections_of, pages_of, trees_of


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


@hooks.register(HOOK)
def own_items(rows: QuerySet, request: HttpRequest) -> QuerySet:
    """Videos in those collections, and organizations of those cities."""
    if issubclass(rows.model, Video):
        return own_files(rows, request).order_by("-pk")
    return rows.filter(city__in=trees_of(request.user).values("city"), archived_at=None).order_by("name")


@hooks.register("before_serve_document")
def only_to_readers(document: Document, request: HttpRequest) -> None:
    """A document of a draft city is there for nobody from outside, as its pages are."""
    city = City.objects.filter(tree__collection=document.collection_id).first()
    if city is None or not City.objects.for_user(request.user).filter(pk=city.pk).exists():
        raise Http404


class OwnFiles:
    """Of the files that Wagtail's own interface gives to its editor, those in the collections of one's own cities."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        """The files of one's own cities."""
        return own_files(super().get_queryset(), self.request)  # type: ignore[misc] # Wagtail's view set that it stands before has it


class OwnPictures(OwnFiles, ImagesAdminAPIViewSet):
    """Pictures of one's own cities."""


class OwnDocuments(OwnFiles, DocumentsAdminAPIViewSet):
    """Documents of one's own cities."""


@hooks.register("construct_admin_api", order=100)
def own_interface(router: WagtailAPIRouter) -> None:
    """Take the place of the ends that Wagtail has registered for all files there are."""
    router.register_endpoint("images", OwnPictures)
    router.register_endpoint("documents", OwnDocuments)


@hooks.register("register_admin_viewset")
def choosers() -> list[ChooserViewSet]:
    """Choosing a video or an organization for a block."""
    return list(CHOOSERS)


@hooks.register("after_publish_page")
def tell_what_is_held_back(request: HttpRequest, page: Page) -> None:
    """Say which pictures nobody sees yet, and why."""
    if isinstance(page, EditorialPage):
        for title, sentences in held_back(page):
            messages.warning(request, " ".join([_("“%(title)s” is not shown yet.") % {"title": title}, *sentences]))


@hooks.register("register_admin_urls")
def where_drafts_are_made() -> list[URLPattern]:
    """On the editors' path, where nobody gets to pages of other cities."""
    return [path("translate/<int:page_id>/<str:language>/", page_translate, name="page-translate")]


@hooks.register("register_page_header_buttons")
def say_it_in(page: Page, user: User, **_more: object) -> Iterator[Button]:
    """Buttons that make a draft of a page in another language."""
    if not isinstance(page, EditorialPage) or not page.permissions_for_user(user).can_edit():
        return
    there = set(page.get_translations(inclusive=True).values_list("locale__language_code", flat=True))
    for number, (code, name) in enumerate(settings.WAGTAIL_CONTENT_LANGUAGES):
        if code not in there:
            url = reverse("page-translate", args=[page.pk, code])
            yield Button(_("Say it in %(language)s") % {"language": name}, url, icon_name="globe", priority=80 + number)
