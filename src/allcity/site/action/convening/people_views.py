"""The people of a session, for those who run it: who is asked and who comes, and asking more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.action.convening import answering, inviting, queries, wishes
from allcity.site.action.convening.asking_forms import GroupForm, MailForm, MembersForm
from allcity.site.action.convening.forms import refused
from allcity.site.action.convening.inviting import Invited
from allcity.site.action.convening.views import CONVENE, found
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.people import name_of

WAYS: dict[str, Any] = {"members": MembersForm, "group": GroupForm, "mail": MailForm}


@city_page(CONVENE)
@never_cache
def people(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Who is asked, who comes, who waits, who has not answered, who is missing; and asking more."""
    one = found(request, city, session)
    forms: dict[str, Form] = {way: made(session=one) for way, made in WAYS.items()}
    bad = ""
    wish = wishes.wisher(one, request.GET.get("wish", ""))
    if request.method == "POST":
        way = request.POST.get("way", "")
        if way == "wish" and wish:
            _tell(request, inviting.invite(session=one, user=request.user, users=[wish]))
            return redirect("city:planning-session-people", city.slug, one.public_id)
        if way in WAYS:
            form = WAYS[way](request.POST, session=one)
            if form.is_valid():
                try:
                    _tell(request, _invite(way, form, one, request.user))
                except ValidationError as error:
                    refused(form, error)
                else:
                    return redirect("city:planning-session-people", city.slug, one.public_id)
            forms[way], bad = form, way
    context = {
        "city": city,
        "session": one,
        "asked": queries.asked(one),
        "places": queries.places_of(one),
        "forms": forms,
        "bad": bad,
        "wish": wish,
        "wish_name": name_of(wish) if wish else "",
        "is_over": answering.is_over(one),
        "is_draft": one.state == PlanningSession.State.DRAFT,
    }
    return render(request, "action/convening/people.html", context)


def _invite(way: str, form: Any, one: PlanningSession, user: User) -> Invited:
    match way:
        case "members":
            return inviting.invite(session=one, user=user, users=form.people())
        case "group":
            return inviting.invite_group(session=one, user=user, group=form.cleaned_data["group"])
        case _mail:
            return inviting.invite(session=one, user=user, **form.cleaned_data)


def _tell(request: HttpRequest, invited: Invited) -> None:
    told = ngettext("%(number)s person is asked.", "%(number)s people are asked.", invited.now)
    words = [told % {"number": invited.now}]
    if invited.before:
        before = ngettext("%(number)s was asked before.", "%(number)s were asked before.", invited.before)
        words.append(before % {"number": invited.before})
    messages.success(request, " ".join(words))


@city_page(CONVENE)
@never_cache
@require_POST
def remove(request: SignedIn, city: City, session: UUID, number: int) -> HttpResponse:
    """Ask somebody no more."""
    one = found(request, city, session)
    invitee: Invitee = get_object_or_404(one.invitees.select_related("session"), pk=number)
    inviting.uninvite(invitee=invitee, user=request.user)
    messages.success(
        request, _("They are not asked any more. Whoever waited longest has their place, if they had one.")
    )
    return redirect("city:planning-session-people", city.slug, one.public_id)
