"""Where editors look after a city's pictures and videos: what is missing, who is in them, and who agreed."""

from typing import Any
from uuid import UUID

import rules
from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.media import blurring, domain, queries
from allcity.site.publishing.media.forms import (
    AreaFormSet,
    CaptionsForm,
    ConsentForm,
    PeopleForm,
    RenewForm,
    StopForm,
    VideoForm,
    WordsForm,
    areas_of,
    tell,
)
from allcity.site.publishing.media.names import check_names
from allcity.site.publishing.media.serving import answer
from allcity.site.publishing.models import Consent, Picture, Video

LOOK_AFTER, READ_CONSENTS = "publishing.look_after_media", "publishing.read_consents"
A_PAGE = 24
LACKS = (
    ("", gettext_lazy("all")),
    ("people", gettext_lazy("nobody has said who is in it")),
    ("consent", gettext_lazy("a consent is missing")),
    ("words", gettext_lazy("words are missing")),
    ("stopped", gettext_lazy("taken down or withdrawn")),
    ("shown", gettext_lazy("shown to everybody")),
)


@city_page(LOOK_AFTER)
@never_cache
@require_safe
def media(request: HttpRequest, city: City) -> HttpResponse:
    """The city's pictures or videos, by what they lack."""
    chosen = request.GET.get("lacks", "")
    is_videos = request.GET.get("kind") == "videos"
    kept = queries.videos_of(city) if is_videos else queries.with_renditions(queries.pictures_of(city))
    kept = queries.lacking(kept.prefetch_related("consents"), chosen)
    page = Paginator(kept, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "page": page,
        "rows": [{"of": of, "missing": queries.missing(of), "is_stopped": queries.is_stopped(of)} for of in page],
        "is_videos": is_videos,
        "lacks": [(name, label, name == chosen) for name, label in LACKS],
        "chosen": chosen,
    }
    return render(request, "publishing/media/list.html", context)


def _item(city: City, public_id: UUID) -> Picture | Video:
    found = (
        queries.pictures_of(city).filter(public_id=public_id).first()
        or queries.videos_of(city).filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    city: City,
    of: Picture | Video,
    *,
    renewing: tuple[Consent, RenewForm] | None = None,
    **bound: Any,
) -> HttpResponse:
    words = f"{of.caption}\n{of.description if isinstance(of, Picture) else of.text}\n{of.title}"
    renewals = {renewing[0].pk: renewing[1]} if renewing else {}
    context = {
        "city": city,
        "of": of,
        "is_picture": isinstance(of, Picture),
        "missing": queries.missing(of),
        "warnings": check_names(words, of.people),
        "is_shown": queries.is_shown(of),
        "is_stopped": queries.is_stopped(of),
        "consents": [
            (consent, None if consent.withdrawn_at else renewals.get(consent.pk) or RenewForm(of=consent))
            for consent in of.consents.order_by("pk")
        ],
        "may_read_consents": rules.has_perm(READ_CONSENTS, request.user, city),
        "words_form": WordsForm(of=of),
        "people_form": PeopleForm(initial={"people": of.people}),
        "consent_form": ConsentForm(),
        "stop_form": StopForm(),
        "captions_form": CaptionsForm(),
        "may_restore": of.removed_at or (of.withdrawn_at and of.people == of.People.NOBODY),
        **bound,
    }
    return render(request, "publishing/media/item.html", context)


def _done(city: City, of: Picture | Video) -> HttpResponse:
    return redirect("city:media-item", city.slug, of.public_id)


@city_page(LOOK_AFTER)
@never_cache
@require_safe
def item(request: HttpRequest, city: City, item: UUID) -> HttpResponse:
    """A picture or a video, and all that is known of it."""
    return _page(request, city, _item(city, item))


@city_page(LOOK_AFTER)
@require_POST
def words(request: HttpRequest, city: City, item: UUID) -> HttpResponse:
    """Say anew what it shows."""
    of = _item(city, item)
    form = WordsForm(request.POST, of=of)
    if _did(form, lambda said: domain.change_words(of=of, **said)):
        messages.success(request, _("Saved."))
        return _done(city, of)
    return _page(request, city, of, words_form=form)


@city_page(LOOK_AFTER)
@require_POST
def people(request: SignedIn, city: City, item: UUID) -> HttpResponse:
    """Say who can be recognised."""
    of = _item(city, item)
    form = PeopleForm(request.POST)
    if _did(form, lambda said: domain.say_people(of=of, people=said["people"], user=request.user)):
        messages.success(request, _("Saved."))
        return _done(city, of)
    return _page(request, city, of, people_form=form)


@city_page(LOOK_AFTER)
@require_POST
def consents(request: SignedIn, city: City, item: UUID) -> HttpResponse:
    """Note a consent."""
    of = _item(city, item)
    form = ConsentForm(request.POST, request.FILES)
    if _did(form, lambda said: domain.give_consent(of=of, user=request.user, **said)):
        messages.success(request, _("The consent is noted."))
        return _done(city, of)
    return _page(request, city, of, consent_form=form)


