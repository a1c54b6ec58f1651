"""Starting a city, step by step; each step is a page of its own, and any may be left for later."""

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.declaration import CityFileError
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.settings import domain as settings
from allcity.site.cities.settings.document import ShapeError
from allcity.site.cities.start import discarding, domain
from allcity.site.cities.start.forms import DiscardForm, FewTargetsForm, StartForm
from allcity.site.cities.start.steps import next_of, steps_of

MANAGE = "cities.manage_city"


@never_cache
def start(request: SignedIn) -> HttpResponse:
    """What it takes to start a city; for those who are signed in, the first step."""
    if not request.user.is_authenticated:
        if request.method not in ("GET", "HEAD"):
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return render(request, "cities/start/start.html", {})
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            city = domain.start_city(user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except CityFileError as error:
            for problem in error.problems:
                form.add_error(None, problem.told(_, with_place=False))
        else:
            messages.success(
                request, _("%(city)s is begun. Only its people see it for now.") % {"city": city.display_name()}
            )
            return redirect("city:start", city.slug)
    return render(request, "cities/start/start.html", {"form": form})


@city_page(MANAGE)
@never_cache
@require_safe
def steps(request: HttpRequest, city: City) -> HttpResponse:
    """How far the city is, and the next step."""
    found = steps_of(city)
    context = {"city": city, "steps": found, "next": next_of(found)}
    if not city.is_public and rules.has_perm("cities.discard_city", request.user, city):
        context["may_discard"] = City.objects.drafts().filter(pk=city.pk).exists()
    return render(request, "cities/start/steps.html", context)


@city_page("cities.discard_city")
@never_cache
def discard(request: SignedIn, city: City) -> HttpResponse:
    """Ask, then remove a draft with all that it has."""
    hindrances = discarding.hindrances(city=city, user=request.user)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            discarding.discard_city(city=city, user=request.user)
        except ValidationError as error:
            hindrances = error.messages
        else:
            messages.success(request, _("The draft of %(city)s is discarded.") % {"city": city.display_name()})
            return redirect("notices:work")
    return render(request, "cities/start/discard.html", {"city": city, "form": form, "hindrances": hindrances})


@city_page(MANAGE)
@never_cache
def targets(request: SignedIn, city: City) -> HttpResponse:
    """The few targets that decide most of what the figures say."""
    form = FewTargetsForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        try:
            settings.change_values(
                city=city, version=form.base_version, values=form.values(), read=settings.overrides, user=request.user
            )
        except settings.SettingsConflictError as conflict:
            form.tell_of(conflict)
        except CityFileError as error:
            form.tell_problems(error.problems)
        except ShapeError:
            form.add_error(
                None, _("The city.toml is laid out so that no form can change this. Change its text instead.")
            )
        else:
            messages.success(request, _("Saved."))
            return redirect("city:start", city.slug)
    return render(request, "cities/start/targets.html", {"city": city, "form": form})
