"""The framework of the Declaration: what a city examines, and in which words."""

from collections.abc import Iterable

from allcity.declaration import Text, load_framework
from allcity.declaration.framework import Contribution, Question, Strategy
from reference_pages import markdown
from reference_pages.markdown import code, codes, prose, table


def _said(text: Text) -> str:
    return prose(text.in_language("en"))


def questions_page() -> str:
    framework = load_framework()
    return markdown.page(
        "Sections and questions",
        "A city examines itself section by section. Each question says who answers it, on which scale, and which "
        "indicators help. The words are our own, after the Declaration on Equity in Music for City Students, to whose "
        "parts the sections link; all of them exist in English and Spanish.",
        *(
            f"## {section.number}. {_said(section.title)}\n\n{_said(section.summary)}\n\n"
            + (f"[The part of the Declaration]({section.url}). " if section.url else "")
            + f"Id: {code(id_)}.\n\n"
            + table(
                ("Question", "Asks", "Answered by", "Scale", "Indicators"),
                (_question(name, question) for name, question in section.questions.items()),
            )
            for id_, section in framework.sections.items()
        ),
        "## Scales",
        table(
            ("Scale", "1", "2", "3", "4"),
            (
                (f"{code(id_)} {_said(scale.title)}", *map(_said, scale.levels))
                for id_, scale in framework.scales.items()
            ),
        ),
        "## Indicators\n\nThose with a figure are computed from the city's tables; people are asked for the others.",
        table(
            ("Indicator", "Counts", "Unit", "Comes from", "Figure"),
            (
                (code(id_), _said(one.title), prose(one.unit), _said(one.source), _figure(one.figure))
                for id_, one in framework.indicators.items()
            ),
        ),
    )


def _figure(id_: str | None) -> str:
    return f"[{code(id_)}](#figure-{id_})" if id_ else "asked"


def _question(id_: str, question: Question) -> tuple[str, ...]:
    asks = f"{_said(question.text)} *{_said(question.help)}*"
    return code(id_), asks, codes(question.answered_by), code(question.scale), codes(question.indicators)


def participants_page() -> str:
    framework = load_framework()
    return markdown.page(
        "Participants, contributions, grades and terms",
        "The words in which a city's tables speak, by id. A city may add its own, change them or drop them "
        "in [city.toml](city-toml.md).",
        "## Types of participants",
        table(
            ("Type", "Name", "Who they are"),
            ((code(id_), _said(one.title), _said(one.description)) for id_, one in framework.participants.items()),
        ),
        "## Contributions\n\nWhat partners give. A dosage is what one student or teacher has in a year where a need "
        "does not state its own.",
        table(
            ("Contribution", "Name", "What it is", "Counted in", "Dosage"),
            (
                (code(id_), _said(one.title), _said(one.description), one.unit, _dosage(one))
                for id_, one in framework.contributions.items()
            ),
        ),
        "## Grade bands\n\nBoth ends belong to a band. Pre-kindergarten is -1 and kindergarten 0; a grade g is age g+5 to g+6.",
        table(
            ("Band", "Name", "From grade", "To grade"),
            (
                (code(id_), _said(one.title), str(one.first), str(one.last))
                for id_, one in framework.grade_bands.items()
            ),
        ),
        "## Terms\n\nParts of the school year; an offering counts in each term that it has a day in.",
        table(
            ("Term", "Name", "First day", "Last day"),
            ((code(id_), _said(one.title), one.starts, one.ends) for id_, one in framework.terms.items()),
        ),
    )


def _dosage(one: Contribution) -> str:
    if one.dosage is None:
        return ""
    length = f" of {one.dosage.minutes} minutes" if one.dosage.minutes else ""
    return f"{one.dosage.sessions} sessions{length}. {_said(one.dosage.basis)}"


def conditions_page() -> str:
    framework = load_framework()
    parts = []
    for id_, condition in framework.conditions.items():
        parts.append(
            f"## {_said(condition.title)}\n\n{_said(condition.summary)} Id: {code(id_)}.\n\nLevels: "
            + "; ".join(f"{number}. {_said(level)}" for number, level in enumerate(condition.levels, start=1))
            + "."
        )
        for name, criterion in condition.criteria.items():
            levels = "\n".join(f"{number}. {_said(level)}" for number, level in enumerate(criterion.levels, start=1))
            parts.append(
                f"### {_said(criterion.title)}\n\n{_said(criterion.explanation)}\n\nEvidence: "
                f"{_said(criterion.evidence)} Answered by: {codes(criterion.sides)}. Id: {code(name)}.\n\n{levels}"
            )
    return markdown.page(
        "Conditions of a good partnership",
        "What to look at when a partnership is judged. The criteria of a condition stand side by side and are never "
        "averaged: much of one cannot make up for little of another. Each side answers for itself. Reports do not make "
        "this judgment yet; they show hours and students.",
        *parts,
    )


def strategies_page() -> str:
    return markdown.page(
        "Strategies",
        "What cities did, with figures as they were published and the page on which they were read. They are examples, not "
        "recommendations: most were never tested, and what worked in one city may not in another.",
        *(_strategy(id_, one) for id_, one in load_framework().strategies.items()),
    )


def _strategy(id_: str, one: Strategy) -> str:
    when = f", {one.years}" if one.years else ""
    lines = [f"- {label}: {codes(ids)}" for label, ids in _speaks_to(one) if ids]
    lines += [f"- <{address}>" for address in one.sources]
    return f"## {_said(one.title)}\n\n*{_said(one.place)}{when}.* {_said(one.what)} Id: {code(id_)}.\n\n" + "\n".join(
        lines
    )


def _speaks_to(one: Strategy) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ("Sections", one.sections), ("Contributions", one.contributions), ("Conditions", one.conditions)
