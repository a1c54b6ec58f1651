"""The pages that answer a city's questions: the front page, access, who takes part, and how each figure is made."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allcity.analysis.definitions import DEFINITIONS
from allcity.reports.model import Block, Section
from allcity.site.cities.models import Area, City, Source
from allcity.site.cities.pages import city_page
from allcity.site.directory.words import catalogue
from allcity.site.insight import queries
from allcity.site.insight.ecosystem import TONES, ecosystem_rows, filter_of, partner_words
from allcity.site.insight.forms import ORDERS, ORDERS_BACK, SchoolFilter
from allcity.site.insight.lists import SchoolRow, school_rows
from allcity.site.insight.views.frame import language, page_of, respond, shown
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.stories.queries import published

FRONT_FIGURES = ("school_music.staffed", "access.reach", "access.placed", "informal.share")
MAP_BLOCKS = ("access.by_area.map_heading", "access.by_area.list_heading", "access.by_area.heading")


@require_safe
@city_page("cities.view_city", kept=True)
def front(request: HttpRequest, city: City) -> HttpResponse:
    """The three questions, each answered in a sentence with its figures."""
    year = shown(request, city)
    parts = queries.sections(year, language(), "access", "ecosystem", "needs", "steps")
    access, ecosystem, needs = (parts.get(name) for name in ("access", "ecosystem", "needs"))
    census = queries.block_of(ecosystem, language(), "ecosystem.census_heading")
    steps, unknown = parts.get("steps"), catalogue()("words.not_known")
    return respond(
        request,
        "front",
        city,
        year,
        head=queries.head(year, language()),
        access=access,
        access_blocks=_front_access(access) if access else [],
        ecosystem=ecosystem,
        census=[row for row in census.tables[0].rows if row[-1] != unknown] if census and census.tables else [],
        census_text=census.text if census else (),
        alone=queries.block_of(ecosystem, language(), "ecosystem.alone_heading"),
        needs=needs,
        ledger=queries.block_of(needs, language(), "needs.additional"),
        steps=steps.blocks[0].entries[:3] if steps and steps.blocks else (),
        articles=editorial.articles(city)[:6],
        news=editorial.news(city)[:3],
        spotlight=editorial.spotlight_of(city),
        stories=published(city)[:3],
    )


def _front_access(section: Section) -> list[Block]:
    """Of the access section: a figure for each context, or what is said where none is known, then the groups."""
    readings = {reading.figure_id: reading for block in section.blocks for reading in block.readings}
    chosen = tuple(readings[name] for name in FRONT_FIGURES if name in readings)
    titles = [catalogue()(heading) for heading in ("access.in_school.heading", "access.out_of_school.heading")]
    blocks = [Block(readings=chosen)] if chosen else [block for block in section.blocks if block.heading in titles]
    groups = queries.block_of(section, language(), "access.by_group.heading")
    ratings = queries.block_of(section, language(), "access.in_school.ratings")
    return [*blocks, *(block for block in (groups or ratings,) if block)]


@require_safe
@city_page("cities.view_city", kept=True)
def access(request: HttpRequest, city: City) -> HttpResponse:
    """Access in full: the figures, the areas with their map, every school, how fair it is and what is not known."""
    year = shown(request, city)
    parts = queries.sections(year, language(), "access", "equity", "limits")
    section = parts.get("access")
    rows = queries.schools_found(city, year)
    chosen = school_filter(request, rows)
    by_area = queries.block_of(section, language(), "access.by_area.heading")
    return respond(
        request,
        "access",
        city,
        year,
        section=section,
        blocks=queries.blocks_without(section, language(), *MAP_BLOCKS) if section else [],
        by_area=by_area,
        areas=list(Area.objects.for_user(request.user).of(city).order_by("name").values_list("key", "name")),
        parts=[part for part in (parts.get("equity"), parts.get("limits")) if part],
        filter=chosen,
        page=schools_page(request, city, rows, chosen),
        columns=columns(chosen),
    )


def school_filter(request: HttpRequest, rows: list[dict[str, object]]) -> SchoolFilter:
    """What the list of schools is narrowed to and how it is ordered."""
    orders = [*ORDERS, *((order, _("as the column says")) for order, _name in ORDERS_BACK)]
    chosen = SchoolFilter(request.GET, choices={"area": queries.areas_of(rows), "sort": orders})
    if chosen.value("sort") in dict(ORDERS) or not chosen.value("sort"):
        chosen.fields["sort"].choices = ORDERS  # type: ignore[attr-defined] # a field of choices
    return chosen


def schools_page(request: HttpRequest, city: City, rows: list[dict[str, object]], chosen: SchoolFilter) -> object:
    """The page of the list of schools that is asked for, its rows in words."""
    found = queries.matching(rows, words=chosen.value("q"), area=chosen.value("area"))
    page = page_of(request, queries.order_schools(found, chosen.value("sort") or "name"))
    page.object_list = school_rows(city, request.user, page.object_list)
    return page


def columns(chosen: SchoolFilter) -> list[tuple[str, str, str, bool]]:
    """Heads of the columns of the list of schools: order that a click gives, label, what aria-sort says, numeric."""
    say, sort = catalogue(), chosen.value("sort") or "name"
    heads = []
    for name in ("name", *SchoolRow.NUMBERS):
        label = say("columns.school") if name == "name" else say(f"columns.{SchoolRow.NUMBERS[name]}")
        first, back = (name, f"-{name}") if name == "name" else (f"-{name}", name)
        now = "ascending" if sort == name else "descending" if sort == f"-{name}" else ""
        heads.append((back if sort == first else first, label, now, name != "name"))
    return heads


@require_safe
@city_page("cities.view_city", kept=True)
def ecosystem(request: HttpRequest, city: City) -> HttpResponse:
    """Everybody who takes part: counted by type, on the map, and in a list that can be narrowed."""
    year = shown(request, city)
    section = queries.sections(year, language(), "ecosystem").get("ecosystem")
    chosen = filter_of(request.GET, city)
    rows = ecosystem_rows(city, request.user, year, chosen)
    return respond(
        request,
        "ecosystem",
        city,
        year,
        section=section,
        filter=chosen,
        page=page_of(request, rows),
        total=len(rows),
        partner_key=[
            *((TONES[partner], words) for partner, words in partner_words().items()),
            ("place", catalogue()("key.place")),
        ],
    )


@require_safe
@city_page("cities.view_city", kept=True)
def figures(request: HttpRequest, city: City) -> HttpResponse:
    """How each figure is made, and where its numbers come from, under which terms."""
    year = shown(request, city)
    notes = queries.sections(year, language(), "notes").get("notes")
    told = queries.block_of(notes, language(), "notes.definitions")
    say = catalogue()
    published = {
        say(f"figures.{name}.title"): DEFINITIONS[name] for name in DEFINITIONS if f"figures.{name}.title" in say
    }
    return respond(
        request,
        "figures",
        city,
        year,
        definitions=[(entry, published.get(entry.term)) for entry in told.entries] if told else [],
        # In the order in which the report numbers them.
        sources=Source.objects.for_user(request.user).of(city).order_by("key"),
        targets=[
            (
                target.title.in_language(say.language),
                _target_value(target.value),
                target.explanation.in_language(say.language),
                [(source.text.in_language(say.language), source.url or "") for source in target.sources],
            )
            for _name, target in city.settings.framework.targets
        ],
    )


def _target_value(value: object) -> str:
    """A target's number in words; empty where it is not a number."""
    say = catalogue()
    if value is None:
        return _("not set")
    if isinstance(value, bool | str):
        return ""
    if isinstance(value, int | float):
        return say.number(value, 0 if float(value).is_integer() else 1)
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_target_value(number)}" for key, number in value.items())
    return ""
