"""Every figure that an examination gives, and every name of something unknown or left out."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from allcity.analysis.definitions import DEFINITIONS, Definition
from reference_pages import markdown
from reference_pages.markdown import code, prose, table

_DIMENSIONS = {
    "area": "an area of the city, by `area_id`",
    "group": "a group of students, by `group_id`; `other_than_` before it is everyone else",
    "band": "a grade band",
    "contribution": "a contribution",
    "participant": "a type of participant",
    "term": "a term of the school year",
    "rating": "an arts rating, as the city publishes it",
}


@cache
def words() -> dict[str, Any]:
    """The words of the reports in English."""
    return tomllib.loads((files("allcity.reports") / "text" / "en.toml").read_text(encoding="utf-8"))


def page() -> str:
    used = dict.fromkeys(dimension for one in DEFINITIONS.values() for dimension in one.dimensions)
    return markdown.page(
        "Figures",
        "What `allcity examine` computes for a city-year. Each figure carries its range and its source: "
        "[what is in a figure](outputs.md#figures-json) says in which fields, and "
        "[unknown is not zero](../../explanation/unknowns.md) why. How the measures were chosen is told in "
        "[the measures](../../explanation/measures.md); the numbers in them are [targets](targets.md), which a city "
        "may change.",
        "A figure is given for the whole city and, where it says so, for each key of a dimension, one at a time:",
        table(("Dimension", "Its keys"), ((code(name), _DIMENSIONS[name]) for name in used)),
        *_sections(),
        "## What is not known\n\nReports name what is not known by these ids, with of how many records it is not. In "
        "`narrows` they say what would narrow a figure's range.",
        table(("Id", "What is not known", "What would settle it"), _unknown()),
        "## What is left out\n\nRules that set records aside; a report says how many each of them did.",
        table(("Id", "Rule"), ((code(id_), prose(text)) for id_, text in words()["left_out"].items())),
    )


def _sections() -> Iterator[str]:
    titles = {
        "schools": "How much there is",
        "access": "Access out of school",
        "school_music": "Music in school",
        "informal": "All three contexts",
        "needs": "Needs",
        "partnerships": "Partnerships and the ecosystem",
        "equity": "Fairness",
    }
    for one in DEFINITIONS.values():
        title = titles.pop(one.id.partition(".")[0], None)
        if title:
            yield f"## {title}"
        yield _definition(one)


def _definition(one: Definition) -> str:
    title = words()["figures"].get(one.id, {}).get("title")
    given = ["the whole city"] if one.whole else []
    given += [f"each {dimension}" for dimension in one.dimensions]
    parts = [
        f"(figure-{one.id})=\n### {code(one.id)}",
        f"*{prose(title)}.* {prose(one.meaning)}" if title else prose(one.meaning),
        f"Unit: {prose(one.unit)}. Given for {', '.join(given)}.",
    ]
    if one.equation:
        parts.append(f"$$\n{one.equation}\n$$")
    if one.source:
        parts.append(f"Source: {prose(one.source)}")
    return "\n\n".join(parts)


def _unknown() -> Iterator[tuple[str, str, str]]:
    for id_, text in words()["unknown"].items():
        yield code(id_), prose(text["title"]), prose(text["narrow"])
    coverage = words()["steps"]["coverage"]
    yield (
        code("coverage"),
        "what the sources do not name: they name only part of what there is",
        prose(coverage["term"]),
    )
