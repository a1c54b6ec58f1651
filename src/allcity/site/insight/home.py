"""Pages that are of no city: the national home, what the Declaration asks, and what search engines are told."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from allcity.declaration import load_framework
from allcity.declaration.framework import Framework, Indicator, Section
from allcity.site.directory.words import catalogue
from allcity.site.insight.glance import nation
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.resources.queries import resources_for
from allcity.site.publishing.resources.words import in_words
from allcity.site.publishing.spotlights import queries as spotlights
from allcity.site.publishing.stories import queries as stories
from allcity.site.publishing.stories.feeds import path_of

DECLARATION = "https://www.declaration.yale.edu/declaration"
CITIES_ON_A_PAGE = 24
LONGEST_SEARCH = 100
SHOWN = 4
"""How many stories and resources the page of a section shows before it leads to all of them."""

OFFERS: dict[str, str | Promise] = {
    "access": _(
        "For every school, area and group: how many students have music in school, a program in reach that fits them, "
        "and a place in it. What is not known makes a range."
    ),
    "dignity": _(
        "Fees, languages and accommodations of every program, and how many students are left with a choice when they "
        "matter. Families find a program by them."
    ),
    "active_life": _(
        "A program finder for families, by instrument, age, time and place; and questions that ask students themselves."
    ),
    "inequities": _(
        "The gaps between areas and groups, how evenly places are spread, and a list of what is not known yet. "
        "Groups too small to be shown stay hidden."
    ),
    "ecosystem": _(
        "A directory and a map of everybody who takes part, kept true by those who are in it, and who is alone."
    ),
    "school_music": _(
        "What each school has of its own: certified teachers, minutes a week, ensembles, and how many found no place, "
        "held against targets that the city chooses."
    ),
    "partnerships": _(
        "One chain from a school's need to an offer, an agreement and what was delivered, told by both sides. "
        "What is owed by the district is never asked of partners."
    ),
    "educators": _(
        "The professional development that partners give, and needs of teachers among the needs of schools."
    ),
    "action": _("Each year's figures stay as they were published, so that a city sees whether what it did moved them."),
}
"""What the platform offers for each section of the framework."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Allcity is, its three questions, every public city, and what those that share their totals count together."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = nation(catalogue().language)
    cities = found.found(words)
    context = {
        "words": words,
        "nation": found,
        "number": len(cities),
        "page": Paginator(cities, CITIES_ON_A_PAGE).get_page(request.GET.get("page")),
        "declaration": DECLARATION,
        "spotlights": spotlights.newest()[:SHOWN],
        "news": editorial.news(None)[:SHOWN],
        "articles": editorial.articles(None),
    }
    return render(request, "insight/home.html", context)


@require_safe
def declaration(request: HttpRequest) -> HttpResponse:
    """What each section of the Declaration asks, in our own words, and what there is here for it."""
    sections = [_section(id_, section) for id_, section in load_framework().sections.items()]
    return render(request, "insight/home_declaration.html", {"sections": sections, "declaration": DECLARATION})


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """A section of the Declaration: what it asks, how it is measured, what people tell of it, and a way to act."""
    framework = load_framework()
    found = framework.sections.get(section)
    if found is None:
        raise Http404
    named = {id_: None for question in found.questions.values() for id_ in question.indicators}
    stories_found = stories.published(asked=stories.Asked(section=section))
    ids = list(framework.sections)
    number = ids.index(section)
    context = {
        **_section(section, found),
        "indicators": [_indicator(framework.indicators[id_]) for id_ in named],
        "stories": [{"story": story, "url": path_of(story)} for story in stories_found[:SHOWN]],
        "stories_number": stories_found.count(),
        "spotlights": spotlights.search(spotlights.Asked(section=section))[:SHOWN],
        "resources": [in_words(row) for row in resources_for(section=section, most=SHOWN)],
        "before": _named(framework, ids[number - 1]) if number else None,
        "after": _named(framework, ids[number + 1]) if number + 1 < len(ids) else None,
    }
    return render(request, "insight/home_section.html", context)


def _section(id_: str, section: Section) -> dict[str, object]:
    language = catalogue().language
    return {
        "id": id_,
        "number": section.number,
        "title": section.title.in_language(language),
        "summary": section.summary.in_language(language),
        "url": section.url,
        "offer": OFFERS.get(id_, ""),
        "questions": [question.text.in_language(language) for question in section.questions.values()],
    }


def _indicator(indicator: Indicator) -> dict[str, object]:
    language = catalogue().language
    return {
        "title": indicator.title.in_language(language),
        "source": indicator.source.in_language(language),
        "asked": indicator.asked,
    }


def _named(framework: Framework, id_: str) -> dict[str, str]:
    return {"id": id_, "title": framework.sections[id_].title.in_language(catalogue().language)}
