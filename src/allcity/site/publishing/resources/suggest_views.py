"""Suggesting a resource, with an account or without one, and the link by which that is confirmed and taken back."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import roles_of
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain, moderating, queries, words
from allcity.site.publishing.resources.forms import SuggestForm, tell
from allcity.site.publishing.resources.views import SUGGEST

RATES = {"suggest_resource": "20/h/ip", "suggest_resource_mail": "3/d/key", "suggest_resource_user": "20/d/key"}
NOT_FOUND, TOO_MANY_REQUESTS = 404, 429


@require_safe
def where(request: HttpRequest) -> HttpResponse:
    """For which city something is suggested: a coordinator of that city looks at it."""
    cities = City.objects.public().order_by("name", "pk")
    return render(request, "publishing/resources/where.html", {"cities": cities})


@city_page(SUGGEST)
@never_cache
def suggest(request: HttpRequest, city: City) -> HttpResponse:
    """The form of a suggestion."""
    user = request.user if isinstance(request.user, User) and roles_of(request.user, city) else None
    form = SuggestForm(request.POST if request.method == "POST" else None, is_known=user is not None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return redirect("city:resource-sent", city.slug)
        if not ratelimit.consume(request, app="allcity", action="suggest_resource", config=RATES):
            form.add_error(None, _("Very many suggestions came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        elif _suggested(request, city, form, user):
            if user:
                messages.success(request, _("Thank you. It is in the library once a coordinator has looked at it."))
                return redirect("city:resources", city.slug)
            return redirect("city:resource-sent", city.slug)
    return render(request, "publishing/resources/suggest.html", {"city": city, "form": form}, status=status)


def _suggested(request: HttpRequest, city: City, form: SuggestForm, user: User | None) -> bool:
    said = form.cleaned_data
    action = "suggest_resource_user" if user else "suggest_resource_mail"
    key = f"{city.pk} {user.pk}" if user else f"{city.pk} {said['email'].strip().lower()}"
    if not ratelimit.consume(request, app="allcity", action=action, key=key, config=RATES):
        if user is None:
            return True  # the same answer as ever: it tells nothing of the address
        form.add_error(None, _("You have suggested much today. Go on tomorrow, or write to a coordinator."))
        return False
    try:
        domain.suggest(city=city, url=said["url"], entry=form.entry(), user=user, email=said.get("email", ""))
    except ValidationError as error:
        tell(form, error)
        return False
    return True


@city_page(SUGGEST)
@require_safe
def sent(request: HttpRequest, city: City) -> HttpResponse:
    """What to do next."""
    return render(request, "publishing/resources/sent.html", {"city": city})


# --- By the link ---


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "publishing/resources/over.html", status=NOT_FOUND)


@never_cache
def suggestion(request: HttpRequest, token: str) -> HttpResponse:
    """What was suggested, to be confirmed with a button: programs that look into mail follow links."""
    found = queries.suggestion_of(token)
    if found is None:
        return _over(request)
    if request.method == "POST":
        try:
            domain.confirm(resource=found)
        except ValidationError as error:  # it was taken back just now, or somebody else was faster
            messages.info(request, " ".join(error.messages))
            return _over(request)
        messages.success(request, _("Confirmed. Thank you."))
        return redirect("resources:suggestion", token)
    context = {
        "city": found.city,
        "shown": words.in_words(found),
        "token": token,
        "is_confirmed": moderating.is_waiting(found),
    }
    return render(request, "publishing/resources/suggestion.html", context)


@never_cache
@require_POST
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """Take a suggestion back."""
    found: Resource | None = queries.suggestion_of(token)
    if found is None:
        return _over(request)
    city = found.city
    try:
        domain.take_back(resource=found)
    except ValidationError:
        return _over(request)
    messages.success(request, _("It is taken back and erased."))
    return redirect("city:resources", city.slug) if city and city.is_public else redirect("resources:library")
