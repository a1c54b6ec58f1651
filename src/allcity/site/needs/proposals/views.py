"""Pages of offers and requests: making one, those that one sees, and one with the conversation that follows."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City, Kept, Role
from allcity.site.cities.pages import city_page
from allcity.site.conversations.models import Thread
from allcity.site.conversations.telling import mark_seen
from allcity.site.conversations.views import panel
from allcity.site.directory.models import Organization, Program, School
from allcity.site.directory.rules import places_of
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.matching import words as matching_words
from allcity.site.needs.models import Bring, Need, Proposal, ProposalQuerySet, Side
from allcity.site.needs.proposals import domain, queries, steps, telling, words
from allcity.site.needs.proposals.following import what_follows
from allcity.site.needs.proposals.forms import BringForm, CityFilter, EndForm, NextStepForm, Occasion, ProposeForm
from allcity.site.needs.proposals.steps import STEPS, Situation, Step, situation_of
from allcity.site.needs.survey.reminding import today_in

PROPOSE = "needs.propose"
A_PAGE = 30
NOBODY = "nobody"

Act = Callable[..., Proposal]
AT_ONCE: Mapping[Step, Act] = {
    steps.YES: domain.accept,
    steps.AGREE: domain.agree_next_step,
    steps.HAPPENED: domain.say_happened,
    steps.TAKE_UP: domain.take_up,
    steps.ASK_AGAIN: domain.ask_again,
}
WITH_FORM: Mapping[Step, tuple[Act, Callable[[Any, Proposal], forms.Form]]] = {
    steps.SUGGEST: (domain.propose_next_step, lambda data, found: NextStepForm(data, proposal=found)),
    steps.NO: (domain.decline, lambda data, _found: EndForm(data)),
    steps.WITHDRAW: (domain.withdraw, lambda data, _found: EndForm(data)),
}
"""What each step does, and what is asked for it first."""


# --- Making one ---


@city_page(PROPOSE)
@never_cache
def propose(request: SignedIn, city: City) -> HttpResponse:
    """Offer to answer a need, or ask an organization to, with what is known of the two filled in."""
    occasion = _occasion(request, city)
    if occasion is None:
        return render(request, "needs/proposals/nothing.html", {"city": city})
    if not occasion.sides:
        return render(request, "needs/proposals/not_yours.html", {"city": city}, status=HTTPStatus.FORBIDDEN)
    need, school = occasion.find(occasion.begins_with)
    organization = occasion.organizations[0]
    is_clear = len(occasion.organizations) == 1 and (len(occasion.abouts) == 1 or occasion.is_by_figures)
    if request.method == "GET" and is_clear:
        found = queries.standing(city, organization=organization, need=need, school=school)
        if found:
            messages.info(request, _("The two talk about this already. It is here."))
            return redirect(telling.url_of(found))
    form = ProposeForm(request.POST or None, occasion=occasion)
    if request.method == "POST" and form.is_valid() and (proposal := _send(request, city, form)):
        return redirect(telling.url_of(proposal))
    offers = occasion.sides[0] == Side.ORGANIZATION
    program = occasion.programs[0] if len(occasion.programs) == 1 else None
    match = (
        queries.match_of(city, organization=organization, program=program, need=need, school=school)
        if is_clear
        else None
    )
    in_words = matching_words.for_organization if offers else matching_words.for_school
    context = {
        "city": city,
        "form": form,
        "offers": offers,
        "organization": organization if len(occasion.organizations) == 1 else None,
        "program": program,
        "need": need if len(occasion.abouts) == 1 else None,
        "asker": _asker(occasion),
        "what": matching_words.asked_for(city, need) if len(occasion.abouts) == 1 else "",
        "why": in_words(city, match) if match else None,
    }
    return render(request, "needs/proposals/propose.html", context)


def _send(request: SignedIn, city: City, form: ProposeForm) -> Proposal | None:
    """Make the proposal that a form says. What was typed stays where that cannot be, or one stands already."""
    values = form.values()
    whose = {name: values[name] for name in ("organization", "need", "school")}
    if queries.standing(city, **whose):
        form.add_error(None, _("The two talk about this already. You find it among your offers and requests."))
        return None
    try:
        proposal = domain.propose(city=city, user=request.user, **values)
    except ValidationError as error:
        _tell(form, error)
        return None
    messages.success(request, _("Sent. You are told as soon as there is an answer, and if there is none."))
    return proposal


def _occasion(request: SignedIn, city: City) -> Occasion | None:
    """Between whom the address says that it is, with the sides that are the person's; None where it says too little."""
    need = _named_need(request, city)
    school: School | None = need.school if need else _named(request, city, School, "school")
    program: Program | None = _named(request, city, Program, "program")
    organization: Organization | None = _named(request, city, Organization, "organization")
    if program and organization and program.organization_id != organization.pk:
        raise Http404
    organization = organization or (program.organization if program else None)
    asker = (need.school or need.district) if need else school
    own = places_of(request.user, city)
    organizations = [organization] if organization else _own(city, Organization, own)
    schools = [school] if school and not need else [] if need else _own(city, School, own)
    sides = []
    if asker and (queries.speaks_for(organization, request.user, city) if organization else organizations):
        sides.append(Side.ORGANIZATION)
    if organization and (queries.speaks_for(asker, request.user, city) if asker else schools):
        sides.append(Side.SCHOOL)
    if not sides and not (organization and asker):
        return None
    programs = [program] if program else []
    if not program and len(organizations) == 1:
        programs = list(Program.objects.of(city).current().filter(organization=organizations[0]).order_by("name"))
    needs = [need] if need else queries.open_needs(city, schools)
    return Occasion(city, sides, organizations, needs, schools, programs, is_by_figures=school is not None and not need)


