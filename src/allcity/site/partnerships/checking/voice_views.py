"""The students' form for whoever has its link, and the pages on which a party runs it."""

import io
from typing import Any

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

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.families.limits import is_too_often
from allcity.site.partnerships.checking import queries, words
from allcity.site.partnerships.checking import voice as asking
from allcity.site.partnerships.checking.forms import OpenVoiceForm, VoiceReplyForm
from allcity.site.partnerships.checking.growth import year_of
from allcity.site.partnerships.checking.teachers import schools_for
from allcity.site.partnerships.checking.views import TAKE_PART, frame, tell
from allcity.site.partnerships.models import Partnership, VoiceForm
from allcity.site.partnerships.pages import partnership_page

TOO_MANY_REQUESTS = 429
POSTER_LANGUAGES = 2
SEE = "partnerships.view"


def _form(city: City, code: str) -> VoiceForm:
    form: VoiceForm = get_object_or_404(VoiceForm.objects.of(city).select_related("school", "partnership"), code=code)
    form.city = form.partnership.city = city
    return form


def _address(form: VoiceForm) -> str:
    return reverse("city:voice-form", args=[form.city.slug, form.code])


# --- For students ---


@city_page(SEE)
@never_cache
def answer(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """The students' form, without a name and without signing in; one device may go from hand to hand."""
    record = _form(city, code)
    context = {"city": city, "record": record}
    if not asking.takes_replies(record):
        return render(request, "partnerships/checking/voice_closed.html", context)
    form = VoiceReplyForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, record):
            form.add_error(None, _("Very many answers came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        else:
            try:
                asking.add_reply(form=record, reply=form.reply())
            except ValidationError as error:
                tell(form, error)
            else:
                return redirect("city:voice-thanks", city.slug, code)
    return render(request, "partnerships/checking/voice_form.html", {**context, "form": form}, status=status)


@city_page(SEE)
@require_safe
def thanks(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """What happens to what was answered, and the button for the next student."""
    return render(request, "partnerships/checking/voice_thanks.html", {"city": city, "record": _form(city, code)})


@city_page(SEE)
@require_safe
def qr_code(request: HttpRequest, city: City, code: str) -> HttpResponse:
    """The address of the form as a picture for the camera of a phone."""
    target = io.BytesIO()
    address = request.build_absolute_uri(_address(_form(city, code)))
    segno.make(address, error="m").save(target, kind="svg", scale=8, border=4, xmldecl=False, light="#fff")
    return HttpResponse(target.getvalue(), content_type="image/svg+xml")


# --- For the parties ---


@partnership_page(TAKE_PART)
@never_cache
def voice(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """What students say of a partnership, from the city's threshold on, and asking them."""
    context = frame(city, partnership)
    forms = list(queries.voice_forms(partnership))
    for form in forms:
        form.partnership = partnership
    have = {(form.school, form.year) for form in forms}
    year = year_of(partnership)
    schools = [one for one in asking.asked_by(partnership, request.user) if (one, year) not in have]
    opening = OpenVoiceForm(request.POST or None, schools=schools) if schools else None
    if request.method == "POST" and opening and opening.is_valid():
        try:
            opened = asking.open_form(partnership=partnership, school=opening.chosen(), user=request.user)
        except ValidationError as error:
            tell(opening, error)
        else:
            messages.success(request, _("The form is open. Give students the link, or go round with one device."))
            return redirect("city:partnership-voice-run", city.slug, partnership.public_id, opened.code)
    mine = asking.asked_by(partnership, request.user)
    context |= {
        "form": opening,
        "may_name": bool(schools_for(partnership, request.user)),
        "rows": [
            (
                form,
                year_name(form.year),
                words.received(form, city.threshold),
                words.voice_rows(queries.voice_of(form, city)),
                form.school in mine,
            )
            for form in forms
        ],
    }
    return render(request, "partnerships/checking/voice.html", context)


def _mine(request: SignedIn, city: City, partnership: Partnership, code: str) -> VoiceForm:
    """A form that the person runs. Raises Http404, or PermissionDenied for those who may not."""
    form = _form(city, code)
    if form.partnership_id != partnership.pk:
        form = get_object_or_404(VoiceForm.objects.filter(partnership=partnership), code=code)
    form.partnership = partnership
    if form.school not in asking.asked_by(partnership, request.user):
        raise PermissionDenied
    return form


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def run(request: SignedIn, city: City, partnership: Partnership, code: str) -> HttpResponse:
    """One form of students: its link and code, how many have answered, closing and opening it."""
    context = frame(city, partnership)
    record = _mine(request, city, partnership, code)
    context |= {
        "record": record,
        "received": words.received(record, city.threshold),
        "address": request.build_absolute_uri(_address(record)),
        "takes_replies": asking.takes_replies(record),
    }
    return render(request, "partnerships/checking/voice_run.html", context)


@partnership_page(TAKE_PART)
@require_safe
def poster(request: SignedIn, city: City, partnership: Partnership, code: str) -> HttpResponse:
    """A page to print and hang up, in two languages."""
    context = frame(city, partnership)
    record = _mine(request, city, partnership, code)
    known = dict(settings.LANGUAGES)
    codes = [language for language in city.settings.city.languages if language in known]
    parts: list[dict[str, Any]] = []
    for language in dict.fromkeys((*codes, *known)):
        with translation.override(language):
            parts.append({"language": language, "address": request.build_absolute_uri(_address(record))})
    context |= {"record": record, "parts": parts[:POSTER_LANGUAGES]}
    return render(request, "partnerships/checking/voice_poster.html", context)


@partnership_page(TAKE_PART)
@require_POST
def close(request: SignedIn, city: City, partnership: Partnership, code: str) -> HttpResponse:
    """Take no more replies of students."""
    frame(city, partnership)
    asking.close_form(form=_mine(request, city, partnership, code), user=request.user)
    messages.success(request, _("The form is closed."))
    return redirect("city:partnership-voice-run", city.slug, partnership.public_id, code)


@partnership_page(TAKE_PART)
@require_POST
def reopen(request: SignedIn, city: City, partnership: Partnership, code: str) -> HttpResponse:
    """Take replies of students again, by the same link."""
    frame(city, partnership)
    record = _mine(request, city, partnership, code)
    try:
        asking.open_form(partnership=partnership, school=record.school, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The form takes answers again."))
    return redirect("city:partnership-voice-run", city.slug, partnership.public_id, code)
