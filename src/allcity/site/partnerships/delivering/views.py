"""Pages of sessions: what was held, logging it, plans, a spreadsheet of many, and the link of a reminder."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.directory.words import DAYS, contribution_title, listing
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.delivering import domain, gathering, links, queries, sheet, words
from allcity.site.partnerships.delivering.forms import (
    ChangeForm,
    FileForm,
    LogForm,
    PlanForm,
    PlannedForm,
    planned_forms,
    tell,
)
from allcity.site.partnerships.delivering.queries import Choices
from allcity.site.partnerships.models import Partnership, Schedule, Session
from allcity.site.partnerships.pages import partnership_page

TAKE_PART = "partnerships.take_part"
A_PAGE = 30


@partnership_page(TAKE_PART)
@never_cache
def sessions(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """What was held, as each side tells it, with the line on which a session is logged."""
    choices = Choices(partnership, domain.loggers(partnership, request.user))
    form = None
    if choices.logging:
        like = queries.last_told(partnership, choices.logging)
        form = LogForm(request.POST or None, choices=choices, like=like)
        if request.method == "POST" and form.is_valid() and _log(request, partnership, form):
            return redirect("city:partnership-sessions", city.slug, partnership.public_id)
    elif request.method == "POST":
        raise PermissionDenied
    return _page(request, city, partnership, choices, form)


def _page(
    request: SignedIn,
    city: City,
    partnership: Partnership,
    choices: Choices,
    form: LogForm | None,
    planned: list[PlannedForm] | None = None,
) -> HttpResponse:
    found = queries.sessions_of(partnership, request.user)
    said = found.exclude(state=Session.State.PLANNED)
    page = Paginator(said, A_PAGE).get_page(request.GET.get("page"))
    waiting = queries.to_confirm(partnership, choices.logging)
    seen = queries.of_schools(gathering.of_sessions(partnership), partnership, request.user, choices.logging)
    asked = Paginator(waiting, A_PAGE).get_page(request.GET.get("waiting"))
    deliveries = list(seen.select_related("organization", "school"))
    others = queries.of_schools(gathering.told_otherwise(partnership), partnership, request.user, choices.logging)
    own = {(domain.account_of(party), party.place) for party in choices.logging}
    context = {
        "city": city,
        "partnership": partnership,
        "form": form,
        "is_draft": partnership.stage in Partnership.HIDDEN,
        "asks_another": bool(form and form.errors and form.cleaned_data.get("is_twice")),
        "planned": planned or planned_forms(None, asked, asks_teacher=choices.asks_teacher),
        "asked": asked,
        "page": page,
        "rows": [_row(each, own, city) for each in page],
        "summed": words.summed(partnership, deliveries),
        "answers": words.answers(partnership, _needs(partnership, request.user, choices), deliveries),
        "others": words.summed(partnership, others.select_related("organization", "school")),
        "next": found.filter(state=Session.State.PLANNED, date__gte=today_in(city))
        .exclude(pk__in=[each.pk for each in waiting])
        .last(),
    }
    return render(request, "partnerships/delivering/sessions.html", context)


def _needs(partnership: Partnership, user: Any, choices: Choices) -> list[Any]:
    needs = partnership.needs.select_related("school", "district", "city").order_by("-year", "pk")
    if not queries.sees_all(partnership, user, choices.logging):
        own = {party.place for party in choices.logging}
        return [need for need in needs if need.school is None or need.school in own]
    return list(needs)


def _row(each: Session, own: set[tuple[str, Any]], city: City) -> dict[str, Any]:
    place = each.organization if each.account == "organization" else each.school
    return {
        "session": each,
        "how_much": words.how_much(each),
        "what": contribution_title(city, each.contribution),
        "who": words.who_told(each),
        "is_own": (each.account, place) in own,
    }


def _log(request: SignedIn, partnership: Partnership, form: LogForm) -> bool:
    """Log what the form says. What was typed stays where it cannot be, or may be there already."""
    try:
        outcome = domain.log_session(
            partnership=partnership, user=request.user, party=form.party_named(), entry=form.entry(),
            is_another=form.cleaned_data["another"],
        )  # fmt: skip
    except domain.TwiceError as error:
        form.cleaned_data["is_twice"] = True
        form.add_error("another", " ".join([*error.messages, words.how_much(error.there) + "."]))
        return False
    except ValidationError as error:
        _show(form, error)
        return False
    messages.success(request, _("Logged."))
    _tell_of_needs(request, partnership, outcome)
    return True


def _show(form: forms.Form, error: ValidationError) -> None:
    """Say on a form what is wrong."""
    tell(form, error.message_dict if hasattr(error, "error_dict") else {"": error.messages})


def _tell_of_needs(request: Any, partnership: Partnership, outcome: domain.Outcome) -> None:
    for need in outcome.begun:
        messages.info(
            request,
            _("%(need)s is being answered from now on: the need ledger says so.")
            % {"need": title_of(partnership.city, need)},
        )


@partnership_page(TAKE_PART)
@never_cache
def session(request: SignedIn, city: City, partnership: Partnership, session: UUID) -> HttpResponse:
    """Change a session that one's own side told of, or take it back."""
    found = get_object_or_404(queries.sessions_of(partnership, request.user), public_id=session)
    found.partnership = partnership
    choices = Choices(partnership, [domain.party_of(partnership, found, request.user)])
    if found.state != Session.State.HELD:
        raise Http404
    takes_back = "take_back" in request.POST
    form = ChangeForm(None if takes_back else request.POST or None, choices=choices, session=found)
    now: Session | None = None
    try:
        if takes_back:
            domain.take_back(session=found, user=request.user)
            messages.success(request, _("Taken back. The history of the partnership keeps what it said."))
            return redirect("city:partnership-sessions", city.slug, partnership.public_id)
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data["seen"]
            outcome = domain.change_session(session=found, user=request.user, entry=form.entry(), seen=seen)
            messages.success(request, _("Changed."))
            _tell_of_needs(request, partnership, outcome)
            return redirect("city:partnership-sessions", city.slug, partnership.public_id)
    except domain.ChangedError as error:
        now = error.now
        form.add_error(None, error)
        form.data = {**request.POST.dict(), "seen": now.told_at.isoformat()}
    except ValidationError as error:
        _show(form, error)
    context = {
        "city": city,
        "partnership": partnership,
        "session": found,
        "form": form,
        "now": now and words.how_much(now),
        "now_day": now and now.date,
    }
    return render(request, "partnerships/delivering/session.html", context)


