"""Saying a page in another language: a draft with the same blocks, to be translated, that belongs to the first."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.publishing.models import EditorialPage


def translate(*, page: EditorialPage, locale: Locale, user: User) -> EditorialPage:
    """A draft of the page in another language, beside it in the same tree; the one that is there already if there is one."""
    there = type(page).objects.filter(translation_key=page.translation_key, locale=locale).first()
    if there:
        return there
    made: EditorialPage = page.copy(
        update_attrs={"locale": locale, "slug": f"{page.slug}-{locale.language_code}"[:255], "live": False},
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        user=user,
    )
    return made


def page_translate(request: SignedIn, page_id: int, language: str) -> HttpResponse:
    """Asks whether to make a draft in another language; makes it, and leads to where it is written. Twice makes one."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, EditorialPage) or language not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
        raise Http404
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method != "POST":
        name = dict(settings.WAGTAIL_CONTENT_LANGUAGES)[language]
        return render(request, "publishing/translate.html", {"page": page, "language": name})
    locale = Locale.objects.get_or_create(language_code=language)[0]
    made = translate(page=page, locale=locale, user=request.user)
    messages.success(request, _("This draft has the same blocks. Translate their words, then publish it."))
    return redirect("wagtailadmin_pages:edit", made.pk)
