"""Briefs: what everybody reads of them, on paper too, and writing them."""

from collections.abc import Callable, Mapping
from uuid import UUID

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.action import paper as papers
from allcity.site.action.briefing import domain, queries
from allcity.site.action.briefing.document import document_of, pdf_of
from allcity.site.action.briefing.forms import MakeForm, WordsForm
from allcity.site.action.briefing.words import LONGEST, default_words
from allcity.site.action.endorsing import drawing
from allcity.site.action.endorsing.forms import tell
from allcity.site.action.endorsing.share_views import for_other_sites
from allcity.site.action.models import Brief
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import Person

VIEW, WRITE = "action.view", "action.brief"
A_PAGE = 30


def _found(user: Person, city: City, public_id: UUID) -> Brief:
    found: Brief = get_object_or_404(queries.briefs_of(city, user), public_id=public_id)
    found.city = city
    return found


@city_page(VIEW, kept=True)
@require_safe
def briefs(request: HttpRequest, city: City) -> HttpResponse:
    """The briefs that one may read."""
    page = Paginator(queries.briefs_of(city, request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "page": page,
        "rows": [(each, _title(each), _language(each), year_name(each.examination.year)) for each in page],
        "may_write": rules.has_perm(WRITE, request.user, city),
    }
    return _answer(request, "action/briefing/briefs.html", context)


@city_page(VIEW, kept=True)
@require_safe
def brief(request: HttpRequest, city: City, brief: UUID) -> HttpResponse:
    """A brief in its own language."""
    found = _found(request.user, city, brief)
    may_write = rules.has_perm(WRITE, request.user, city)
    document = document_of(found)
    context = {
        "city": city,
        "brief": found,
        "document": document,
        "language": _language(found),
        "may_write": may_write,
        "newer": queries.newer_examination(found) if may_write else None,
        "described": document.parts[0].words[:200],
    }
    return _answer(request, "action/briefing/brief.html", context)


def _answer(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    response = render(request, template, dict(context))
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    return response


def _title(brief: Brief) -> str:
    return str(brief.words.get("title") or brief.get_audience_display())


def _language(brief: Brief) -> str:
    """The name of its language in itself."""
    return str(get_language_info(brief.language)["name_local"])


@city_page(VIEW)
@never_cache
@require_safe
def paper(request: HttpRequest, city: City, brief: UUID) -> HttpResponse:
    """The brief as a PDF of two pages."""
    found = _found(request.user, city, brief)
    return papers.answer(pdf_of(found), f"{_title(found)} {found.examination.year}")


@for_other_sites
@city_page(VIEW, kept=True)
@require_safe
def preview(_request: HttpRequest, city: City, brief: UUID) -> HttpResponse:
    """The picture that shows where a link to a published brief is shared."""
    found: Brief = get_object_or_404(Brief.objects.public().of(city).select_related("examination"), public_id=brief)
    found.city = city
    document = document_of(found)
    with override(found.language):
        readings = next((part.readings for part in document.parts if part.readings), ())
        first = next((shown for shown in readings if shown.reading.tone != "unknown"), None)
        drawn = drawing.preview(
            title=document.title,
            value=first.value if first else "",
            line=f"{first.title}, {first.year_name}" if first else document.audience,
        )
    return HttpResponse(drawn, content_type="image/png")


@city_page(WRITE)
@never_cache
def new(request: SignedIn, city: City) -> HttpResponse:
    """Make a brief."""
    form = MakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.make_brief(city=city, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("It is made. Read it, and write it in your own words."))
            return redirect("city:brief-change", city.slug, made.public_id)
    return render(request, "action/briefing/new.html", {"city": city, "form": form})


@city_page(WRITE)
@never_cache
def change(request: SignedIn, city: City, brief: UUID) -> HttpResponse:
    """Write the words. The figures stay what they are."""
    found = _found(request.user, city, brief)
    with override(found.language):
        words = {**default_words(city, found.audience), **found.words}
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        words={name: text for name, text in words.items() if name in LONGEST},
    )
    if request.method == "POST" and form.is_valid():
        try:
            domain.change_words(brief=found, words=form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:brief", city.slug, found.public_id)
    context = {
        "city": city,
        "brief": found,
        "form": form,
        "language": _language(found),
        "suggested": queries.suggested(city),
    }
    return render(request, "action/briefing/change.html", context)


STEPS: Mapping[str, Callable[..., object]] = {
    "publish": domain.publish,
    "take-back": domain.take_back,
    "newer-figures": domain.take_over_figures,
    "remove": domain.discard,
}


@city_page(WRITE)
@never_cache
@require_POST
def step(request: SignedIn, city: City, brief: UUID, step: str) -> HttpResponse:
    """Publish it, take it back, give it the newest figures, or remove it."""
    if step not in STEPS:
        raise Http404
    found = _found(request.user, city, brief)
    told = {
        "publish": _("Everybody can read it now."),
        "take-back": _("Members of the city alone read it now."),
        "newer-figures": _("It tells the newest figures now. Read your words again beside them."),
        "remove": _("It is removed."),
    }
    try:
        STEPS[step](brief=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, told[step])
        if step == "remove":
            return redirect("city:briefs", city.slug)
    return redirect("city:brief", city.slug, found.public_id)
