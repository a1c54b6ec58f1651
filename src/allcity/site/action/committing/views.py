"""Pages of commitments: the list, the board, one of them, and what is done to it."""

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.action.committing import domain, phases, queries, words
from allcity.site.action.committing.comparing import comparison_of
from allcity.site.action.committing.forms import CommitmentFilter, CommitmentForm, MilestoneForm, StepForm, tell
from allcity.site.action.committing.linking import address_of
from allcity.site.action.models import Commitment, Milestone, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import Person
from allcity.site.conversations.domain import address_of as address_of_thread
from allcity.site.conversations.models import Thread
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.models import Need

VIEW, COMMIT, KEEP = "action.view", "action.commit", "action.keep_plan"
A_PAGE = 30
A_COLUMN = 50
"""How many commitments a column of the board shows. The list has them all."""


def found(request: HttpRequest, city: City, public_id: UUID) -> Commitment:
    """A commitment that the reader may see. Raises Http404."""
    rows = Commitment.objects.for_user(request.user).of(city).select_related("owner", "need", "thread")
    one: Commitment = get_object_or_404(rows, public_id=public_id)
    one.city = city
    return one


def may_change(user: Person, commitment: Commitment) -> bool:
    """Who answers for it changes it, and who proposed it until it is agreed to."""
    if phases.looks_after(user, commitment):
        return True
    return commitment.state == Commitment.State.PROPOSED and phases.takes_back(user, commitment)


@city_page(VIEW)
@never_cache
@require_safe
def commitments(request: HttpRequest, city: City) -> HttpResponse:
    """The commitments that the reader may see, in a list that can be narrowed."""
    rows = queries.commitments_of(city, request.user)
    places = queries.places_of_all(city, request.user)
    chosen = CommitmentFilter(request.GET, city=city, user=request.user, places=places)
    narrowed = queries.narrowed(rows, city, request.user, chosen.chosen)
    page = Paginator(narrowed, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "filter": chosen,
        "page": page,
        "rows": words.rows(city, page.object_list, request.user),
        **_may(request, city),
    }
    return render(request, "action/committing/commitments.html", context)


@city_page(VIEW)
@never_cache
@require_safe
def board(request: HttpRequest, city: City) -> HttpResponse:
    """The commitments by how far they are, each with the step that comes next."""
    rows = queries.commitments_of(city, request.user)
    states = [state for state in phases.COLUMNS if state != Commitment.State.PROPOSED or request.user.is_authenticated]
    columns = []
    for state in states:
        of_state = list(rows.filter(state=state)[: A_COLUMN + 1])
        shown = words.rows(city, of_state[:A_COLUMN], request.user)
        cards = [(row, phases.steps_for(row.commitment, request.user)) for row in shown]
        columns.append((state, state.label, cards, len(of_state) > A_COLUMN))
    context = {"city": city, "columns": columns, **_may(request, city)}
    return render(request, "action/committing/board.html", context)


def _may(request: HttpRequest, city: City) -> dict[str, bool]:
    return {
        "may_commit": rules.has_perm(COMMIT, request.user, city),
        "may_keep": rules.has_perm(KEEP, request.user, city),
    }


