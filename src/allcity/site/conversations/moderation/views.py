"""Pages of moderation: to report, to decide, to answer."""

from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from rules import has_perm

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.forms import AnswerForm, DecisionForm, EscalationForm, ReportForm
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain, queries
from allcity.site.conversations.moderation.reasons import language_of
from allcity.site.conversations.moderation.registry import kinds
from allcity.site.notices.work import work_of

A_PAGE = 30
MODERATE = "conversations.moderate"


@city_page("cities.view_city")
@never_cache
def report(request: HttpRequest, city: City, kind: str, subject: UUID) -> HttpResponseBase:
    """Ask the city's coordinators to look at what somebody wrote. One need not sign in for what everybody can read."""
    found = queries.readable(city, request.user, kind=kind, subject=subject)
    if found is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reporter = request.user if request.user.is_authenticated else None
        try:
            case = domain.report(city=city, kind=kind, contribution=found, reporter=reporter, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Thank you. The city's coordinators look at it."))
            if has_perm(MODERATE, request.user, city):
                return redirect("city:moderation-case", city.slug, case.public_id)
            return redirect(found.url)
    return render(request, "conversations/report.html", {"city": city, "found": found, "form": form})


@city_page(MODERATE)
@never_cache
@require_safe
def queue(request: SignedIn, city: City) -> HttpResponse:
    """What people wrote that waits for a decision, and what was decided."""
    states = {Case.State.KEPT, Case.State.TAKEN_DOWN, Case.State.TAKEN_BACK, queries.ESCALATED}
    state = request.GET.get("show", "")
    state = state if state in states else Case.State.WAITING
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in kinds() else ""
    cases = queries.cases_of(city, request.user, state=state, kind=kind)
    page = Paginator(cases, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "page": page,
        "cases": queries.looked_at(city, page.object_list),
        "state": state,
        "kinds": kinds().values(),
        "kind": kind,
        "also": [item for item in work_of(request.user, city=city) if item.is_to_decide],
    }
    return render(request, "conversations/queue.html", context)


@city_page(MODERATE)
@never_cache
def case(request: SignedIn, city: City, case: UUID) -> HttpResponse:
    """Look at what somebody wrote, why it is here and what was decided before, and decide."""
    found = get_object_or_404(queries.cases_of(city, request.user).select_related("city", "author"), public_id=case)
    (looked,) = queries.looked_at(city, [found])
    if looked.contribution and looked.contribution.review:
        return redirect(looked.contribution.review)
    form = DecisionForm(request.POST or None, reasons=looked.kind.usual_reasons())
    seen = sha256(looked.contribution.text.encode()).hexdigest() if looked.contribution else ""
    if request.method == "POST" and request.POST.get("seen") != seen:
        messages.error(request, _("Its author has changed it meanwhile. Read it again before you decide."))
    elif request.method == "POST" and form.is_valid():
        decide = domain.take_down if "take-down" in request.POST else domain.keep
        try:
            language = language_of(found.author, looked.contribution.language if looked.contribution else "")
            decide(case=found, decided_by=request.user, reason=form.why(language))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Decided. Whoever has to know is told."))
            return redirect("city:moderation", city.slug)
    context = {
        "city": city,
        "looked": looked,
        "form": form,
        "seen": seen,
        "reports": found.reports.select_related("reporter"),
        "decisions": found.decisions.select_related("decided_by"),
        "waiting": found.state == Case.State.WAITING,
        "is_own": found.author_id == request.user.pk,
        "others": queries.looked_at(city, queries.others_of(found)),
        "escalation": EscalationForm(),
        "may_open": looked.kind.may_read(request.user, city, found.subject),
    }
    return render(request, "conversations/case.html", context)


@city_page(MODERATE)
@never_cache
@require_POST
def escalate(request: SignedIn, city: City, case: UUID) -> HttpResponse:
    """Ask the staff of the site to look at what is hard to decide."""
    found = get_object_or_404(queries.cases_of(city, request.user).select_related("city"), public_id=case)
    form = EscalationForm(request.POST)
    try:
        domain.escalate(case=found, why=form.cleaned_data["why"] if form.is_valid() else "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("city:moderation-case", city.slug, found.public_id)
    messages.success(request, _("The staff of the site are told. It waits until they or you decide."))
    return redirect("city:moderation", city.slug)


@city_page("cities.view_city")
@never_cache
def answer(request: HttpRequest, city: City, case: UUID) -> HttpResponseBase:
    """Read why what one wrote was taken down, and answer once."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = get_object_or_404(queries.cases_by(request.user, city), public_id=case)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.answer(case=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The coordinators have your answer. You are told what they decide."))
            return redirect("city:moderation-answer", city.slug, found.public_id)
    (looked,) = queries.looked_at(city, [found])
    may_answer = found.state == Case.State.TAKEN_DOWN and not found.answer
    context = {"city": city, "looked": looked, "form": form, "may_answer": may_answer}
    return render(request, "conversations/answer.html", {**context, "decision": found.decisions.last()})
