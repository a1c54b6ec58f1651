"""The keys of city.toml, and every default target with its source."""

import json
from collections.abc import Mapping
from typing import Any

from allcity.declaration import City, framework, load_framework
from allcity.declaration.framework import Entry, Framework, Target
from reference_pages import markdown
from reference_pages.markdown import code, prose, table
from reference_pages.models import keys, model

_CITY = {
    "id": "A short name that stays the same, such as `chicago`.",
    "name": "The name of the city.",
    "time_zone": "The zone of its local times, by its IANA name, such as `America/Chicago`.",
    "state": "The state or province.",
    "country": "The two letters of ISO 3166.",
    "languages": "The languages in which the city speaks to its people. Plain texts in this file are in the first.",
    "currency": "The three letters of ISO 4217.",
    "population": "People who live in the city.",
    "boundary": "A GeoJSON file in the folder with the outline of the city.",
    "licence": "The terms of the city's own tables.",
}
_KINDS: Mapping[str, type[Entry]] = {
    "sections": framework.Section,
    "indicators": framework.Indicator,
    "scales": framework.Scale,
    "participants": framework.Participant,
    "contributions": framework.Contribution,
    "conditions": framework.Condition,
    "strategies": framework.Strategy,
    "grade_bands": framework.GradeBand,
    "terms": framework.Term,
}
_NESTED = {"sections": ("questions", framework.Question), "conditions": ("criteria", framework.Criterion)}
STANDINGS = {
    "published": "published by its source for this very purpose",
    "adapted": "taken over from a neighboring purpose",
    "convention": "in common use, without one source",
    "assumption": "our own assumption",
    "city": "set by the city",
}


def page() -> str:
    return markdown.page(
        "city.toml",
        "`city.toml` says which city a folder is of, and what the city decides differently from the defaults. Only "
        "`[city]` with its three required keys is needed. A key that is unknown, or a value that does not fit, is "
        "reported with its line and with what would be right.",
        f"## `[city]`\n\n{keys(City, words=_CITY)}",
        "## Changing the framework\n\nEverything else is the [questions](questions.md), "
        "[participants and contributions](participants-and-contributions.md), [conditions](conditions.md), "
        "[strategies](strategies.md) and [targets](targets.md) as they come with Allcity. A city names only what it "
        "changes, by the id of the entry:",
        "- a key of an entry that is there replaces that key and leaves the others;\n"
        "- a new id adds an entry, which then needs all of its required keys;\n"
        "- `enabled = false` drops an entry, with every reference to it;\n"
        '- a text is written as `"…"` in the first of the city\'s languages, and then stands for all of them, or as '
        '`{ en = "…", es = "…" }`, which changes those languages alone;\n'
        "- a target takes its value alone, as in `targets.reach_minutes = 20`, or a table with its explanation and "
        "sources; whoever sets a value answers for it, so the default's sources go with the default.",
        *(_kind(kind) for kind in Framework.model_fields),
    )


def _kind(kind: str) -> str:
    if kind == "targets":
        return f"## `[targets.ID]`\n\n{model(Target)}\n\nEvery target stands in [its own list](targets.md)."
    parts = [f"## `[{kind}.ID]`", model(_KINDS[kind])]
    if kind in _NESTED:
        name, of = _NESTED[kind]
        parts += [f"### `[{kind}.ID.{name}.ID]`", model(of)]
    if kind == "contributions":
        parts += ["### `dosage`", model(framework.Dosage)]
    return "\n\n".join(parts)


def targets_page() -> str:
    return markdown.page(
        "Targets",
        "The numbers and choices that a city measures itself with, as they come with Allcity. Each says where it comes "
        "from and what that is worth; [set your own targets and words](../../how-to/targets.md) shows how to change "
        "them.",
        table(("Standing", "Means that the value is"), ((code(id_), text) for id_, text in STANDINGS.items())),
        *(_target(id_, target) for id_, target in load_framework().targets),
    )


def _target(id_: str, target: Target[Any]) -> str:
    value = "not set" if target.value is None else code(_toml(target.value))
    sources = [_source(source) for source in target.sources]
    caveat = f"\n\n{prose(target.caveat.in_language('en'))}" if target.caveat else ""
    return (
        f"(target-{id_})=\n## {code(id_)}\n\n*{prose(target.title.in_language('en'))}.* "
        f"{prose(target.explanation.in_language('en'))}\n\n"
        f"Value: {value}, in {prose(target.unit.in_language('en'))}. Standing: {code(target.standing)}.{caveat}\n\n"
        + "\n".join(f"- {source}" for source in sources)
    )


def _source(source: framework.Source) -> str:
    text = prose(source.text.in_language("en"))
    return f"[{text}]({source.url})" if source.url else text


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)
