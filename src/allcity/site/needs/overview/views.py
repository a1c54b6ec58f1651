"""Pages on which a coordinator sees how the city stands with its needs, and writes to those whose word would help."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.words import contribution_title, listing
from allcity.site.needs.ledger.words import who_asks
from allcity.site.needs.matching.words import amount_of, asked_for
from allcity.site.needs.models import Proposal, Unmatched
from allcity.site.needs.overview import domain, files, queries, words
from allcity.site.needs.overview.queries import Standing
from allcity.site.needs.proposals.queries import reasons_of_no
from allcity.site.needs.survey.queries import progress, tallies

COORDINATE = "needs.coordinate"
SHOWN, COSTS_SHOWN = 10, 3
"""How many rows a list of the overview shows, and how many ranges of a school."""
A_PAGE = 50


@city_page(COORDINATE)
@never_cache
@require_safe
def overview(request: HttpRequest, city: City) -> HttpResponse:
    """How the city's newest year stands: answers as they come in, whom to ask first, what nobody answers and why."""
    standing = queries.standing_of(city)
    survey, to_ask = standing.survey, queries.to_ask(standing)
    idle = queries.idle(standing)
    context = {
        "city": city,
        "standing": standing,
        "year": year_name(standing.year) if standing.year else "",
        "progress": progress(survey) if survey else None,
        "tallies": tallies(survey) if survey else (),
        "to_ask": [(each.school, [words.cost(row) for row in each.missing[:COSTS_SHOWN]]) for each in to_ask[:SHOWN]],
        "to_ask_in_all": len(to_ask),
        "reasons": [
            (Unmatched.Reason(reason).label, stated, derived)
            for reason, stated, derived in queries.unanswered_by_reason(standing)
        ],
        "unanswered": [
            (row, who_asks(row.need), asked_for(city, row.need), amount_of(row.need, shown=True))
            for row in queries.unanswered(standing).exclude(need=None)[:SHOWN]
            if row.need
        ],
        "idle": idle[:SHOWN],
        "idle_in_all": idle.count(),
        "no": _reasons_of_no(standing),
    }
    return render(request, "needs/overview/overview.html", context)


def _reasons_of_no(standing: Standing) -> list[tuple[str, int, str]]:
    """Each reason for which offers came to nothing, how often, and for what; the most frequent first."""
    found = reasons_of_no(standing.city, standing.year)
    totals: Counter[str] = Counter()
    for (_contribution, reason), number in found.items():
        totals[reason] += number
    return [
        (
            str(Proposal.Reason(reason).label),
            number,
            listing(_title(standing.city, each) for each, why in found if why == reason),
        )
        for reason, number in totals.most_common()
    ]


def _title(city: City, contribution: str) -> str:
    return contribution_title(city, contribution) if contribution else asked_for(city, None)


@city_page(COORDINATE)
@never_cache
@require_safe
def calls(request: HttpRequest, city: City) -> HttpResponse:
    """Whom to call, in the order in which it helps most, with the mail that could be sent instead."""
    standing = queries.standing_of(city)
    page = Paginator(queries.calls(standing), A_PAGE).get_page(request.GET.get("page"))
    rows: list[dict[str, Any]] = [
        {
            "call": call,
            "why": words.why(call),
            "mail": domain.planned(standing, call),
            "is_resting": domain.is_resting(call),
            "address": words.mail_address(standing, call),
        }
        for call in page
    ]
    who = [("who", row["call"].place.public_id) for row in rows if row["mail"] and not row["is_resting"]]
    context = {"city": city, "page": page, "rows": rows, "everybody": urlencode(who)}
    return render(request, "needs/overview/calls.html", context)


@city_page(COORDINATE)
@never_cache
def letter(request: SignedIn, city: City) -> HttpResponse:
    """Show what those who were chosen from the list would be written, and then send it."""
    standing = queries.standing_of(city)
    chosen = set((request.POST if request.method == "POST" else request.GET).getlist("who"))
    picked = [call for call in queries.calls(standing) if str(call.place.public_id) in chosen]
    if request.method == "POST":
        _tell(request, domain.write_to(standing=standing, calls=picked))
        return redirect("city:needs-calls", city.slug)
    mails = [(call, domain.planned(standing, call)) for call in picked]
    context = {
        "city": city,
        "mails": [mail for call, mail in mails if mail and not domain.is_resting(call)],
        "resting": [call for call, mail in mails if mail and domain.is_resting(call)],
        "without": [call for call, mail in mails if not mail],
    }
    return render(request, "needs/overview/letter.html", context)


def _tell(request: HttpRequest, written: domain.Written) -> None:
    if written.places:
        text = ngettext(
            "Written to the people of %(number)s place.", "Written to the people of %(number)s places.", written.places
        )
        messages.success(request, text % {"number": written.places})
    if written.resting:
        text = ngettext(
            "%(number)s had a mail within the last three days.",
            "%(number)s had a mail within the last three days.",
            written.resting,
        )
        messages.info(request, text % {"number": written.resting})
    if not written.places and not written.resting:
        messages.info(request, _("Nobody was chosen who can be written to."))


@city_page(COORDINATE)
@never_cache
@require_safe
def as_file(_request: HttpRequest, city: City, name: str) -> HttpResponse:
    """The list to call, or what each missing answer costs, as CSV."""
    standing = queries.standing_of(city)
    if name == "calls":
        content = files.calls_file(queries.calls(standing))
    elif name == "answers":
        content = files.costs_file(queries.to_ask(standing))
    else:
        raise Http404
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{city.slug}-{name}.csv"'
    return response
