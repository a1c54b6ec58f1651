"""What the team does: opening a self-examination and asking people, reading what they said, writing what it comes to."""

from typing import Any, cast

import rules
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.analysis.city import year_name
from allcity.declaration.framework import Section
from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.action import participants
from allcity.site.action.examining import asking, domain, queries, reviewing, seen, summary, telling, words
from allcity.site.action.examining.forms import (
    AskForm,
    EvidenceForm,
    LinkForm,
    ReviewForm,
    RolesForm,
    change_form,
    open_form,
)
from allcity.site.action.examining.views import EXAMINE, RUN, VIEW, found, may, years
from allcity.site.action.models import AnswerLink, SelfExamination
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page

STEPS = {
    "close": (domain.close_examination, lambda: _("It is closed. Answers are seen together from now on.")),
    "reopen": (domain.reopen_examination, lambda: _("It takes answers again.")),
    "publish": (domain.publish_examination, lambda: _("It is published. Everybody can read the summary.")),
    "unpublish": (domain.unpublish_examination, lambda: _("It is taken back. Only members of the city see it.")),
}


def refused(form: Form, error: ValidationError) -> None:
    """Put a refusal beside the fields that it is about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))


def section_or_404(city: City, section: str) -> Section:
    """A section of the city's framework. Raises Http404."""
    one = city.settings.framework.sections.get(section)
    if one is None:
        raise Http404
    return one


# --- Opening it, and asking people ---


@city_page(RUN)
@never_cache
def open_one(request: SignedIn, city: City) -> HttpResponse:
    """Open the self-examination of a school year."""
    free, this = years(city)
    form = open_form(request.POST if request.method == "POST" else None, free, this)
    if request.method == "POST" and form.is_valid():
        try:
            one = domain.open_examination(city=city, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("It is open. Now ask people to answer."))
            return redirect("city:self-examination-run", city.slug, one.year)
    return render(request, "action/examining/open.html", {"city": city, "form": form})


@city_page(RUN)
@never_cache
@require_safe
def run(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Asking people: who was asked, by which links, who was heard; and closing and publishing it."""
    return _run(request, found(request, city, year))


def _run(request: SignedIn, one: SelfExamination, **bound: Form) -> HttpResponse:
    city = one.city
    titles = participants.titles(city)
    rows = [(row, titles.get(row.participant, row.participant)) for row in queries.links(one)]
    heard = words.heard_lines(city, seen.heard(one))
    context = {
        "city": city,
        "examination": one,
        "year_name": year_name(one.year),
        "links": [row for row in rows if row[0].kind != AnswerLink.Kind.MAIL],
        "mailed": [row for row in rows if row[0].kind == AnswerLink.Kind.MAIL],
        "heard": heard,
        "not_heard": words.not_heard(heard),
        "handed_in": seen.handed_in(one),
        "waiting": sum(not asking.is_reminded(link) for link in asking.not_answered(one)),
        "forms": {
            "mail": AskForm(city=city),
            "roles": RolesForm(),
            "link": LinkForm(city=city, empty=_("whoever has it says so")),
        }
        | bound,
        "bad": next(iter(bound), ""),
    }
    return render(request, "action/examining/run.html", context)


@city_page(RUN)
@never_cache
def change(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Change its words, its day, and whether answers have names."""
    one = found(request, city, year)
    form = change_form(request.POST if request.method == "POST" else None, one)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change_examination(examination=one, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("Changed."))
            return redirect("city:self-examination-run", city.slug, year)
    context = {"city": city, "examination": one, "year_name": year_name(year), "form": form}
    return render(request, "action/examining/change.html", context)


@city_page(RUN)
@require_POST
def step(request: SignedIn, city: City, year: int, step: str) -> HttpResponse:
    """Close it, open it again, publish it, or take it back."""
    one = found(request, city, year)
    if step not in STEPS:
        raise Http404
    act, told = STEPS[step]
    try:
        act(examination=one)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, told())
    return redirect("city:self-examination-run", city.slug, year)


