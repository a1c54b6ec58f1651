"""Endorsing the Declaration, and the link by which one confirms, changes and withdraws that."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.action import participants
from allcity.site.action.endorsing import domain, moderating, queries
from allcity.site.action.endorsing.forms import EndorseForm, WordsForm, tell
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.places import find_places

ENDORSE = "action.endorse"
A_PAGE = 30
RATES = {"endorse": "30/h/ip", "endorse_mail": "3/d/key"}
"""A hall full of people shares one connection; nobody's mail is filled by strangers."""
NOT_FOUND, GONE, TOO_MANY_REQUESTS = 404, 410, 429


@city_page(ENDORSE)
@never_cache
def endorse(request: HttpRequest, city: City) -> HttpResponse:
    """What is endorsed, by how many, who says so by name, and the form."""
    form = EndorseForm(request.POST if request.method == "POST" else None, city=city)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return redirect("city:endorse-sent", city.slug)
        if not ratelimit.consume(request, app="allcity", action="endorse", config=RATES):
            form.add_error(None, _("Very many endorsements came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        elif _endorsed(request, city, form):
            return redirect("city:endorse-sent", city.slug)
    page = Paginator(queries.named(city), A_PAGE).get_page(request.GET.get("page"))
    everywhere, cities = queries.count_everywhere()
    context = {
        "city": city,
        "form": form,
        "counts": queries.counts(city),
        "page": page,
        "rows": _shown(city, page.object_list),
        "everywhere": everywhere,
        "cities": cities,
    }
    return render(request, "action/endorsing/endorse.html", context, status=status)


def _endorsed(request: HttpRequest, city: City, form: EndorseForm) -> bool:
    said = form.said()
    key = f"{city.pk} {said['email'].strip().lower()}"
    if not ratelimit.consume(request, app="allcity", action="endorse_mail", key=key, config=RATES):
        return True  # the same answer as ever: it tells nothing of the address
    try:
        domain.endorse(city=city, **said)
    except ValidationError as error:
        tell(form, error)
        return False
    return True


def _shown(city: City, rows: object) -> list[dict[str, object]]:
    """Endorsements as they are listed: an organization of the directory under the name it has today, with its page."""
    found: list[Endorsement] = list(rows)  # type: ignore[call-overload] # a page of a list
    places = find_places(city, [row.place for row in found])
    titles = participants.titles(city)
    return [
        {
            "row": row,
            "place": (place := places.get(row.place) if row.place else None),
            "organization": place.name if place else row.organization,
            "participant": titles.get(row.participant, ""),
        }
        for row in found
    ]


@city_page(ENDORSE)
@require_safe
def sent(request: HttpRequest, city: City) -> HttpResponse:
    """What to do next, whatever the address had endorsed before."""
    return render(request, "action/endorsing/sent.html", {"city": city})


# --- By the link ---


def _found(token: str) -> Endorsement | None:
    return Endorsement.objects.select_related("city").filter(token=token).first()


def _over(request: HttpRequest, found: Endorsement | None) -> HttpResponse:
    context = {"city": found.city if found else None, "is_withdrawn": found is not None}
    return render(request, "action/endorsing/over.html", context, status=GONE if found else NOT_FOUND)


@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What one says, to be confirmed with a button: programs that look into mail follow links."""
    found = _found(token)
    if found is None or found.withdrawn_at:
        return _over(request, found)
    if request.method == "POST":
        if not found.confirmed_at:
            messages.success(request, _("Confirmed. Thank you for standing with the students of your city."))
        try:
            domain.confirm(endorsement=found)
        except ValidationError:  # it was withdrawn just now
            return _over(request, _found(token))
        return redirect("endorsement:link", token)
    context = {
        "city": found.city,
        "endorsement": found,
        "participant": participants.title(found.city, found.participant),
        "reason": moderating.reason_of(found),
        "waits": found.confirmed_at and found.is_public and not found.shown_at and not found.taken_down_at,
    }
    return render(request, "action/endorsing/link.html", context)


@never_cache
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Change what one says."""
    found = _found(token)
    if found is None or found.withdrawn_at:
        return _over(request, found)
    if not found.confirmed_at:
        return redirect("endorsement:link", token)
    form = WordsForm.of(request.POST if request.method == "POST" else None, found)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change(endorsement=found, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("endorsement:link", token)
    return render(request, "action/endorsing/change.html", {"city": found.city, "endorsement": found, "form": form})


@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take it back."""
    found = _found(token)
    if found is None or found.withdrawn_at:
        return _over(request, found)
    domain.withdraw(endorsement=found)
    messages.success(request, _("It is withdrawn. Your name, your mail address and your words are erased."))
    if found.city.is_public:
        return redirect("city:endorse", found.city.slug)
    return _over(request, found)
