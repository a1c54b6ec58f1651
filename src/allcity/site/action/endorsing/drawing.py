"""What is drawn for sharing: the picture that shows where a link is shared, a poster, a badge, and a code for phones."""

import json
import re
from collections.abc import Mapping
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.reports.charts import plain
from allcity.site.action import readings
from allcity.site.action.endorsing import queries
from allcity.site.action.paper import Code, Figures, Lines, Paper, Part, Text, render
from allcity.site.action.readings import Shown
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in

WIDE, HIGH = 1200, 630
"""The size in which sites that show links expect their picture."""
LONGEST_TITLE, LONGEST_LINE = 110, 120
FIGURES = ("access.reach", "access.placed", "contexts.all", "school_music.minutes", "needs.met")
"""What a summary tells, of what the city knows."""
MOST_FIGURES = 4
_LONG_WORD = re.compile(r"\S{18}(?=\S)")


def qr_code(address: str, *, border: int = 4) -> bytes:
    """A web address as a picture for the camera of a phone."""
    target = BytesIO()
    segno.make(address, error="m").save(target, kind="svg", scale=8, border=border, xmldecl=False, light="#fff")
    return target.getvalue()


def preview(*, title: str, line: str = "", value: str = "") -> bytes:
    """A picture of 1200 by 630 pixels (PNG) with a title, a line below it, and a figure where there is one."""
    import typst  # the compiler is loaded for whoever draws

    said = {
        "title": _breakable(plain(_shortened(title, LONGEST_TITLE))),
        "line": _breakable(plain(_shortened(line, LONGEST_LINE))),
        "value": plain(value),
        "language": get_language() or "en",
    }
    ours, fonts = files("allcity.site.action.endorsing") / "preview.typ", files("allcity.reports") / "fonts"
    with as_file(ours) as template, as_file(fonts) as folder:
        drawn = typst.compile(
            template,
            format="png",
            ppi=72.0,
            font_paths=[folder],
            ignore_system_fonts=False,
            sys_inputs={"preview": json.dumps(said)},
        )
    assert isinstance(drawn, bytes)
    return drawn


def poster(city: City) -> bytes:
    """A poster to print: what is endorsed, and a code that leads to where one does."""
    from allcity.reports.pdf import typeset  # the compiler is loaded for whoever prints

    address = queries.address_of(city)
    title = _("Every student in %(city)s has a right to music") % {"city": city.display_name()}
    document: Mapping[str, Any] = {
        "language": get_language() or "en",
        "title": title,
        "shown": _breakable(title),
        "lines": [
            _("In school, out of school, and on their own: with others, near home, at no cost that keeps anybody out."),
            _("Stand with them. Endorse the Declaration on Equity in Music for City Students."),
        ],
        "how": _("Point the camera of your phone here"),
        "svg": qr_code(address, border=0).decode(),
        "url": address,
        "short": queries.short(address),
        "foot": "Allcity",
    }
    with as_file(files("allcity.site.action.endorsing") / "poster.typ") as template:
        return typeset(template, "poster", document, today_in(city))


def summary(city: City) -> bytes:
    """One page to hand out: what the Declaration asks, where the city stands, and what one can do."""
    name = city.display_name()
    figures = local_figures(city)
    found = queries.counts(city)
    parts = [
        Part(
            _("What it says"),
            (
                Text(
                    _(
                        "All students, whoever they are and wherever they live, have a right to an active life in music. "
                        "A city that means it looks at who is left out, and brings together everybody who can change that."
                    )
                ),
                Lines(
                    (
                        _("Access for all: in school, out of school, and informally."),
                        _("Dignity: what students bring and choose counts, and no fee or language keeps anybody out."),
                        _("School music is the base; partners add to it and do not replace it."),
                        _("What is not known is looked for, and said to be unknown until then."),
                    )
                ),
            ),
        ),
        Part(
            _("Where %(city)s stands") % {"city": name},
            (Figures(figures),) if figures else (Text(_("The figures of this city have not been computed yet.")),),
        ),
        Part(
            _("What you can do"),
            (
                Lines(
                    (
                        _("Endorse the Declaration, by yourself or for an organization."),
                        _("Tell a teacher, a neighbor, a member of the school board."),
                        _("Offer what your organization has: time, instruments, a room."),
                    )
                ),
                Code(queries.address_of(city), _("Endorse the Declaration here")),
            ),
        ),
    ]
    lede = _("The Declaration on Equity in Music for City Students, on one page.")
    if found.total:
        endorsed = _("Endorsements in %(city)s so far: %(number)s.") % {"city": name, "number": found.total}
        lede = f"{lede} {endorsed}"
    paper = Paper(
        title=_("Music for every student in %(city)s") % {"city": name},
        language=get_language() or "en",
        kind=_("The Declaration in short"),
        lede=lede,
        parts=parts,
        note=_("Figures hold a range where something is not known. They are counts of students, never of one student."),
        compact=True,
    )
    return render(city, paper)


def local_figures(city: City) -> tuple[Shown, ...]:
    """A few figures of the city's newest year, of those of which something is known."""
    found = (readings.reading(city, figure_id) for figure_id in FIGURES)
    return tuple(shown for shown in found if shown and shown.reading.tone != "unknown")[:MOST_FIGURES]


def _breakable(words: str) -> str:
    """Words that may be broken where they are longer than a line of large type."""
    return _LONG_WORD.sub("\\g<0>\u200b", words)


def _shortened(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