@city_page(RUN)
@never_cache
@require_POST
def ask(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Ask by mail, by role, or make a link."""
    one = found(request, city, year)
    if one.closed_at:
        messages.error(request, _("The self-examination is closed. Open it again, then ask."))
        return redirect("city:self-examination-run", city.slug, year)
    way = request.POST.get("way", "")
    forms: dict[str, Form] = {
        "mail": AskForm(request.POST, city=city),
        "roles": RolesForm(request.POST),
        "link": LinkForm(request.POST, city=city, empty=_("whoever has it says so")),
    }
    if way not in forms:
        return redirect("city:self-examination-run", city.slug, year)
    form = forms[way]
    if form.is_valid():
        try:
            if way == "link":
                made = asking.make_link(examination=one, user=request.user, **form.cleaned_data)
                messages.success(request, _("The link is made. Hand it around, or show its code."))
                return redirect("city:self-examination-link", city.slug, year, made.pk)
            messages.success(request, _asked(one, request, way, form.cleaned_data))
        except ValidationError as error:
            refused(form, error)
        else:
            return redirect("city:self-examination-run", city.slug, year)
    return _run(request, one, **{way: form})


def _asked(one: SelfExamination, request: SignedIn, way: str, said: dict[str, Any]) -> str:
    if way == "roles":
        number = asking.ask_roles(examination=one, user=request.user, **said)
        return ngettext("%(number)s person is told.", "%(number)s people are told.", number) % {"number": number}
    asked = asking.ask_by_mail(examination=one, user=request.user, **said)
    told = ngettext("%(number)s person is asked by mail.", "%(number)s people are asked by mail.", asked.now)
    told %= {"number": asked.now}
    if asked.before:
        before = ngettext("%(number)s was asked before.", "%(number)s were asked before.", asked.before)
        told = f"{told} {before % {'number': asked.before}}"
    return told


@city_page(RUN)
@require_POST
def remind(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Remind everybody who was asked by mail and has not answered; each of them once."""
    number = asking.remind_all(examination=found(request, city, year))
    told = ngettext("%(number)s person is reminded.", "%(number)s people are reminded.", number)
    messages.success(request, told % {"number": number})
    return redirect("city:self-examination-run", city.slug, year)


@city_page(RUN)
@never_cache
@require_safe
def link(request: SignedIn, city: City, year: int, link: int) -> HttpResponse:
    """A link to hand around, with its code, to show or to print."""
    one = found(request, city, year)
    row = get_object_or_404(one.links.exclude(kind=AnswerLink.Kind.MAIL), pk=link)
    context = {
        "city": city,
        "examination": one,
        "year_name": year_name(year),
        "link": row,
        "participant": participants.title(city, row.participant) if row.participant else "",
        "address": telling.address_of(row),
    }
    return render(request, "action/examining/link.html", context)


@city_page(RUN)
@require_POST
def end_link(request: SignedIn, city: City, year: int, link: int) -> HttpResponse:
    """Have nobody begin by a link any more."""
    one = found(request, city, year)
    asking.end_link(link=get_object_or_404(one.links, pk=link))
    messages.success(request, _("The link has ended. What was answered by it stays."))
    return redirect("city:self-examination-run", city.slug, year)


# --- Reading what people said, and writing what it comes to ---


@city_page(EXAMINE)
@never_cache
@require_safe
def answers(request: SignedIn, city: City, year: int) -> HttpResponse:
    """All answers together: who has not been heard, where people differ, and then section by section."""
    one = found(request, city, year)
    whole = summary.summary_of(one, is_public=False)
    questions = [(section, each) for section in whole.sections for each in section.questions if each.answers]
    context = {
        "city": city,
        "examination": one,
        "year_name": year_name(year),
        "summary": whole,
        "disputed": [pair for pair in questions if pair[1].answers and pair[1].answers.is_disputed],
        "may_be_seen": seen.may_be_seen(one),
        "handed_in": seen.handed_in(one),
    }
    return render(request, "action/examining/answers.html", context)


@city_page(VIEW)
@never_cache
def section(request: HttpRequest, city: City, year: int, section: str) -> HttpResponse:
    """One section, for the team: figures, answers, and what it writes. Others are led to what they may read of it."""
    one, here = found(request, city, year), section_or_404(city, section)
    if not rules.has_perm(EXAMINE, request.user, city):
        return redirect(f"{reverse('city:self-examination', args=[city.slug, year])}#section-{here.id}")
    return _section(request, one, here)


def _section(
    request: HttpRequest, one: SelfExamination, here: Section, *, evidence_form: EvidenceForm | None = None
) -> HttpResponse:
    city = one.city
    is_saved = request.method == "POST" and evidence_form is None
    form = ReviewForm(
        request.POST if is_saved else None,
        city=city,
        section=here,
        review=queries.reviews(one).get(here.id),
        judged=queries.judged(one),
    )
    if is_saved and form.is_valid():
        user = cast("User", request.user)  # only the team comes here
        try:
            reviewing.review_section(
                examination=one, section=here, user=user, questions=form.judged(), **form.of_section()
            )
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:self-examination-section", city.slug, one.year, here.id)
    shown = summary.section_of(one, here)
    rows = [
        (each, *(form[f"{each.question.id}-{part}"] for part in ("level", "words", "priority")), _said(city, each))
        for each in shown.questions
    ]
    context = {
        "city": city,
        "examination": one,
        "year_name": year_name(one.year),
        "shown": shown,
        "form": form,
        "rows": rows,
        "may_be_seen": seen.may_be_seen(one),
        "evidence_form": evidence_form or EvidenceForm(city=city),
        "others": [(each, words.title_of(each)) for each in words.sections_of(city)],
        **may(request, city),
    }
    return render(request, "action/examining/section.html", context)


def _said(city: City, shown: summary.QuestionShown) -> list[tuple[seen.Words, str]]:
    """What people wrote, with who they are in words."""
    titles = participants.titles(city)
    rows = shown.answers.words if shown.answers else ()
    return [(row, titles.get(row.participant, row.participant)) for row in rows]


@city_page(EXAMINE)
@never_cache
@require_POST
def add_evidence(request: SignedIn, city: City, year: int, section: str) -> HttpResponse:
    """Add a link, a document or a figure."""
    one, here = found(request, city, year), section_or_404(city, section)
    form = EvidenceForm(request.POST, request.FILES, city=city)
    if form.is_valid():
        try:
            reviewing.add_evidence(examination=one, section=here, user=request.user, **form.evidence())
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect("city:self-examination-section", city.slug, year, here.id)
    return _section(request, one, here, evidence_form=form)


@city_page(EXAMINE)
@require_POST
def remove_evidence(request: SignedIn, city: City, year: int, section: str, evidence: str) -> HttpResponse:
    """Take a piece of evidence off."""
    one = found(request, city, year)
    reviewing.remove_evidence(evidence=get_object_or_404(one.evidence.filter(section=section), public_id=evidence))
    messages.success(request, _("Taken off."))
    return redirect("city:self-examination-section", city.slug, year, section)