# --- Plans


@partnership_page(TAKE_PART)
@require_POST
def planned(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Say of planned sessions that they took place, or that one was called off."""
    if called_off := request.POST.get("called_off"):
        try:
            number = domain.call_off(partnership=partnership, user=request.user, sessions=[UUID(called_off)])
        except (ValueError, ValidationError) as error:
            raise Http404 from error
        if number:
            messages.success(request, _("Called off. It counts nowhere."))
        return redirect("city:partnership-sessions", city.slug, partnership.public_id)
    choices = Choices(partnership, domain.loggers(partnership, request.user))
    if not choices.logging:
        raise PermissionDenied
    waiting = queries.to_confirm(partnership, choices.logging)
    shown = planned_forms(request.POST, waiting, asks_teacher=choices.asks_teacher)
    shown = [form for form in shown if form.add_prefix("hours") in request.POST]
    chosen = [form for form in shown if form.add_prefix("took_place") in request.POST]
    wrong = [form for form in chosen if not form.is_valid()]
    try:
        if not wrong:
            numbers = {form.session.public_id: form.numbers() for form in chosen}
            outcome = domain.confirm_planned(partnership=partnership, user=request.user, numbers=numbers)
            _tell_of_confirmed(request, partnership, outcome)
            return redirect("city:partnership-sessions", city.slug, partnership.public_id)
    except domain.SessionsError as error:
        for form in chosen:
            tell(form, error.faults.get(form.session.public_id, {}))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    like = queries.last_told(partnership, choices.logging)
    return _page(request, city, partnership, choices, LogForm(choices=choices, like=like), shown)


def _tell_of_confirmed(request: Any, partnership: Partnership, outcome: domain.Outcome) -> None:
    number = len(outcome.sessions)
    if number:
        text = ngettext("%(number)s session counts now.", "%(number)s sessions count now.", number)
        messages.success(request, text % {"number": number})
    else:
        messages.info(request, _("Nothing was chosen, or somebody has said it already."))
    _tell_of_needs(request, partnership, outcome)


@partnership_page(TAKE_PART)
@never_cache
def plan(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Plan sessions on days of the week, and see what is planned."""
    choices = Choices(partnership, domain.loggers(partnership, request.user))
    form = None
    if choices.logging:
        form = PlanForm(request.POST or None, choices=choices, like=queries.last_told(partnership, choices.logging))
        if request.method == "POST" and form.is_valid():
            try:
                domain.plan(
                    partnership=partnership,
                    user=request.user,
                    party=form.party_named(),
                    entry=form.entry(),
                    days=form.cleaned_data["days"],
                    last_day=form.cleaned_data["last_day"],
                    every_weeks=form.cleaned_data["every_weeks"],
                )
            except ValidationError as error:
                _show(form, error)
            else:
                messages.success(request, _("Planned. Once a week you are asked which took place."))
                return redirect("city:partnership-sessions", city.slug, partnership.public_id)
    elif request.method == "POST":
        raise PermissionDenied
    own = {(domain.account_of(party), party.place) for party in choices.logging}
    page = Paginator(queries.schedules_of(partnership, request.user), A_PAGE).get_page(request.GET.get("page"))
    plans = [
        {
            "plan": each,
            "days": listing(str(DAYS[day]) for day in each.days if day in DAYS),
            "what": contribution_title(city, each.contribution),
            "hours": words.hours(each.hours),
            "is_own": (each.account, each.organization if each.account == "organization" else each.school) in own,
        }
        for each in page
    ]
    context = {"city": city, "partnership": partnership, "form": form, "plans": plans, "page": page}
    return render(request, "partnerships/delivering/plan.html", context)


@partnership_page(TAKE_PART)
@require_POST
def end_plan(request: SignedIn, city: City, partnership: Partnership, pk: int) -> HttpResponse:
    """Take what is still to come off a plan."""
    found: Schedule = get_object_or_404(queries.schedules_of(partnership, request.user), pk=pk)
    number = domain.end_plan(schedule=found, user=request.user)
    text = ngettext("%(number)s session is planned no more.", "%(number)s sessions are planned no more.", number)
    messages.success(request, text % {"number": number})
    return redirect("city:partnership-plan", city.slug, partnership.public_id)


@never_cache
def planned_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the person of a link had planned, with one button; pressed, it took place as planned.

    Looking changes nothing, since mail programs look at links by themselves. The link is refused where its person speaks for
    no party of the partnership any more, and says of what was confirmed before that it is.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    found = links.read_token(token)
    logging = domain.loggers(found[0], found[1]) if found else []
    if found is None or not logging:
        return render(request, "partnerships/delivering/link_gone.html", status=410)
    partnership, user, until = found
    waiting = queries.to_confirm(partnership, logging, until=until)
    problem = ""
    outcome = None
    if request.method == "POST" and waiting and request.POST.get("seen") != links.seen(waiting):
        problem = _("This has changed meanwhile. Look again, and press once more.")
    elif request.method == "POST":
        try:
            numbers: dict[UUID, dict[str, Any]] = {each.public_id: {} for each in waiting}
            outcome = domain.confirm_planned(partnership=partnership, user=user, numbers=numbers)
        except domain.SessionsError as error:
            problem = " ".join(dict.fromkeys(text for faults in error.faults.values() for text in faults.values()))
        except ValidationError as error:
            problem = " ".join(error.messages)
    context = {
        "city": partnership.city,
        "partnership": partnership,
        "done": outcome is not None,
        "number": len(outcome.sessions) if outcome else 0,
        "problem": problem,
        "seen": links.seen(waiting),
        "rows": [_row(each, set(), partnership.city) for each in waiting],
    }
    return render(request, "partnerships/delivering/by_link.html", context)


planned_by_link.permission = "by signed link"  # type: ignore[attr-defined] # the reference reads it there


# --- Spreadsheets


@partnership_page(TAKE_PART)
@never_cache
def file(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Log many sessions by a spreadsheet: it is looked through first, and written on a second press."""
    choices = Choices(partnership, domain.loggers(partnership, request.user))
    if not choices.logging:
        raise PermissionDenied
    context: dict[str, Any] = {"city": city, "partnership": partnership}
    if request.method == "POST" and "packed" in request.POST:
        if done := _bring(request, city, partnership, choices):
            return done
        form = FileForm(choices=choices)
    else:
        form = FileForm(request.POST or None, request.FILES or None, choices=choices)
        if request.method == "POST" and form.is_valid():
            party = form.party_named()
            try:
                read = sheet.read(form.cleaned_data["file"], Choices(partnership, [party]), partnership, party)
            except sheet.SheetError as error:
                form.add_error("file", str(error))
            else:
                context |= {"read": read, "party": party}
                context["packed"] = sheet.packed(read, partnership, party) if read.is_good else ""
    context |= {
        "form": form,
        "columns": sheet.table_of(choices).columns,
        "batches": queries.batches(partnership, choices.logging),
        "asks_contribution": choices.contributions if len(choices.contributions) > 1 else [],
    }
    return render(request, "partnerships/delivering/file.html", context)


def _bring(request: SignedIn, city: City, partnership: Partnership, choices: Choices) -> HttpResponse | None:
    try:
        key, entries = sheet.unpacked(request.POST["packed"], choices, partnership)
        party = next((party for party in choices.logging if str(party.public_id) == key), None)
        if party is None:
            raise PermissionDenied
        outcome = domain.bring(partnership=partnership, user=request.user, party=party, entries=entries)
    except sheet.SheetError as error:
        messages.error(request, str(error))
        return None
    except domain.SessionsError:
        messages.error(request, _("The records have changed since the file was looked through. Send it again."))
        return None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    _tell_of_confirmed(request, partnership, outcome)
    return redirect("city:partnership-sessions", city.slug, partnership.public_id)


@partnership_page(TAKE_PART)
@require_POST
def undo_file(request: SignedIn, city: City, partnership: Partnership, event: int) -> HttpResponse:
    """Take back what a spreadsheet brought."""
    logging = domain.loggers(partnership, request.user)
    found = next((each for each in queries.batches(partnership, logging) if each.pk == event), None)
    if found is None:
        raise Http404
    number = domain.undo_bring(event=found, user=request.user)
    text = ngettext("%(number)s session is taken back.", "%(number)s sessions are taken back.", number)
    messages.success(request, text % {"number": number})
    return redirect("city:partnership-sessions-file", city.slug, partnership.public_id)


@partnership_page(TAKE_PART)
@require_safe
def download(request: SignedIn, city: City, partnership: Partnership, name: str, kind: str) -> HttpResponse:  # noqa: ARG001 - as every page of a city
    """A spreadsheet with the columns of sessions: empty, or with those that one's own side told of."""
    choices = Choices(partnership, domain.loggers(partnership, request.user))
    if name not in ("template", "sessions") or kind not in sheet.KINDS:
        raise Http404
    if not choices.logging:
        raise PermissionDenied
    held = queries.sessions_of(partnership, request.user).filter(
        queries.of_parties(choices.logging), state=Session.State.HELD
    )
    content = sheet.written(choices, held.reverse() if name == "sessions" else (), kind)
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    answer = HttpResponse(content, content_type=kinds[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
