"""Question 6: what is not known, what would settle it, what each rule left out; and where the figures come from."""

from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.findings import Tally
from allcity.reports.model import Block, Column, Entry, Section, Table
from allcity.reports.teller import Teller, upper_first


def tally_values(teller: Teller, tally: Tally) -> dict[str, str]:
    """The fields that texts on an unknown or a rule may use."""
    targets = teller.findings.city_year.framework.targets
    say = teller.say
    return {
        "number": say.number(tally.number),
        "total": say.counted(tally.table, tally.of),
        "sessions": say.number(targets.sustained_sessions.value),
        "days": say.number(targets.sustained_days.value),
    }


def unknowns(teller: Teller) -> list[Tally]:
    """What is not known of at least one record: first what widens the share in reach most, then what is widest spread."""
    reach = teller.get("access.reach")
    order = reach.narrows if reach is not None else ()
    found = [tally for tally in teller.findings.unknown if tally.number]

    def rank(tally: Tally) -> tuple[int, float]:
        return (order.index(tally.id) if tally.id in order else len(order), -tally.number / tally.of)

    return sorted(found, key=rank)


def section(teller: Teller) -> Section:
    say, found = teller.say, unknowns(teller)
    if any(tally.id == "no_program_source" for tally in found):
        answer = say("sections.limits.no_program_source")
    elif _is_partial(teller):
        answer = say("sections.limits.coverage")
    elif found:
        text = say(f"unknown.{found[0].id}.all", **tally_values(teller, found[0]))
        answer = say("sections.limits.some", text=text)
    else:
        answer = say("sections.limits.none")
    return Section("limits", say("sections.limits.question"), answer, (_unknown(teller, found), _left_out(teller)))


def _is_partial(teller: Teller) -> bool:
    reach = teller.get("access.reach")
    return reach is not None and "coverage" in reach.narrows


def _unknown(teller: Teller, found: list[Tally]) -> Block:
    say = teller.say
    text = (say("limits.coverage"),) if _is_partial(teller) else ()
    table = Table(
        say("limits.unknown_caption"),
        (Column(say("columns.unknown")), Column(say("columns.records")), Column(say("columns.narrows"))),
        tuple(
            (
                say(f"unknown.{tally.id}.title"),
                say("words.of", **tally_values(teller, tally)) if tally.of > 1 else "",
                say(f"unknown.{tally.id}.narrow"),
            )
            for tally in found
        ),
    )
    return Block(
        say("limits.unknown_heading"),
        text or (() if found else (say("sections.limits.none"),)),
        tables=(table,) if found else (),
    )


def _left_out(teller: Teller) -> Block:
    say = teller.say
    rules = [tally for tally in teller.findings.left_out if tally.number]
    heading = say("limits.left_out_heading")
    if not rules:
        return Block(heading, (say("limits.left_out_none"),))
    table = Table(
        say("limits.left_out_caption"),
        (Column(say("columns.left_out")), Column(say("columns.records"))),
        tuple(
            (say(f"left_out.{tally.id}", **tally_values(teller, tally)), say("words.of", **tally_values(teller, tally)))
            for tally in rules
        ),
    )
    return Block(heading, tables=(table,))


def notes(teller: Teller) -> Section:
    """Sources with their terms, and how each figure that was told is made."""
    say = teller.say
    sources = teller.findings.city_year.sources.to_dicts()
    entries = tuple(
        Entry(f"{teller.source_numbers[row['source_id']]}. {row['name']}", _source(teller, row), row["url"])
        for row in sources
    )
    answer = say.plural("sections.notes.answer", len(sources)) if sources else say("sections.notes.none")
    blocks = (
        *((Block(say("notes.sources"), entries=entries),) if entries else ()),
        Block(say("notes.definitions"), entries=definitions(teller)),
    )
    return Section("notes", say("sections.notes.question"), answer, blocks)


def _source(teller: Teller, row: dict[str, object]) -> str:
    say = teller.say
    parts = []
    if row["publisher"]:
        parts.append(say("notes.publisher", publisher=row["publisher"]))
    parts.append(upper_first(say("notes.covers", coverage=say(f"notes.coverage.{row['coverage']}"))))
    if row["licence"]:
        parts.append(say("notes.licence", licence=str(row["licence"]).rstrip(".")))
    parts += [str(row[name]) for name in ("attribution", "note") if row[name]]
    if row["as_of"]:
        parts.append(say("notes.as_of", date=say.date(row["as_of"])))  # type: ignore[arg-type] # a date
    return " ".join(parts)


def definitions(teller: Teller) -> tuple[Entry, ...]:
    """Each figure that the report has told, in the order of their definitions, with the city's own targets in its definition."""
    say, targets = teller.say, teller.findings.city_year.framework.targets
    per_teacher, fee = targets.students_per_certified_teacher.value, targets.fee_limit.value
    cap = targets.seats_cap_unknown.value
    unset = say("notes.unset")
    values = {
        "minutes": say.number(targets.reach_minutes.value),
        "sessions": say.number(targets.sustained_sessions.value),
        "days": say.number(targets.sustained_days.value),
        "speed": say.number(targets.walking_speed_kmh.value, 1),
        "detour": say.number(targets.walking_detour.value, 1),
        "per_teacher": unset if per_teacher is None else say.number(per_teacher),
        "fee": unset if fee is None else say.number(fee),
        "cap": unset if cap is None else say.number(cap),
    }
    return tuple(
        Entry(say(f"figures.{id_}.title"), say(f"figures.{id_}.definition", **values))
        for id_ in DEFINITIONS
        if id_ in teller.told
    )
