"""Pages of partnerships: one's own, beginning one, who is in it, and how it ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.models import Proposal
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain, queries, words
from allcity.site.partnerships.agreeing.forms import (
    AddPartyForm,
    BeginForm,
    EndForm,
    HandOverForm,
    LeaveForm,
    ReasonForm,
    tell_in,
)
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.models import Agreement, Partnership
from allcity.site.partnerships.pages import partnership_page
from allcity.site.partnerships.parties import Party, parties, parties_of, signatories
from allcity.site.partnerships.phases import OPEN, phase_of

TAKE_PART = "partnerships.take_part"
A_PAGE = 30


@dataclass(frozen=True)
class Step:
    """A page on which somebody ends a partnership or brings it on: its form, what it does, and the transitions it makes."""

    form: Callable[[Any, Partnership, list[Party]], forms.Form]
    act: Callable[..., Partnership]
    transitions: tuple[str, ...]


STEPS: Mapping[str, Step] = {
    "drop": Step(lambda data, _found, _own: ReasonForm(data), domain.drop, ("drop",)),
    "end": Step(lambda data, found, _own: EndForm(data, partnership=found), domain.end, ("end",)),
    "hand-over": Step(
        lambda data, found, _own: HandOverForm(data, partnership=found), domain.hand_over, ("hand_over",)
    ),
    "leave": Step(lambda data, _found, own: LeaveForm(data, parties=own), domain.leave, ("end", "drop")),
}
"""Every such page by its name in the address."""


# --- One's own ---


@city_page("partnerships.have")
@never_cache
@require_safe
def my_partnerships(request: SignedIn, city: City) -> HttpResponse:
    """The partnerships of whatever one looks after, by how far they are; for coordinators all of the city."""
    user, today = request.user, today_in(city)
    found = queries.mine(user, city)
    lists = {
        "me": queries.waiting(user, city),
        "open": found.filter(queries.in_phases(OPEN, today)),
        "over": found.exclude(queries.in_phases(OPEN, today)),
    }
    numbers = {name: rows.count() for name, rows in lists.items()}
    show = request.GET.get("show", "me" if numbers["me"] else "open")
    show = show if show in lists else "open"
    found = queries.by_phase(lists[show], today).prefetch_related(*queries.SIDES)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    rows: list[Partnership] = list(page.object_list)
    signing = queries.signing(rows)
    context = {
        "city": city,
        "page": page,
        "rows": [
            (
                partnership,
                words.together(parties(partnership)),
                phase_of(partnership, today).label,
                words.TONES.get(phase_of(partnership, today), "unknown"),
                words.standing(partnership, today, unsigned=signing.get(partnership.pk)),
            )
            for partnership in rows
        ],
        "show": show,
        "lists": list(numbers.items()),
        "coordinates": rules.has_perm("partnerships.begin", user, city),
    }
    return render(request, "partnerships/agreeing/mine.html", context)


@require_POST
@city_page("partnerships.have")
@never_cache
def begin_from(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """Begin to write the agreement of a proposal to which both sides agree."""
    proposal = get_object_or_404(Proposal.objects.for_user(request.user).of(city), public_id=public_id)
    try:
        begun = domain.begin_partnership(proposal=proposal, user=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("city:proposal", city.slug, proposal.public_id)
    return redirect(url_of(begun, "partnership-agreement"))


@city_page("partnerships.begin")
@never_cache
def begin(request: SignedIn, city: City) -> HttpResponse:
    """Begin a partnership without an offer or request, for parties that have found each other elsewhere."""
    form = BeginForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        try:
            begun = domain.begin_without_proposal(city=city, user=request.user, **form.values())
        except ValidationError as error:
            tell_in(form, error)
        else:
            return redirect(url_of(begun, "partnership-agreement"))
    return render(request, "partnerships/agreeing/begin.html", {"city": city, "form": form})


# --- Who is in it, and how it goes on ---


@partnership_page("partnerships.begin")
@never_cache
def change_parties(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Add parties to a partnership that is not agreed yet, or to a version that is written, or take them out."""
    version = queries.open_version(partnership)
    if version is None or version.state != Agreement.State.DRAFT:
        messages.info(
            request, _("Begin a new version first, or take back what is to be signed: whoever joins signs it.")
        )
        return redirect(url_of(partnership, "partnership-agreement"))
    version.partnership = partnership
    among = signatories(version)
    removable = among if partnership.stage == Partnership.Stage.DRAFT else parties(version)
    form = AddPartyForm(request.POST if "place" in request.POST else None, city=city, taken=among)
    removed = next((party for party in removable if str(party.public_id) == request.POST.get("remove")), None)
    try:
        if request.method == "POST" and removed:
            domain.remove_party(partnership=partnership, place=removed.place, user=request.user)
            messages.success(request, _("Taken out."))
            return redirect(request.path)
        if request.method == "POST" and form.is_valid():
            place = form.found[form.cleaned_data["place"]]
            domain.add_party(partnership=partnership, place=place, user=request.user)
            messages.success(request, _("Added. They are told."))
            return redirect(request.path)
    except ValidationError as error:
        if form.is_bound:
            tell_in(form, error)
        else:
            messages.error(request, error.messages[0])
    context = {
        "city": city,
        "partnership": partnership,
        "parties": [(party, party in removable) for party in among],
        "is_first": partnership.stage == Partnership.Stage.DRAFT,
        "form": form,
    }
    return render(request, "partnerships/agreeing/parties.html", context)


@partnership_page(TAKE_PART)
@never_cache
def step(request: SignedIn, city: City, partnership: Partnership, name: str) -> HttpResponse:
    """Not begin a partnership, end it, hand it over to the school, or leave it: when, why and what stays."""
    if name not in STEPS:
        raise Http404
    chosen = STEPS[name]
    own = _leaving(request, partnership) if name == "leave" else []
    if name == "leave" and not own:
        raise PermissionDenied
    if not any(domain.may(partnership, transition, today_in(city)) for transition in chosen.transitions):
        messages.info(request, _("This has gone on meanwhile. See where it stands."))
        return redirect(url_of(partnership))
    form = chosen.form(request.POST or None, partnership, own)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if name == "leave":
            values["party"] = next(party for party in own if str(party.public_id) == values["party"])
        try:
            chosen.act(partnership=partnership, user=request.user, **values)
        except ValidationError as error:
            tell_in(form, error)
        else:
            messages.success(request, _("Done. The others are told."))
            still = Partnership.objects.for_user(request.user).filter(pk=partnership.pk).exists()
            return redirect(url_of(partnership) if still else reverse("city:my-partnerships", args=[city.slug]))
    context = {"city": city, "partnership": partnership, "form": form, "step": name}
    return render(request, "partnerships/agreeing/step.html", context)


def _leaving(request: SignedIn, partnership: Partnership) -> list[Party]:
    """The parties that the person can have leave: their own, and for coordinators those that are no more."""
    own = parties_of(partnership, request.user)
    if rules.has_perm("cities.manage_city", request.user, partnership):
        own = [*own, *(party for party in parties(partnership) if not party.is_there)]
    return own
