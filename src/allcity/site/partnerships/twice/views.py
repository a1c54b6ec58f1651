"""The page on which coordinators say whether two accounts are of one delivery."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.words import contribution_title
from allcity.site.partnerships.models import Delivery
from allcity.site.partnerships.twice import domain
from allcity.site.partnerships.twice.forms import TWO, PairForm
from allcity.site.partnerships.twice.queries import joined, told_alone
from allcity.site.partnerships.twice.words import numbers


@city_page("partnerships.join_accounts")
@never_cache
def told_twice(request: SignedIn, city: City) -> HttpResponse:
    """Deliveries that a school and an organization each told of: one or two. What was made one can be made two again."""
    if request.method == "POST":
        _decide(request, city)
        return redirect("city:deliveries-told-twice", city.slug)
    accounts = list(joined(city))
    told = {
        each.key: each
        for each in Delivery.objects.of(city)
        .filter(account=Delivery.Account.ORGANIZATION, key__in=[own.key for own in accounts])
        .select_related("organization")
    }
    context = {
        "city": city,
        "open": [(_row(city, each.own), [_row(city, one) for one in each.reported]) for each in told_alone([city])],
        "joined": [(_row(city, own), _row(city, told[own.key])) for own in accounts],
    }
    return render(request, "partnerships/told_twice.html", context)


def _decide(request: SignedIn, city: City) -> None:
    form = PairForm(request.POST, city=city)
    if not form.is_valid():
        messages.error(request, _("Somebody has decided this meanwhile, or the records have changed."))
        return
    own, told = form.cleaned_data["own"], form.cleaned_data["told"]
    try:
        if form.cleaned_data["are"] == TWO:
            domain.keep_apart(own=own, told=told)
            messages.success(request, _("They count as two. You will not be asked about them again."))
        else:
            domain.join(own=own, told=told)
            messages.success(request, _("They are one delivery now, with both accounts. This can be taken back below."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


def _row(city: City, delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery,
        "what": contribution_title(city, delivery.contribution),
        "numbers": numbers(delivery) or _("how much is not said"),
    }
