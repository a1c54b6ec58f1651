"""Writing an agreement, part by part and goal by goal."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.partnerships.agreeing import domain, queries, words
from allcity.site.partnerships.agreeing.document import goals_of
from allcity.site.partnerships.agreeing.forms import PART_FORMS, GoalForm, tell_in
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.models import Agreement, Goal, Partnership
from allcity.site.partnerships.pages import partnership_page

AGREE = "partnerships.agree"


@partnership_page(AGREE)
@never_cache
def part(request: SignedIn, city: City, partnership: Partnership, name: str) -> HttpResponse:
    """Write one part of the agreement."""
    if name not in PART_FORMS or (name == "about" and partnership.stage != Partnership.Stage.DRAFT):
        raise Http404
    agreement = _draft(request, partnership)
    if agreement is None:
        return redirect(url_of(partnership, "partnership-agreement"))
    form: Any = PART_FORMS[name](request.POST or None, agreement=agreement)
    theirs: list[tuple[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            domain.write_part(
                partnership=partnership,
                part=name,
                values=form.values(),
                user=request.user,
                seen=form.cleaned_data["seen"],
            )
        except domain.PartConflictError as error:
            theirs = _theirs(form, form.shown(error.now))
            form.data = form.data.copy()
            form.data["seen"] = domain.seen_of(error.now)
            form.add_error(None, error)
        except ValidationError as error:
            tell_in(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_after(request, partnership, name))
    context = {
        "city": city,
        "partnership": partnership,
        "title": words.PARTS[name][0],
        "form": form,
        "theirs": theirs,
        "next": _next(partnership, name),
    }
    return render(request, "partnerships/agreeing/part.html", context)


def _draft(request: SignedIn, partnership: Partnership) -> Agreement | None:
    """The version that is being written; None, and it is said, where that has gone on."""
    found = queries.open_version(partnership)
    if found is None or found.state != Agreement.State.DRAFT:
        messages.info(request, _("This has gone on meanwhile. Look at the agreement as it stands now."))
        return None
    found.partnership = partnership
    return found


def _theirs(form: forms.Form, now: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What stands now where somebody wrote otherwise: what it is about, and the words."""
    rows = []
    for name, value in now.items():
        field: Any = form.fields.get(name)
        if field is None or form.cleaned_data.get(name) == value:
            continue
        names = {str(code): str(label) for code, label in getattr(field, "choices", ())}
        listed = value if isinstance(value, list) else [value]
        shown = [names.get(str(each), str(each)) for each in listed if each not in (None, "")]
        rows.append((str(field.label), ", ".join(shown) or _("nothing")))
    return rows


def _names(partnership: Partnership) -> list[str]:
    is_draft = partnership.stage == Partnership.Stage.DRAFT
    return [name for name in words.PARTS if name != "about" or is_draft]


def _next(partnership: Partnership, name: str) -> str:
    """The title of the part that follows, empty after the last."""
    names = _names(partnership)
    following = names[names.index(name) + 1 :]
    return str(words.PARTS[following[0]][0]) if following else ""


def _after(request: SignedIn, partnership: Partnership, name: str) -> str:
    """Where one goes once a part is saved: to the next where that was asked for."""
    names = _names(partnership)
    following = names[names.index(name) + 1 :]
    url = url_of(partnership, "partnership-agreement")
    if "next" not in request.POST or not following:
        return f"{url}#part-{name}"
    return f"{url}goals/" if following[0] == "goals" else f"{url}write/{following[0]}/"


@partnership_page(AGREE)
@never_cache
def add_goal(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Add a goal to the agreement that is being written."""
    agreement = _draft(request, partnership)
    if agreement is None:
        return redirect(url_of(partnership, "partnership-agreement"))
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_goal(partnership=partnership, user=request.user, **form.values())
        except ValidationError as error:
            tell_in(form, error)
        else:
            messages.success(request, _("Saved."))
            again = "another" in request.POST
            return redirect(request.path if again else f"{url_of(partnership, 'partnership-agreement')}#part-goals")
    context = {
        "city": city,
        "partnership": partnership,
        "form": form,
        "goals": [words.goal(domain.said_of(goal)) for goal in goals_of(agreement)],
        "next": _next(partnership, "goals"),
    }
    return render(request, "partnerships/agreeing/goal.html", context)


@partnership_page(AGREE)
@never_cache
def change_goal(request: SignedIn, city: City, partnership: Partnership, goal: UUID) -> HttpResponse:
    """Change a goal of the agreement that is being written, or take it out."""
    found = get_object_or_404(Goal, partnership=partnership, public_id=goal)
    if _draft(request, partnership) is None:
        return redirect(url_of(partnership, "partnership-agreement"))
    now = domain.said_of(found)
    form: Any = GoalForm(request.POST or None, now=now)
    back = f"{url_of(partnership, 'partnership-agreement')}#part-goals"
    theirs = ""
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                domain.drop_goal(goal=found, user=request.user)
                messages.success(request, _("Taken out."))
                return redirect(back)
            if form.is_valid():
                said = form.values()
                domain.change_goal(
                    goal=found,
                    user=request.user,
                    text=said["goal"],
                    goal_type=said["goal_type"],
                    standard=said["standard"],
                    seen=form.cleaned_data["seen"],
                )
                messages.success(request, _("Saved."))
                return redirect(back)
        except domain.PartConflictError as error:
            theirs = words.goal(dict(error.now))
            form.data = form.data.copy()
            form.data["seen"] = domain.seen_of(error.now)
            form.add_error(None, error)
        except ValidationError as error:
            form.is_valid()
            tell_in(form, error)
    context = {
        "city": city,
        "partnership": partnership,
        "form": form,
        "goal": found,
        "theirs": theirs,
        "was_agreed": found.agreed_on is not None,
    }
    return render(request, "partnerships/agreeing/goal.html", context)
