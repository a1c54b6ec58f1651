"""Every table and column of the city folder."""

from collections.abc import Iterator

from allcity.formats.columns import LIST_SEPARATOR, Column, Table
from allcity.formats.geojson import BACKDROP_KINDS
from allcity.formats.schema import SCHEMA
from reference_pages import markdown
from reference_pages.markdown import code, codes, prose, table

_KINDS = {
    "text": "Any text. Identifiers are text too: leading zeros stay.",
    "integer": "A whole number, such as `15`.",
    "number": "A number, such as `41.87`.",
    "boolean": "`true` or `false`.",
    "date": "A day, as `2022-09-17`.",
    "time": "A time of day in 24 hours, as `15:30`.",
    "year": "A school year by its first calendar year: `2022` is 2022-23.",
    "list": f"Several texts with `{LIST_SEPARATOR}` between them.",
}
_DATED = {
    "year": "Its rows belong to the school year in `year`.",
    "overlap": "A row belongs to each school year, 1 July to 30 June, that it has a day in.",
    None: "Its rows hold for every school year.",
}
_VOCABULARIES = {
    "contributions": "contributions](participants-and-contributions.md)",
    "participants": "types of participants](participants-and-contributions.md)",
    "bands": "grade bands](participants-and-contributions.md)",
}


def page() -> str:
    return markdown.page(
        "The city folder",
        "A city folder holds one city: `city.toml`, which says [who the city is](city-toml.md), and a file for each "
        "table below. A table is a CSV file of its name, such as `schools.csv`; XLSX and Parquet are read as well. "
        "Only `schools` is needed to begin, with `students` and `sources` beside it; a table that is not there has no "
        "rows. Several school years stand side by side in one folder. An empty cell means that nobody knows: it is "
        "never read as zero.\n\n"
        "Outlines of areas lie in `areas.geojson`; what lies behind the map of a report may be put into "
        f"`backdrop.geojson`, with the property `kind`, one of {codes(BACKDROP_KINDS)}. Each import also writes "
        "`datapackage.json`, which describes the folder to other programs as a Frictionless Data Package, and keeps in "
        "`.allcity` what `allcity undo` needs.",
        "## What a column may hold",
        table(("Kind", "Written"), ((code(kind), _KINDS[kind]) for kind in _kinds())),
        "CSV is UTF-8. Columns may stand in any order, and those that are not required may be missing. Money is in "
        "the smallest unit of its currency: `2500` is 25 dollars.",
        *(_table(one) for one in SCHEMA.values()),
    )


def _kinds() -> list[str]:
    return list(dict.fromkeys(column.kind for one in SCHEMA.values() for column in one.columns))


def _table(one: Table) -> str:
    ordered = [f"{code(first)} ≤ {code(last)}" for first, last in one.ordered]
    facts = [
        f"One row for each {codes(one.key)}.",
        _DATED[one.dated],
        *((f"{'; '.join(ordered)}.",) if ordered else ()),
    ]
    rows = ((code(c.name), code(c.kind), "yes" if c.required else "", " ".join(_says(c))) for c in one.columns)
    return "\n\n".join(
        (
            f"(table-{one.name})=\n## {code(one.name)}",
            prose(one.description),
            " ".join(facts),
            table(("Column", "Kind", "Required", "Meaning"), rows),
        )
    )


def _says(column: Column) -> Iterator[str]:
    yield prose(column.description)
    if column.unit:
        yield f"In {prose(column.unit)}."
    if column.codes:
        yield f"One of {codes(column.codes)}." if column.kind != "list" else f"Any of {codes(column.codes)}."
    if column.vocabulary:
        yield f"By id, of the [{_VOCABULARIES[column.vocabulary]}."
    if column.references:
        name, key = column.references
        yield f"Found in [{code(name)}](#table-{name}) under {code(key)}."
    if column.minimum is not None and column.maximum is not None:
        yield f"{column.minimum:g} to {column.maximum:g}."
    elif column.minimum:
        yield f"{column.minimum:g} or more."
