"""The page on which the parties of a partnership look back on a school year together, and the same on paper."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.reports.pdf import render_pdf
from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.directory.rules import places_of
from allcity.site.partnerships.evaluating import domain, queries, story, telling, words
from allcity.site.partnerships.evaluating.forms import ViewForm
from allcity.site.partnerships.evaluating.story import Shown
from allcity.site.partnerships.models import Evaluation, Partnership
from allcity.site.partnerships.pages import partnership_page
from allcity.site.partnerships.parties import Party, parties_of
from allcity.site.partnerships.reviewing.queries import sees_screens

PERMISSION = "partnerships.take_part"
Decision = Evaluation.Decision
FOLLOWS = {
    Decision.RENEW: "agreement-new-version",
    Decision.CHANGE: "agreement-new-version",
    Decision.HAND_OVER: "hand_over",
    Decision.END: "end",
}
"""What a decision leads on to: a new version of the agreement, or a step of the partnership."""


@partnership_page(PERMISSION)
@never_cache
def evaluation(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """A school year of a partnership for its parties to read together, and to say what each makes of it and wishes next."""
    year = _year(request, partnership)
    if year is None:
        return render(request, "partnerships/evaluating/not_yet.html", {"city": city, "partnership": partnership})
    own = parties_of(partnership, request.user)
    found = queries.evaluation_of(partnership, year)
    forms: dict[UUID, ViewForm] = {}
    newer = None
    if request.method == "POST":
        said = _say(request, partnership, year, own, found)
        if isinstance(said, HttpResponse):
            return said
        party, forms[party.public_id], newer = said
    views = {voice.party.public_id: voice.view for voice in queries.voices(partnership, found, own)}
    is_open = not (found and found.decision)
    for party in own if is_open else ():
        if party.public_id not in forms:
            forms[party.public_id] = ViewForm(view=views.get(party.public_id), prefix=_prefix(party))
    context = {
        "city": city,
        "partnership": partnership,
        "year": year,
        "year_name": year_name(year),
        "years": [(each, year_name(each)) for each in queries.years_of(partnership)],
        "shown": _shown(request.user, partnership, year, found),
        "evaluation": found,
        "due_on": queries.due_on(partnership, year),
        "voices": queries.voices(partnership, found, own),
        "disagree": found is not None and len({view.stance for view in found.views.all() if view.stance}) > 1,
        "forms": [(party, forms[party.public_id]) for party in own if party.public_id in forms],
        "newer": newer,
        "follows": FOLLOWS.get(Decision(found.decision)) if found and found.decision else None,
    }
    status = 422 if newer or any(form.is_bound for form in forms.values()) else 200
    return render(request, "partnerships/evaluating/evaluation.html", context, status=status)


@partnership_page(PERMISSION)
@never_cache
@require_safe
def evaluation_pdf(request: SignedIn, _city: City, partnership: Partnership) -> HttpResponse:
    """The same as an accessible PDF in the language of the reader, in the same order."""
    year = _year(request, partnership)
    if year is None:
        raise Http404
    found = queries.evaluation_of(partnership, year)
    shown = _shown(request.user, partnership, year, found)
    together = story.together(queries.voices(partnership, found, ()), found)
    name = f"{slugify(partnership.name) or 'partnership'}-{year_name(year)}.pdf"
    return HttpResponse(
        render_pdf(story.report(partnership, shown, together=together)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _year(request: HttpRequest, partnership: Partnership) -> int | None:
    """The school year that the address names, or else the newest with figures; None before there is any. Raises Http404."""
    years = queries.years_of(partnership) if partnership.stage not in Partnership.HIDDEN else []
    asked = request.GET.get("year")
    if asked is None or not years:
        return queries.year_to_show(partnership) if years else None
    if not (asked.isascii() and asked.isdigit()) or int(asked) not in years:
        raise Http404
    return int(asked)


def _shown(user: User, partnership: Partnership, year: int, found: Evaluation | None) -> Shown:
    """What there is to read, or was on the day of the decision, as far as the person may see it."""
    if found and found.shown:
        shown = story.thaw(found.shown)
    else:
        own = places_of(user, partnership)
        shown = story.tell(
            partnership, year, own=[school for school in partnership.schools.all() if school.public_id in own]
        )
    conditions = words.hide_screens(
        shown.conditions,
        sees=sees_screens(user, partnership.city, year),
        answers=queries.answers_to_reviews(partnership.city, year),
    )
    return replace(shown, conditions=conditions)


def _say(
    request: SignedIn, partnership: Partnership, year: int, own: list[Party], found: Evaluation | None
) -> HttpResponse | tuple[Party, ViewForm, Any]:
    """Say what was typed for one of the person's parties; where that cannot be, its form as it was typed, and what is newer."""
    asked = request.POST.get("party") or (str(own[0].public_id) if len(own) == 1 else "")
    party = next((each for each in own if str(each.public_id) == asked), None)
    if party is None:
        raise PermissionDenied
    view = found.views.filter(place=party.public_id).first() if found else None
    form = ViewForm(request.POST, view=view, prefix=_prefix(party))
    newer = None
    if form.is_valid():
        try:
            said = domain.say_view(
                partnership=partnership, year=year, party=party, user=request.user, **form.cleaned_data
            )
        except domain.ViewConflictError as error:
            form.add_error(None, error.messages[0])
            newer = error.newer
            data = request.POST.copy()
            data[f"{_prefix(party)}-seen"] = domain.version_of(newer)
            form.data = data
        except ValidationError as error:
            form.add_error(None, error)
        else:
            evaluation = said.evaluation
            if evaluation.decision:
                messages.success(request, _("All wish the same: it is decided. What comes next stands above."))
            else:
                messages.success(request, _("Said. The others read it, and you can change it until all have said."))
            return redirect(telling.url_of(evaluation))
    return party, form, newer


def _prefix(party: Party) -> str:
    return party.public_id.hex[:8]
