"""Spotlights as everybody finds them, and the page on which a city makes its own."""

from typing import Any

import rules
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.editorial import feeds
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.spotlights import building, queries
from allcity.site.publishing.spotlights.alike import LIMITS, in_words, neighbours
from allcity.site.publishing.spotlights.forms import AlikeForm, SearchForm

EDIT = "publishing.edit_pages"
A_PAGE = 24


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """City spotlights, by size, region, contribution, strategy and condition."""
    form = SearchForm(request.GET)
    asked = form.asked()
    page = Paginator(queries.search(asked), A_PAGE).get_page(request.GET.get("page"))
    rows = [{"page": row, "city": row.city, "looked_at": queries.looked_at(row)} for row in page.object_list]
    return render(
        request, "publishing/spotlights/browse.html", {"form": form, "asked": asked, "page": page, "rows": rows}
    )


@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    """City spotlights as a feed: those that were published last first."""
    itself = reverse("spotlights:feed")
    return feeds.of_pages(queries.newest(), _("City spotlights"), page=reverse("spotlights:browse"), itself=itself)


@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """Cities like mine: the spotlights of cities that are alike by public figures, and in what."""
    form = AlikeForm(request.GET if request.GET else None)
    context: dict[str, Any] = {"form": form, "limits": LIMITS}
    if form.is_valid():
        figures = form.figures()
        rows = neighbours(figures, but=form.chosen())
        context |= {"asked": True, "mine": in_words(figures), "rows": rows, "city": None, "like": form.chosen()}
    return render(request, "publishing/spotlights/alike.html", context)


@city_page("cities.view_city")
@require_safe
def of_city(request: HttpRequest, city: City) -> HttpResponse:
    """Leads to the city's spotlight; where there is none, says so, and to editors how to make one."""
    found = editorial.spotlight_of(city)
    if found:
        return redirect(found.get_url_parts()[2])
    may_edit = rules.has_perm(EDIT, request.user, city)
    return render(request, "publishing/spotlights/none.html", {"city": city, "may_edit": may_edit})


@city_page(EDIT)
@never_cache
@require_safe
def workshop(request: SignedIn, city: City) -> HttpResponse:
    """Where editors make their city's spotlight: a draft from its data, how fresh it is, and what to do next."""
    page = queries.latest_of(city)
    context = {
        "city": city,
        "page": page,
        "is_fresh": page is not None and page.live and queries.is_fresh(page),
        "looked_at": queries.looked_at(page) if page else None,
    }
    return render(request, "publishing/spotlights/workshop.html", context)


@city_page(EDIT)
@never_cache
@require_POST
def make(request: SignedIn, city: City) -> HttpResponse:
    """Make a draft from the city's data, and lead to where it is finished."""
    page = building.make_draft(city=city, user=request.user)
    messages.success(
        request, _("This is a draft from your city's data. Finish it, look at the preview, and publish it.")
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


@city_page(EDIT)
@never_cache
@require_POST
def still_true(request: SignedIn, city: City, number: int) -> HttpResponse:
    """Say that a spotlight was read as a whole and is true."""
    page = get_object_or_404(editorial.under(SpotlightPage.objects.all(), city), pk=number)
    page.looked_at = timezone.localdate()
    SpotlightPage.objects.filter(pk=page.pk).update(looked_at=page.looked_at)
    messages.success(request, _("Thank you. We ask again in a year."))
    return redirect("city:spotlight-workshop", city.slug)
