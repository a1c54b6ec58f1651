"""The form of families for whoever has its link, and the pages on which a school runs it."""

import io
from typing import Any

import rules
import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import is_coordinator
from allcity.site.needs.families import domain, queries
from allcity.site.needs.families.forms import HandsForm, OpenForm, ReplyForm
from allcity.site.needs.families.limits import is_too_often
from allcity.site.needs.families.words import received
from allcity.site.needs.ledger.queries import years_of
from allcity.site.needs.models import FamilyForm

ASK = "needs.ask_families"
TOO_MANY_REQUESTS = 429
POSTER_LANGUAGES = 2


def _form(city: City, code: str) -> FamilyForm:
    form: FamilyForm = get_object_or_404(FamilyForm.objects.of(city).select_related("school"), code=code)
    form.city = city
    return form


def _mine(request: HttpRequest, city: City, code: str) -> FamilyForm:
    """A form that the person runs. Raises Http404, or PermissionDenied for those who may not."""
    form = _form(city, code)
    if form.school:
        form.school.city = city
    if not rules.has_perm("needs.run_family_form", request.user, form.school or city):
        raise PermissionDenied
    return form


# --- For whoever has the link ---


@city_page("cities.view_city")
@never_cache
def answer(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """The form of two minutes, without a name and without signing in."""
    record = _form(city, code)
    context = {"city": city, "record": record}
    if record.closed_at:
        return render(request, "needs/families/closed.html", context)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, record):
            form.add_error(None, _("Very many answers came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        else:
            try:
                domain.add_reply(form=record, reply=form.reply())
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect("city:family-thanks", city.slug, code)
    return render(request, "needs/families/form.html", {**context, "form": form}, status=status)


@city_page("cities.view_city")
@require_safe
def thanks(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """What happens to what was answered."""
    return render(request, "needs/families/thanks.html", {"city": city, "record": _form(city, code)})


@city_page("cities.view_city")
@require_safe
def qr_code(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """The address of the form as a picture for the camera of a phone."""
    target = io.BytesIO()
    address = request.build_absolute_uri(_address(_form(city, code)))
    segno.make(address, error="m").save(target, kind="svg", scale=8, border=4, xmldecl=False, light="#fff")
    return HttpResponse(target.getvalue(), content_type="image/svg+xml")


def _address(form: FamilyForm) -> str:
    return reverse("city:family-form", args=[form.city.slug, form.code])


# --- For those who run it ---


@city_page(ASK)
@never_cache
def forms(request: SignedIn, city: City) -> HttpResponse:
    """The forms of one's schools, and opening one."""
    years = years_of(city)
    form = None
    if years:
        schools = queries.schools_without(request.user, city, years[0])
        for_city = (
            is_coordinator(request.user, city)
            and not FamilyForm.objects.of(city).filter(year=years[0], school=None).exists()
        )
        if for_city or schools.exists():
            form = OpenForm(request.POST or None, schools=schools, for_city=for_city)
    if request.method == "POST" and form and form.is_valid():
        opened = domain.open_form(city=city, year=years[0], user=request.user, school=form.cleaned_data["school"])
        messages.success(request, _("The form is open. Give families the link, or hang up the poster."))
        return redirect("city:family-run", city.slug, opened.code)
    rows = [(record, received(record)) for record in queries.forms_of(request.user, city)]
    return render(request, "needs/families/forms.html", {"city": city, "form": form, "rows": rows})


@city_page(ASK)
@never_cache
@require_safe
def run(request: SignedIn, city: City, code: str) -> HttpResponse:
    """One form: its link and code, how many have answered, closing and opening it."""
    record = _mine(request, city, code)
    context = {
        "city": city,
        "record": record,
        "received": received(record),
        "address": request.build_absolute_uri(_address(record)),
        "too_many": queries.has_too_many(record),
    }
    return render(request, "needs/families/run.html", context)


@city_page(ASK)
@require_safe
def poster(request: SignedIn, city: City, code: str) -> HttpResponse:
    """A page to print and hang up, in two languages."""
    record = _mine(request, city, code)
    known = dict(settings.LANGUAGES)
    codes = [language for language in city.settings.city.languages if language in known]
    parts: list[dict[str, Any]] = []
    for language in dict.fromkeys((*codes, *known)):
        with translation.override(language):
            parts.append({"language": language, "address": request.build_absolute_uri(_address(record))})
    context = {"city": city, "record": record, "parts": parts[:POSTER_LANGUAGES]}
    return render(request, "needs/families/poster.html", context)


@city_page(ASK)
@never_cache
def hands(request: SignedIn, city: City, code: str) -> HttpResponse:
    """Enter how many hands were raised in a class."""
    record = _mine(request, city, code)
    form = HandsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_hands(form=record, counts=form.counts(), there=form.cleaned_data["there"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Counted. Thank you, and thank the class."))
            return redirect("city:family-run", city.slug, code)
    return render(request, "needs/families/hands.html", {"city": city, "record": record, "form": form})


@city_page(ASK)
@require_POST
def close(request: SignedIn, city: City, code: str) -> HttpResponse:
    """Take no more replies."""
    domain.close_form(form=_mine(request, city, code))
    messages.success(request, _("The form is closed."))
    return redirect("city:family-run", city.slug, code)


@city_page(ASK)
@require_POST
def reopen(request: SignedIn, city: City, code: str) -> HttpResponse:
    """Take replies again, by the same link."""
    record = _mine(request, city, code)
    domain.open_form(city=city, year=record.year, user=request.user, school=record.school)
    messages.success(request, _("The form takes answers again."))
    return redirect("city:family-run", city.slug, code)
