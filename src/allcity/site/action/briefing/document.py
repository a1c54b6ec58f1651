"""A brief put together: the words of its parts with the figures below them, for the page and for paper."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.reports.model import Table
from allcity.site.action import paper as papers
from allcity.site.action.briefing.figures import FiguresOf, figures_of
from allcity.site.action.briefing.words import PARTS, TITLE, default_words
from allcity.site.action.models import Brief
from allcity.site.action.paper import Block, Code, Figures, Grid, Lines, Paper, Part, Text
from allcity.site.action.readings import Shown
from allcity.site.directory.words import listing

MOST_SOURCES = 5
LONGEST_SOURCE = 60


@dataclass(frozen=True)
class Shape:
    """A part of a brief as it is shown: its words, then what the figures say. `lines` are words that are a list."""

    id: str
    heading: str
    words: str
    lines: tuple[str, ...]
    sentences: tuple[str, ...]
    readings: tuple[Shown, ...]
    table: Table | None


@dataclass(frozen=True)
class Document:
    """A brief in its own language."""

    title: str
    audience: str
    parts: tuple[Shape, ...]
    ranges: str
    source_words: str
    sources: tuple[tuple[str, str], ...]


def document_of(brief: Brief) -> Document:
    """The whole of a brief. What it says is in its own language, whoever reads it."""
    with translation.override(brief.language):
        said = {**default_words(brief.city, brief.audience), **brief.words}
        found = figures_of(brief)
        return Document(
            title=said[TITLE],
            audience=_("For: %(audience)s") % {"audience": brief.get_audience_display()},
            parts=tuple(_shape(part.id, str(part.heading), said[part.id], found) for part in PARTS),
            ranges=_ranges(brief),
            source_words=_sources_in_words(found),
            sources=found.sources,
        )


def _shape(part: str, heading: str, words: str, found: FiguresOf) -> Shape:
    lines = tuple(words.splitlines()) if part == "ask" else ()
    sentences: tuple[str, ...] = ()
    readings: tuple[Shown, ...] = ()
    table: Table | None = None
    if part == "access":
        readings = found.access
    elif part == "gap":
        sentences, table = found.gap, found.gap_table
    elif part == "needs":
        sentences, readings, table = found.needs, found.owed, found.needs_table
    return Shape(part, heading, words, lines, sentences, readings, table if table and table.rows else None)


def _ranges(brief: Brief) -> str:
    examination = brief.examination
    day = examination.computed_at or examination.asked_at
    text = _(
        "Figures are of the school year %(year)s, computed on %(day)s. A range holds all that could be true of what is not "
        "known; unknown is never counted as zero. They are counts of students, never of one student, and groups of few are "
        "withheld."
    )
    return text % {"year": year_name(examination.year), "day": date_format(day, "DATE_FORMAT")}


def _sources_in_words(found: FiguresOf) -> str:
    names = [_short(name, LONGEST_SOURCE) for name, _url in found.sources]
    if not names:
        return _("The city names no source of these figures.")
    if len(names) > MOST_SOURCES:
        more = _("%(number)s more") % {"number": len(names) - MOST_SOURCES}
        names = [*names[:MOST_SOURCES], more]
    return _("Sources: %(list)s.") % {"list": listing(names)}


def pdf_of(brief: Brief) -> bytes:
    """The brief on two pages, as a tagged PDF in its own language."""
    found = document_of(brief)
    with translation.override(brief.language):
        parts = [Part(shape.heading, _blocks(shape)) for shape in found.parts]
        about: list[Block] = [Text(f"{found.ranges} {found.source_words}")]
        if brief.published_at and brief.city.is_public:
            about.append(Code(address_of(brief), _("This brief on the web, with links to its sources")))
        parts.append(Part(_("Sources and ranges"), tuple(about)))
        paper = Paper(
            title=found.title,
            kind=_short(found.audience, LONGEST_SOURCE),
            language=brief.language,
            parts=parts,
            compact=True,
        )
        return papers.render(brief.city, paper)


def address_of(brief: Brief) -> str:
    """The whole web address of a brief, on pages in its own language."""
    with translation.override(brief.language):
        return settings.SITE_ADDRESS + reverse("city:brief", args=[brief.city.slug, brief.public_id])


def _blocks(shape: Shape) -> tuple[Block, ...]:
    blocks: list[Block] = [Lines(shape.lines)] if shape.lines else [Text(shape.words)]
    blocks += [Text(sentence) for sentence in shape.sentences]
    if shape.table:
        blocks.append(Grid(tuple(column.title for column in shape.table.columns), shape.table.rows))
    if shape.readings:
        # Their sources stand once, at the end: two pages have no room for them below each figure.
        blocks.append(Figures(tuple(replace(shown, sources=()) for shown in shape.readings)))
    return tuple(blocks)


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
