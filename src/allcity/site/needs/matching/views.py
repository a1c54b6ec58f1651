"""Pages on which either side sees what it could do with the other."""

from collections.abc import Iterable, Sequence
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.cities.models import City, Kept
from allcity.site.cities.pages import city_page
from allcity.site.directory.models import Organization, School
from allcity.site.directory.words import language_name
from allcity.site.needs.matching import queries, words
from allcity.site.needs.matching.forms import MatchFilter
from allcity.site.needs.models import Match
from allcity.site.needs.proposals.queries import speaks_for

A_PAGE = 20
DISTANCES = (10, 20, 30)
PLACES = "places"
"""In the address, what is asked for by a need that follows from figures."""


def _of(request: HttpRequest, city: City, model: type[Kept], slug: str) -> Any:
    """A current record that the person looks after. Raises Http404, or PermissionDenied for those who may not."""
    record = get_object_or_404(model._default_manager.of(city).current(), slug=slug)
    record.city = city
    if not rules.has_perm("needs.see_matches", request.user, record):
        raise PermissionDenied
    return record


@require_safe
@city_page("directory.look_after")
def needs_for(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """The needs that an organization could answer, ranked, each with why."""
    organization: Organization = _of(request, city, Organization, slug)
    found = queries.needs_for(organization)
    areas = queries.areas_of(city, found)
    chosen = MatchFilter(request.GET, choices=_choices(city, found, areas.values()))
    shown = [match for match in found if _is_chosen(match, chosen, areas)]
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    year = queries.matched_year(city)
    context = {
        "city": city,
        "record": organization,
        "year": year_name(year) if year else "",
        "filter": chosen,
        "total": len(found),
        "may_propose": speaks_for(organization, request.user, city),
        "page": page,
        "rows": [words.for_organization(city, match) for match in page],
    }
    return render(request, "needs/matching/needs.html", context)


@require_safe
@city_page("directory.look_after")
def offers_for(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """The programs that could answer a school's needs, by need, each with why; and why nobody can."""
    school: School = _of(request, city, School, slug)
    year = queries.matched_year(city)
    context = {
        "city": city,
        "record": school,
        "year": year_name(year) if year else "",
        "may_propose": speaks_for(school, request.user, city),
        "needs": [
            {
                "title": words.asked_for(city, answers.need),
                # Those who look after the school read its own numbers.
                "amount": words.amount_of(answers.need, shown=True) if answers.need else "",
                "rows": [words.for_school(city, match) for match in answers.matches],
                "nobody": words.nobody(answers.unmatched) if answers.unmatched else None,
            }
            for answers in queries.offers_for(school)
        ],
    }
    return render(request, "needs/matching/offers.html", context)


def _contribution_of(match: Match) -> str:
    return match.need.contribution if match.need else PLACES


def _choices(
    city: City, found: Sequence[Match], areas: Iterable[tuple[str, str]]
) -> dict[str, Sequence[tuple[str, Any]]]:
    """What can be chosen among some matches; nothing where there is no choice."""
    asked = {_contribution_of(match): words.asked_for(city, match.need) for match in found}
    languages = {code: language_name(code) for match in found if match.need for code in match.need.languages}
    limit = city.settings.framework.targets.reach_minutes.value
    distances = [(str(minutes), words.within(minutes)) for minutes in DISTANCES if minutes < limit]
    return {
        "contribution": sorted(asked.items(), key=lambda item: item[1]) if len(asked) > 1 else [],
        "area": sorted(set(areas), key=lambda area: area[1]),
        "minutes": distances if found else [],
        "language": sorted(languages.items(), key=lambda item: item[1]),
    }


def _is_chosen(match: Match, chosen: MatchFilter, areas: dict[int, tuple[str, str]]) -> bool:
    contribution, area, minutes, language = map(chosen.value, ("contribution", "area", "minutes", "language"))
    way = match.reasons["minutes"]
    return (
        contribution in ("", _contribution_of(match))
        and area in ("", areas.get(match.school_id or 0, ("",))[0])
        and (not minutes or (way is not None and way <= int(minutes)))
        and (not language or (match.need is not None and language in match.need.languages))
    )
