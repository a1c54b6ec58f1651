"""The city's plan: what everybody reads of it, on paper too, and what coordinators choose; and a need out of a conversation."""

from uuid import UUID

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.action import paper as papers
from allcity.site.action.committing import domain, needing, planning, queries, words
from allcity.site.action.committing.forms import PlanForm, StrategiesForm, tell
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import is_member
from allcity.site.conversations.models import Thread
from allcity.site.needs.ledger.forms import NeedForm

VIEW, KEEP, STATE_NEEDS = "action.view", "action.keep_plan", "needs.keep_ledger"


@city_page(VIEW, kept=True)
@require_safe
def plan(request: HttpRequest, city: City) -> HttpResponse:
    """The plan: opening words, and section by section the strategies and commitments."""
    found, member = queries.plan_of(city), is_member(request.user, city)
    may_read = member or found.is_public
    context = {
        "city": city,
        "plan": found.plan,
        "is_public": found.is_public,
        "may_read": may_read,
        "is_member": member,
        "may_keep": rules.has_perm(KEEP, request.user, city),
        "sections": planning.sections_of(city, request.user, found) if may_read else [],
    }
    response = render(request, "action/committing/plan.html", context)
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    return response


@city_page(VIEW)
@never_cache
@require_safe
def paper(request: HttpRequest, city: City) -> HttpResponse:
    """The plan as PDF: what everybody may read, or with `?all=1` all of it, for members."""
    found, member = queries.plan_of(city), is_member(request.user, city)
    if not member and not found.is_public:
        raise Http404
    only_public = not (member and request.GET.get("all") == "1")
    pdf = planning.pdf_of(city, request.user, found, only_public=only_public)
    return papers.answer(pdf, _("Plan %(city)s") % {"city": city.display_name()})


@city_page(KEEP)
@never_cache
def change(request: SignedIn, city: City) -> HttpResponse:
    """Choose what of the plan everybody reads, and its opening words."""
    found = queries.plan_of(city)
    commitments = planning.to_show(city, request.user)
    initial = {
        "is_public": found.is_public,
        "opening": found.plan.opening if found.plan else "",
        "shown": [str(each.public_id) for each in commitments if each.is_public],
    }
    form = PlanForm(request.POST if request.method == "POST" else None, commitments=commitments, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            domain.change_plan(city=city, user=request.user, is_public=typed["is_public"], opening=typed["opening"])
        except ValidationError as error:
            tell(form, error)
        else:
            for each in commitments:
                is_public = str(each.public_id) in typed["shown"]
                if each.is_public != is_public:
                    domain.publish(commitment=each, user=request.user, is_public=is_public)
            messages.success(request, _("Saved."))
            return redirect("city:plan", city.slug)
    return render(request, "action/committing/plan_form.html", {"city": city, "form": form})


@city_page(KEEP)
@never_cache
def strategies(request: SignedIn, city: City, section: str) -> HttpResponse:
    """Choose the strategies of a section, and say why."""
    if section not in city.settings.framework.sections:
        raise Http404
    chosen = {row.strategy: row.words for row in queries.plan_of(city).strategies.get(section, [])}
    offered = words.strategies_of(city, section)
    known = {each.id for each in offered}
    offered += [shown for each in chosen if each not in known and (shown := words.strategy_shown(city, each))]
    form = StrategiesForm(request.POST if request.method == "POST" else None, offered=offered, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            domain.choose_strategies(city=city, user=request.user, section=section, chosen=form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:plan", city.slug)
    context = {"city": city, "form": form, "section": section, "title": words.section_title(city, section)}
    return render(request, "action/committing/strategies.html", context)


@city_page(STATE_NEEDS)
@never_cache
def state_need(request: SignedIn, city: City, thread: UUID) -> HttpResponse:
    """State the need that a conversation came to. The conversation is about it from then on."""
    found: Thread = get_object_or_404(Thread.objects.of(city).for_user(request.user), public_id=thread)
    form = NeedForm(request.POST or None, city=city, user=request.user)
    form.initial["description"] = found.title
    if request.method == "POST" and form.is_valid():
        try:
            need = needing.state_need(city=city, user=request.user, thread=found, values=form.values())
        except ValidationError as error:
            for name, one in error.error_dict.items():
                form.add_error(name if name in form.fields else None, one)
        else:
            messages.success(request, _("The need is in the ledger, and linked with the conversation."))
            return redirect("city:need-record", city.slug, need.public_id)
    return render(request, "action/committing/need.html", {"city": city, "form": form, "thread": found})