@city_page(LOOK_AFTER)
@require_POST
def captions(request: HttpRequest, city: City, item: UUID) -> HttpResponse:
    """Add captions of a video, or take them away."""
    of = _item(city, item)
    if not isinstance(of, Video) or not of.file:
        raise Http404
    if "remove" in request.POST:
        domain.remove_subtitles(video=of, language=request.POST["remove"])
        messages.success(request, _("The captions are removed."))
        return _done(city, of)
    form = CaptionsForm(request.POST, request.FILES)
    if _did(
        form,
        lambda said: domain.add_subtitles(video=of, language=said["language"], content=said["captions"].read(200_001)),
    ):
        messages.success(request, _("The captions are added."))
        return _done(city, of)
    return _page(request, city, of, captions_form=form)


@city_page(LOOK_AFTER)
@require_POST
def stop(request: SignedIn, city: City, item: UUID) -> HttpResponse:
    """Take it down with a reason, or let it be shown again."""
    of = _item(city, item)
    if "restore" in request.POST:
        of = domain.restore(of=of, user=request.user)
        if not queries.is_stopped(of):
            messages.success(request, _("It may be shown again."))
        return _done(city, of)
    form = StopForm(request.POST)
    if _did(form, lambda said: domain.remove(of=of, user=request.user, reason=said["reason"])):
        messages.success(request, _("It is taken down."))
        return _done(city, of)
    return _page(request, city, of, stop_form=form)


@city_page(LOOK_AFTER)
@never_cache
def blur(request: HttpRequest, city: City, item: UUID) -> HttpResponse:
    """Make faces or names unrecognisable for good, after looking at how it comes out."""
    of = _item(city, item)
    if not isinstance(of, Picture):
        raise Http404
    formset = AreaFormSet(request.POST if request.method == "POST" else None, prefix="area")
    shown = ""
    refusals: list[str] = []
    if request.method == "POST" and formset.is_valid():
        areas = areas_of(formset)
        try:
            if "save" in request.POST:
                blurring.blur(picture=of, areas=areas)
                messages.success(request, _("It is blurred. What it looked like before is gone."))
                return _done(city, of)
            if not areas:
                refusals.append(_("Say what to blur: draw a rectangle, or write where it begins and how large it is."))
            else:
                shown = blurring.preview(picture=of, areas=areas)
        except ValidationError as error:
            refusals += error.messages
    context = {
        "city": city,
        "of": of,
        "formset": formset,
        "preview": shown,
        "plain": blurring.preview(picture=of, areas=[]),
        "refusals": refusals,
    }
    return render(request, "publishing/media/blur.html", context)


@city_page(LOOK_AFTER)
@never_cache
def video_new(request: HttpRequest, city: City) -> HttpResponse:
    """Add a video: a file, or the address of one."""
    is_sent = request.method == "POST"
    form = VideoForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    made: list[Video] = []

    def keep(said: dict[str, Any]) -> None:
        collection = queries.collection_of(city)
        made.append(domain.keep_video(collection=collection, user=request.user, **said))  # type: ignore[arg-type]

    if is_sent and _did(form, keep):
        messages.success(request, _("The video is kept. See below what is still missing."))
        return _done(city, made[0])
    return render(request, "publishing/media/video_new.html", {"city": city, "form": form})


# --- Consents ---


def _consent(city: City, public_id: UUID) -> tuple[Consent, Picture | Video]:
    found = get_object_or_404(Consent.objects.select_related("picture", "video"), public_id=public_id)
    of = domain.subject_of(found)
    return found, _item(city, of.public_id)


@city_page(LOOK_AFTER)
@require_POST
def renew(request: HttpRequest, city: City, consent: UUID) -> HttpResponse:
    """Note that whoever agreed has agreed anew."""
    found, of = _consent(city, consent)
    form = RenewForm(request.POST, request.FILES, of=found)
    if _did(form, lambda said: domain.renew_consent(consent=found, **said)):
        messages.success(request, _("The consent is noted."))
        return _done(city, of)
    return _page(request, city, of, renewing=(found, form))


@city_page(LOOK_AFTER)
@require_POST
def withdraw(request: HttpRequest, city: City, consent: UUID) -> HttpResponse:
    """Take a consent back for somebody who asked for it."""
    found, of = _consent(city, consent)
    domain.withdraw_consent(consent=found)
    messages.success(request, _("The consent is taken back. It is shown nowhere any more."))
    return _done(city, of)


@city_page(READ_CONSENTS)
@never_cache
@require_safe
def document(request: HttpRequest, city: City, consent: UUID) -> HttpResponseBase:
    """The signed document of a consent, to be saved and not shown by the browser."""
    found, _of = _consent(city, consent)
    if not found.document:
        raise Http404
    suffix = str(found.document.name).rpartition(".")[2]
    return answer(
        request,
        found.document.open("rb"),
        size=found.document.size,
        content_type="application/pdf" if suffix == "pdf" else f"image/{'png' if suffix == 'png' else 'jpeg'}",
        tag=f"consent-{found.pk}",
        is_public=False,
        name=f"consent-{found.public_id.hex[:8]}.{suffix}",
        is_download=True,
    )


def _did(form: django_forms.Form, act: Any) -> bool:
    """Do what a form says. Refusals are shown in it."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except ValidationError as error:
        tell(form, error)
        return False
    return True