@city_page(COMMIT)
@never_cache
def new(request: SignedIn, city: City) -> HttpResponse:
    """Propose a commitment, and for coordinators agree to it at once. The address may say what it is about."""
    thread, initial = _beginning(request, city)
    form = CommitmentForm(request.POST or None, city=city, user=request.user, initial=initial)
    keeps = rules.has_perm(KEEP, request.user, city)
    if request.method == "POST" and form.is_valid():
        write = domain.commit if keeps and "agree" in request.POST else domain.propose
        try:
            made = write(city=city, user=request.user, thread=thread, **form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            if made.state == Commitment.State.PROPOSED:
                messages.success(request, _("It is proposed. A coordinator of the city agrees to it, or says why not."))
            else:
                messages.success(request, _("It is agreed to."))
            return redirect(address_of(made))
    context = {"city": city, "form": form, "thread": thread, "may_keep": keeps}
    return render(request, "action/committing/form.html", context)


def _beginning(request: SignedIn, city: City) -> tuple[Thread | None, dict[str, Any]]:
    """What the address of the form says: the conversation it comes from, and what is filled in already."""
    asked = request.GET
    thread = thread_of(request, city, asked.get("thread", ""))
    initial = {"section": asked.get("section", ""), "figure_id": asked.get("figure", ""), "need": asked.get("need", "")}
    if thread:
        initial["title"] = thread.title
        if thread.subject_kind == "need" and not initial["need"]:
            initial["need"] = str(thread.subject)
    return thread, initial


def thread_of(request: HttpRequest, city: City, public_id: str) -> Thread | None:
    """A conversation of the city that the reader may read, by what an address says."""
    try:
        asked = UUID(public_id)
    except ValueError:
        return None
    thread: Thread | None = Thread.objects.of(city).for_user(request.user).filter(public_id=asked).first()
    return thread


@city_page(VIEW)
@never_cache
def commitment(request: HttpRequest, city: City, commitment: UUID) -> HttpResponse:
    """One commitment: how far it is, its steps, what it should move, where it came from, and what became of it."""
    one = found(request, city, commitment)
    works = phases.looks_after(request.user, one)
    form = MilestoneForm(request.POST or None, auto_id="step_%s")
    if request.method == "POST":
        if not works:
            raise PermissionDenied
        if form.is_valid() and _added(request, one, form):
            return redirect(f"{address_of(one)}#steps")
    (row,) = words.rows(city, [one], request.user)
    decided = one.decisions.filter(session__in=PlanningSession.objects.of(city).for_user(request.user))
    thread = one.thread
    if thread and not Thread.objects.for_user(request.user).filter(pk=thread.pk).exists():
        thread = None
    context = {
        "city": city,
        "commitment": one,
        "row": row,
        "need": _need_of(one),
        "comparison": comparison_of(one),
        "strategy": words.strategy_shown(city, one.strategy) if one.strategy else None,
        "milestones": list(one.milestones.all()),
        "history": words.history_of(one, request.user),
        "thread": thread,
        "thread_url": address_of_thread(thread) if thread else "",
        "decisions": list(decided.select_related("session")),
        "steps": phases.steps_for(one, request.user),
        "works": works,
        "may_change": may_change(request.user, one),
        "form": form if works else None,
        "is_without_owner": one.owner is None and one.was_owned,
        **_may(request, city),
    }
    return render(request, "action/committing/commitment.html", context)


def _added(request: Any, one: Commitment, form: MilestoneForm) -> bool:
    try:
        domain.add_milestone(commitment=one, user=request.user, **form.cleaned_data)
    except ValidationError as error:
        tell(form, error)
        return False
    messages.success(request, _("The step is added."))
    return True


def _need_of(one: Commitment) -> tuple[Need, str] | None:
    if one.need is None:
        return None
    one.need.city = one.city
    return one.need, title_of(one.city, one.need)


@city_page(COMMIT)
@never_cache
def change(request: SignedIn, city: City, commitment: UUID) -> HttpResponse:
    """Change what is said of a commitment."""
    one = found(request, city, commitment)
    if not may_change(request.user, one):
        raise PermissionDenied
    form = CommitmentForm(request.POST or None, city=city, user=request.user, commitment=one)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change(commitment=one, user=request.user, **form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(address_of(one))
    context = {"city": city, "form": form, "commitment": one}
    return render(request, "action/committing/form.html", context)


@city_page(COMMIT)
@never_cache
def step(request: SignedIn, city: City, commitment: UUID, step: str) -> HttpResponse:
    """Take a step, with the words that it takes."""
    one = found(request, city, commitment)
    taken = phases.BY_NAME.get(step)
    if taken is None:
        raise Http404
    if not phases.may_take(taken, one, request.user):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = StepForm(request.POST if is_sent else None, step=taken) if taken.asks else None
    if is_sent and (form is None or form.is_valid()):
        said = form.cleaned_data["words"] if form else ""
        try:
            domain.move(commitment=one, step=taken, user=request.user, words=said)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Saved."))
        return redirect(_back(request, one))
    context = {"city": city, "commitment": one, "step": taken, "form": form, "to_board": _to_board(request)}
    return render(request, "action/committing/step.html", context)


def _to_board(request: HttpRequest) -> bool:
    return "board" in (request.POST.get("back"), request.GET.get("back"))


def _back(request: HttpRequest, one: Commitment) -> str:
    return reverse("city:commitments-board", args=[one.city.slug]) if _to_board(request) else address_of(one)


@city_page(COMMIT)
@require_POST
def milestone(request: SignedIn, city: City, commitment: UUID, milestone: int) -> HttpResponse:
    """Say that a step on the way is done, or not, or remove it."""
    one = found(request, city, commitment)
    if not phases.looks_after(request.user, one):
        raise PermissionDenied
    row = get_object_or_404(Milestone.objects.select_related("commitment__city"), commitment=one, pk=milestone)
    if "remove" in request.POST:
        domain.remove_milestone(milestone=row, user=request.user)
        messages.success(request, _("The step is removed."))
    else:
        domain.check_milestone(milestone=row, user=request.user, is_done=request.POST.get("done") == "1")
        messages.success(request, _("Saved."))
    return redirect(f"{address_of(one)}#steps")
