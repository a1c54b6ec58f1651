"""What an examination writes: the files, the fields of a figure, and the columns of schools.csv.

They are read from an examination of the tutorial's town, so that no field or column can be left out.
"""

import csv
import io
import json
import tempfile
from functools import cache
from pathlib import Path

from allcity.analysis.examine import examine
from allcity.analysis.findings import Findings
from allcity.formats.folder import read_folder
from allcity.formats.importing import import_mapping
from allcity.reports.tables import derived_csv, figures_json, ledger_csv, schools_csv
from reference_pages import markdown
from reference_pages.markdown import code, table

TUTORIAL = Path(__file__).parents[2] / "tutorial"
TUTORIAL_YEAR = 2024
_FIELDS = {
    "id": ("text", "What it is: see [the figures](figures.md)."),
    "value": ("number or `null`", "What the known records say; `null` where nothing is known or it is withheld."),
    "unit": ("text", "What it is counted in. Shares run from 0 to 1."),
    "year": ("number", "The school year by its first calendar year: 2022 is 2022-23."),
    "low": ("number or `null`", "The least that the unknowns could make of it."),
    "high": ("number or `null`", "The most that they could; `null` where the sources name only part of what there is."),
    "high_if_complete": ("number or `null`", "The most that the records we have allow, were they all there is."),
    "interval": (
        "table or `null`",
        "Sampling error, which is another thing than the range; `null` where there is none.",
    ),
    "status": (
        "text",
        "`measured` from records, `estimated` where part was filled in by a stated rule, `modelled` where it says what could be.",
    ),
    "known": ("number or `null`", "How many records are fully known."),
    "total": ("number or `null`", "Of how many."),
    "records": ("text", "Which records `known` and `total` count."),
    "by": ("table or `null`", "The part of the city that it speaks of, as `{dimension: key}`; `null` for all of it."),
    "source": ("list of text", "The ids of the sources behind it."),
    "as_of": ("day or `null`", "The day up to which all of these sources were known to be true."),
    "suppressed": ("`true` or `false`", "Whether it is withheld, because it would tell of too few students."),
    "narrows": ("list of text", "What would narrow the range: see [what is not known](figures.md#what-is-not-known)."),
    "licence": ("list of text", "The terms of its sources, each once."),
}
_INTERVAL = {
    "kind": ("text", "The method, such as `bootstrap`."),
    "low": ("number", "The lower end."),
    "high": ("number", "The upper end."),
    "level": ("number", "How probable it is that the interval holds the value."),
}
_COLUMNS = {
    "school_id": "The school.",
    "name": "Its name.",
    "area_id": "The area it lies in.",
    "area": "The name of the area.",
    "latitude": "WGS 84 latitude.",
    "longitude": "WGS 84 longitude.",
    "students": "Students enrolled.",
    "reach": "Share of its students with a lasting program in reach: [access.reach](#figure-access.reach).",
    "seats_per_100": "Seats within reach per 100 students: [access.seats_per_100](#figure-access.seats_per_100).",
    "placed": "Share of its students who could hold a seat: [access.placed](#figure-access.placed).",
    "alone": "Whether it has no partner in the year.",
    "source_id": "The source of the school.",
    "as_of": "The day on which the school's record was known to be true.",
    "licence": "The terms of that source.",
    "attribution": "The words that they ask for.",
}
_LEDGER = {
    "need_id": "The need's id in the city folder.",
    "school_id": "The school that asks.",
    "district_id": "Or the district.",
    "area_id": "The school's area.",
    "contribution": "What is asked for.",
    "unit": "What it is counted in.",
    "grade_band": "For which grades; empty for all.",
    "group_id": "For which group of students; empty for everybody.",
    "asked": "How much.",
    "met": "How much of it deliveries gave, at the dosage asked for.",
    "met_low": "The least that is met, by both sides' accounts.",
    "met_high": "The most.",
    "unmet": "The rest of what is asked for.",
    "low": "The least that the rest can be.",
    "high": "The most.",
    "state": "How far it has come.",
    "suppressed": "Whether numbers are withheld because they are of too few students.",
    "source_id": "Who says so.",
    "as_of": "The day on which it was known to be true.",
    "licence": "The terms of the source.",
    "attribution": "The words that they ask for.",
}
_DERIVED = {
    "name": "The school's name.",
    "area": "Its area's name.",
    "additional": "Students who have no place and for whom the school does not ask itself.",
    "suppressed": "Whether that is withheld.",
    "owed_staff": "Certified teachers that the city's target asks for beyond those there are, in full-time equivalents.",
    "owed_minutes": "Whether a grade band has less music in the week than the city's target.",
}
_BOUNDS = {
    "_low": "The least that the unknowns could make of {}.",
    "_high": "The most that they could make of {}; empty where nothing bounds it.",
}


def page() -> str:
    findings = _tutorial_findings()
    figures = json.loads(figures_json(findings))
    columns = _header(schools_csv(findings))
    reach = next(figure for figure in figures if figure["id"] == "access.reach")
    interval = next(figure["interval"] for figure in figures if figure["interval"])
    return markdown.page(
        "What examine writes",
        "`allcity examine` writes `report.html` and `report.pdf` to read, and the following as data. In all of them small "
        "counts are [withheld](../../explanation/privacy.md).",
        "## figures.json\n\nA list of [figures](figures.md), one to a line, each with these fields:",
        table(("Field", "Holds", "Meaning"), ((code(name), *_FIELDS[name]) for name in reach)),
        "An `interval` has:",
        table(("Field", "Holds", "Meaning"), ((code(name), *_INTERVAL[name]) for name in interval)),
        "This is one from the town of the [tutorial](../../tutorial.md):",
        f"```json\n{json.dumps(reach, indent=2, ensure_ascii=False)}\n```",
        "## schools.csv\n\nOne row for each school. An empty cell is not known. Text that looks like a formula has an "
        "apostrophe before it, so that no spreadsheet executes it.",
        table(("Column", "Meaning"), ((code(name), _column(name)) for name in columns)),
        "## ledger.csv\n\nOne row for each need that is stated. What is not known is empty, and so is what is withheld.",
        table(("Column", "Meaning"), ((code(name), _LEDGER[name]) for name in _header(ledger_csv(findings)))),
        "## needs_derived.csv\n\nOne row for each school: what it [needs by the figures](../../explanation/needs.md).",
        table(("Column", "Meaning"), ((code(name), _derived(name)) for name in _header(derived_csv(findings)))),
        "## figures.xlsx\n\nThe same for people who work in a spreadsheet. The sheet Figures has a row for each figure, "
        "Schools one for each school, the sheets of needs "
        "what is in the two files above, Sources the sources with their terms, and Notes what is not known, what was left "
        "out, and how each figure is made.",
    )


def _header(table_csv: str) -> list[str]:
    return next(csv.reader(io.StringIO(table_csv)))


def _derived(name: str) -> str:
    for suffix, words in _BOUNDS.items():
        if name.endswith(suffix):
            return words.format(code(name.removesuffix(suffix)))
    return _DERIVED.get(name) or _COLUMNS[name]


def _column(name: str) -> str:
    for suffix, words in _BOUNDS.items():
        if name.endswith(suffix):
            return words.format(code(name.removesuffix(suffix)))
    return _COLUMNS[name]


@cache
def _tutorial_findings() -> Findings:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "city"
        import_mapping(TUTORIAL, data=TUTORIAL, folder=folder)
        return examine(read_folder(folder).city_year(TUTORIAL_YEAR))
