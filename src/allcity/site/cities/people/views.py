"""Pages about a city's people: for its coordinators, for those who want to join, and for those who are asked in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City, Invitation, Request, Role
from allcity.site.cities.pages import city_page
from allcity.site.cities.people import domain, queries
from allcity.site.cities.people.forms import DecisionForm, InviteForm, MessageForm, RoleForm
from allcity.site.cities.places import Place, find_places

MANAGE = "cities.manage_people"


def _done(request: HttpRequest, act: Callable[[], object], said: str) -> bool:
    """Do something, and say that it is done or why it is not."""
    try:
        act()
    except ValidationError as error:
        for problem in error.messages:
            messages.error(request, problem)
        return False
    messages.success(request, said)
    return True


# --- For coordinators ---


@city_page(MANAGE)
@never_cache
@require_safe
def people(request: HttpRequest, city: City) -> HttpResponse:
    """Who has which role, who is asked in, and who asks."""
    return render(request, "cities/people/people.html", {"city": city, "people": queries.people_of(city)})


@city_page(MANAGE)
@never_cache
def invite(request: SignedIn, city: City) -> HttpResponse:
    """Ask somebody by mail to take a role."""
    initial = {"role": Role.MEMBER, **{name: request.GET[name] for name in ("role", "place") if name in request.GET}}
    form = InviteForm(request.POST or None, city=city, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            domain.invite(city=city, invited_by=request.user, **_typed(form))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Asked: %(email)s") % form.cleaned_data)
            return redirect("city:people", city.slug)
    return render(request, "cities/people/invite.html", {"city": city, "form": form})


def _typed(form: RoleForm) -> dict[str, Any]:
    return {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}


@city_page(MANAGE)
@require_POST
def send_again(request: SignedIn, city: City, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(city.invitations, pk=pk)
    _done(
        request,
        lambda: domain.resend_invitation(invitation=invitation, invited_by=request.user),
        _("Sent again. The earlier link no longer works."),
    )
    return redirect("city:people", city.slug)


@city_page(MANAGE)
@require_POST
def withdraw(request: HttpRequest, city: City, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(city.invitations, pk=pk)
    _done(request, lambda: domain.withdraw_invitation(invitation=invitation), _("The invitation is taken back."))
    return redirect("city:people", city.slug)


@city_page(MANAGE)
@never_cache
def role(request: HttpRequest, city: City, pk: int) -> HttpResponse:
    """Change somebody's role, or end it."""
    membership = get_object_or_404(city.memberships.select_related("user", "city"), pk=pk)
    form = RoleForm(
        None if "end" in request.POST else request.POST or None,
        city=city,
        initial={"role": membership.role, "place": membership.place},
    )
    if "end" in request.POST:
        if _done(request, lambda: domain.remove_role(membership=membership), _("The role has ended.")):
            return redirect("city:people", city.slug)
    elif request.method == "POST" and form.is_valid():
        try:
            domain.change_role(membership=membership, **_typed(form))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:people", city.slug)
    held = queries.held(membership)
    return render(request, "cities/people/role.html", {"city": city, "form": form, "held": held})


@city_page(MANAGE)
@never_cache
def decide(request: SignedIn, city: City, pk: int) -> HttpResponse:
    """Read a request, and grant or decline it."""
    asked = get_object_or_404(city.requests.select_related("user", "city", "decided_by"), pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = domain.grant_request if "grant" in request.POST else domain.decline_request
        try:
            answer(asked=asked, decided_by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The person is told by mail."))
            return redirect("city:people", city.slug)
    held = queries.held(asked)
    waiting = asked.state == Request.State.WAITING
    context = {"city": city, "form": form, "held": held, "waiting": waiting}
    return render(request, "cities/people/request.html", context)


# --- For whoever wants to join, or to leave ---


@city_page("cities.ask_to_join")
@never_cache
def join(request: SignedIn, city: City) -> HttpResponse:
    """Ask to become a member of the city."""
    return _ask(request, city, "cities/people/join.html", role=Role.MEMBER)


@city_page("cities.ask_to_join")
@never_cache
def claim(request: SignedIn, city: City, place: UUID) -> HttpResponse:
    """Ask to look after the profile of a school or organization."""
    found = find_places(city, [place]).get(place)
    if found is None:
        raise Http404
    return _ask(request, city, "cities/people/claim.html", role=found.role, place=found)


def _ask(request: SignedIn, city: City, template: str, *, role: Role, place: Place | None = None) -> HttpResponse:
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.ask_for_role(
                city=city, user=request.user, role=role, place=place.public_id if place else None, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The coordinators have your request. Their answer reaches you by mail."))
            return redirect("notices:work")
    return render(request, template, {"city": city, "form": form, "place": place})


@city_page("cities.leave_city")
@never_cache
def leave(request: SignedIn, city: City) -> HttpResponse:
    """Give up one's own roles in the city."""
    if request.method == "POST" and _done(
        request, lambda: domain.leave_city(city=city, user=request.user), _("You have left the city.")
    ):
        return redirect("notices:work")
    return render(request, "cities/people/leave.html", {"city": city})


@login_required
@require_POST
def withdraw_request(request: SignedIn, pk: int) -> HttpResponse:
    """Take back what one has asked for."""
    asked = get_object_or_404(request.user.requests, pk=pk)
    _done(request, lambda: domain.withdraw_request(asked=asked), _("Your request is taken back."))
    return redirect("notices:work")


# --- For whoever is asked in ---


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation's link leads to: sign in or up first, then accept."""
    found = get_object_or_404(Invitation.objects.select_related("city", "invited_by"), token=token)
    is_other = False
    if request.method == "POST" and request.user.is_authenticated:
        try:
            membership = domain.accept_invitation(
                invitation=found, user=request.user, in_place_of_addressee="in-place" in request.POST
            )
        except domain.OtherAddressError:
            is_other = True
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Welcome."))
            return redirect("city:workspace", membership.city.slug)
    held = queries.held(found)
    context = {"invitation": found, "held": held, "is_open": queries.is_open(found), "is_other": is_other}
    return render(request, "cities/people/invitation.html", context)