def _asker(occasion: Occasion) -> object:
    """Whose need it is, where that is clear."""
    if occasion.schools:
        return occasion.schools[0] if len(occasion.schools) == 1 else None
    return occasion.needs[0].school or occasion.needs[0].district


def _own(city: City, model: type[Kept], places: frozenset[UUID]) -> list[Any]:
    rows: Any = model._default_manager.of(city).current()
    return list(rows.filter(public_id__in=places).order_by("name"))


def _named(request: HttpRequest, city: City, model: type[Kept], name: str) -> Any:
    """The record that the address names, or None where it names none. Raises Http404."""
    slug = request.GET.get(name, "")
    if not slug:
        return None
    return get_object_or_404(model._default_manager.of(city).current(), slug=slug)


def _named_need(request: HttpRequest, city: City) -> Need | None:
    asked = request.GET.get("need", "")
    if not asked:
        return None
    try:
        public_id = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Need.objects.of(city).select_related("school", "district", "group"), public_id=public_id)


# --- Lists ---


@city_page(PROPOSE)
@never_cache
@require_safe
def proposals(request: SignedIn, city: City) -> HttpResponse:
    """Offers and requests: what waits for the person, what waits for others, what is over; for coordinators, all."""
    user = request.user
    coordinates = rules.has_perm("cities.manage_city", user, city)
    seen = queries.proposals_of(user, city)
    mine = seen.of_places_of(user)
    waits = queries.awaiting(seen, user, city)
    lists: dict[str, ProposalQuerySet] = {
        "me": waits,
        "others": mine.filter(state__in=Proposal.STANDING).exclude(pk__in=waits.order_by().values("pk")),
        "over": mine.filter(state__in=Proposal.OVER),
    }
    chosen = CityFilter(request.GET)
    if coordinates:
        lists["all"] = _of_state(seen, city, chosen.chosen)
    show = request.GET.get("show", "me")
    show = show if show in lists else "me"
    page = Paginator(lists[show], A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    sides = queries.sides_by_proposal(found, user, city)
    today = today_in(city)
    context = {
        "city": city,
        "page": page,
        "rows": [words.row(city, each, sides[each.pk], today) for each in found],
        "show": show,
        "lists": [(name, lists[name].count()) for name in lists if name != "all"],
        "coordinates": coordinates,
        "filter": chosen,
        "today": today,
    }
    return render(request, "needs/proposals/proposals.html", context)


def _of_state(seen: ProposalQuerySet, city: City, state: str) -> ProposalQuerySet:
    if state == NOBODY:
        return queries.nobody_to_answer(seen, city)
    return seen.filter(state=state) if state else seen


# --- One ---


@city_page(PROPOSE)
@never_cache
@require_safe
def proposal(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """One offer or request: where it stands, the next step, what each side brings, and the conversation."""
    found = _find(request, city, public_id)
    sides = queries.sides_of(found, request.user)
    mark_seen(user=request.user, url=telling.url_of(found))
    return render(request, "needs/proposals/proposal.html", _page(request, found, sides))


def _find(request: HttpRequest, city: City, public_id: UUID) -> Proposal:
    rows = Proposal.objects.for_user(request.user).of(city).select_related(*queries.RELATED)
    found: Proposal = get_object_or_404(rows, public_id=public_id)
    found.city = city
    return found


def _page(request: SignedIn, found: Proposal, sides: frozenset[Side]) -> dict[str, Any]:
    city, today = found.city, today_in(found.city)
    situation = situation_of(found, today)
    follows = what_follows(found, request.user)
    is_begun = any(following.is_begun for following in follows)
    possible = [step for step in steps.possible(found, sides, today) if not (step.ends and is_begun)]
    going_on = [step for step in possible if not step.ends]
    first = next((step for step in going_on if step != steps.SUGGEST or situation == Situation.OPEN), None)
    thread = found.thread and Thread.objects.for_user(request.user).filter(pk=found.thread.pk).first()
    coordinates = rules.has_perm("cities.manage_city", request.user, city)
    unattended = _unattended(found) if coordinates and found.state in Proposal.STANDING else []
    if found.need:
        found.need.city = city
    return {
        "city": city,
        "proposal": found,
        "title": words.title(found),
        "what": words.what(city, found),
        "need_title": title_of(city, found.need) if found.need else "",
        "offers": found.made_by_side == Side.ORGANIZATION,
        "amount": words.amount(found),
        "standing": words.standing(found, sides, today),
        "tone": words.TONES.get(situation, "unknown"),
        "first": first and (first, words.label(first, situation)),
        "suggestion": steps.suggestion(found),
        "others": [(step, words.label(step, situation)) for step in going_on if step != first],
        "ends": [step for step in possible if step.ends],
        "follows": follows,
        "brings": [(bring, words.who_brings(found, bring)) for bring in found.brings.all()],
        "may_settle": bool(sides) and found.state in Proposal.STANDING,
        "history": [(step, words.happened(found, step)) for step in found.steps.select_related("by")],
        "speaks_for": [found.place_of(side) for side in sorted(sides)],
        "unattended": unattended,
        "reason_words": found.reason_words if coordinates or _ended_it(found, sides) else "",
        **(panel(request, thread) if thread else {}),
    }


def _ended_it(found: Proposal, sides: frozenset[Side]) -> bool:
    last = found.steps.filter(after=found.state).last()
    return last is not None and last.side in sides


def _unattended(found: Proposal) -> list[tuple[object, str]]:
    """The places that nobody looks after, each with the role of whoever would. A district has no such role."""
    roles = {Side.ORGANIZATION: Role.MANAGER, Side.SCHOOL: Role.LIAISON}
    places = {side: found.place_of(side) for side in Side if side == Side.ORGANIZATION or found.school}
    looked_after = queries.attended(places.values())
    return [(place, roles[side]) for side, place in places.items() if place.public_id not in looked_after]


@city_page(PROPOSE)
@never_cache
def step(request: SignedIn, city: City, public_id: UUID, name: str) -> HttpResponse:
    """Take a step: answer, suggest what comes next, agree, say that it took place, or end it with a reason."""
    found = _find(request, city, public_id)
    if name not in STEPS:
        raise Http404
    chosen, sides = STEPS[name], queries.sides_of(found, request.user)
    if not sides:
        raise PermissionDenied
    if chosen in AT_ONCE:
        return _take(request, found, chosen)
    if chosen not in steps.possible(found, sides, today_in(city)):
        if not sides & chosen.who(found):
            raise PermissionDenied
        messages.info(request, _("This has gone on meanwhile. See where it stands."))
        return redirect(telling.url_of(found))
    return _ask(request, found, chosen)


def _take(request: SignedIn, found: Proposal, chosen: Step) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    seen = {"seen": request.POST.get("seen", "")} if chosen == steps.AGREE else {}
    try:
        AT_ONCE[chosen](proposal=found, user=request.user, **seen)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        is_told = chosen != steps.HAPPENED
        messages.success(request, _("Done. The other side is told.") if is_told else _("Noted. What comes next?"))
    return redirect(telling.url_of(found))


def _ask(request: SignedIn, found: Proposal, chosen: Step) -> HttpResponse:
    act, make = WITH_FORM[chosen]
    form = make(request.POST or None, found)
    if request.method == "POST" and form.is_valid():
        try:
            act(proposal=found, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Done. The other side is told."))
            return redirect(telling.url_of(found))
    context = {
        "city": found.city,
        "proposal": found,
        "title": words.title(found),
        "step": chosen,
        "form": form,
        "label": words.label(chosen, situation_of(found, today_in(found.city))),
    }
    return render(request, "needs/proposals/step.html", context)


@city_page(PROPOSE)
@never_cache
def bring(request: SignedIn, city: City, public_id: UUID, what: str) -> HttpResponse:
    """Say which side brings one of the things that it takes, and whether that is settled."""
    found = _find(request, city, public_id)
    if not queries.sides_of(found, request.user):
        raise PermissionDenied
    one = get_object_or_404(Bring, proposal=found, what=what)
    one.proposal = found
    form = BringForm(request.POST or None, bring=one)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            domain.settle(proposal=found, what=what, user=request.user, **form.cleaned_data)
        except domain.BringConflictError as error:
            conflict = error.now
            conflict.proposal = found
            form.data = {**request.POST.dict(), "version": conflict.version}
            form.add_error(None, error)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{telling.url_of(found)}#brings")
    context = {
        "city": city,
        "proposal": found,
        "title": words.title(found),
        "bring": one,
        "form": form,
        "theirs": conflict and (words.who_brings(found, conflict), conflict),
    }
    return render(request, "needs/proposals/bring.html", context)


def _tell(form: Any, error: ValidationError) -> None:
    """Say what is wrong beside its field, where the form has that."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)
