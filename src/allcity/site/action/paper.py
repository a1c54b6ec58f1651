"""What action sets on paper: a plan, a packet, minutes, a self-examination, a brief, as tagged PDFs of one look."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from io import BytesIO

import segno
from django.http import HttpResponse
from django.utils.text import slugify

from allcity.site.action.readings import Shown
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in


@dataclass(frozen=True)
class Text:
    """A paragraph. People's own line breaks stay."""

    text: str


@dataclass(frozen=True)
class Lines:
    """A list, numbered where the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Pairs of a label and what is so called."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table, its first row the titles of the columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Figures:
    """Figures of the city, each with its range, year and sources."""

    readings: tuple[Shown, ...]


@dataclass(frozen=True)
class Code:
    """A QR code of a web address, which stands below it in letters."""

    url: str
    caption: str = ""


Block = Text | Lines | Facts | Grid | Figures | Code


@dataclass(frozen=True)
class Part:
    """A part with a heading; without a title it goes on where the part before it ended."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A document in one language. `kind` is what it is, `title` what it is called, `note` stands at its end in small type.

    `compact` sets it smaller, for what has to fit on a page or two.
    """

    title: str
    language: str
    parts: Sequence[Part] = ()
    kind: str = ""
    lede: str = ""
    note: str = ""
    compact: bool = False


def render(city: City, paper: Paper) -> bytes:
    """The document as a tagged PDF (PDF/UA-1) of today. No text in it is ever read as markup."""
    from allcity.reports.pdf import typeset  # the compiler is loaded for whoever prints

    document = {
        **asdict(paper),
        "city": city.display_name(),
        "parts": [
            {"title": part.title, "blocks": [_as_document(block) for block in part.blocks]} for part in paper.parts
        ],
    }
    with as_file(files("allcity.site.action") / "paper.typ") as template:
        return typeset(template, "paper", document, today_in(city))


def answer(pdf: bytes, name: str) -> HttpResponse:
    """A PDF as a page's answer, under a name that any file system takes."""
    name = f"{slugify(name)[:80] or 'allcity'}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _as_document(block: Block) -> dict[str, object]:
    kind = type(block).__name__.lower()
    if isinstance(block, Figures):
        shown = [
            {
                "title": one.title,
                "value": one.value,
                "tone": one.reading.tone,
                "basis": " · ".join(
                    filter(None, (one.range, one.basis, one.year_name, ", ".join(name for name, _url in one.sources)))
                ),
            }
            for one in block.readings
        ]
        return {"kind": kind, "readings": shown}
    if isinstance(block, Code):
        drawn = BytesIO()
        segno.make(block.url, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
        return {"kind": kind, **asdict(block), "svg": drawn.getvalue().decode()}
    return {"kind": kind, **asdict(block)}
