"""Question 2: who is part of the ecosystem, who is missing or alone, who depends on whom?"""

from allcity.reports.model import Block, Column, Section, Table, Tone
from allcity.reports.teller import Teller, is_known, phrases, state_of, upper_first


def section(teller: Teller) -> Section:
    say = teller.say
    organizations, schools = teller.get("organizations"), teller.get("schools")
    blocks = [_census(teller), *_alone(teller)]
    counted = [
        teller.amount_of(figure, noun)
        for figure, noun in ((organizations, "organizations"), (schools, "schools"))
        if figure is not None and is_known(figure) and state_of(figure) != "none"
    ]
    if not counted:
        answer = say("sections.ecosystem.nobody")
    else:
        alone = _alone_sentence(teller) or say("ecosystem.alone_not_known")
        answer = say("sections.ecosystem.known", **phrases(counted=say.listing(counted)), alone=alone)
    return Section("ecosystem", say("sections.ecosystem.question"), answer, tuple(block for block in blocks if block))


def _alone_sentence(teller: Teller) -> str:
    """How many schools have no partner; empty where that is not known."""
    say, figure = teller.say, teller.get("census.alone.schools")
    state = state_of(figure)
    if figure is None or state == "unknown":
        return ""
    if state == "withheld":
        return say("ecosystem.alone_withheld")
    if state == "none":
        return say("ecosystem.alone_none")
    if state == "exact" and figure.value == figure.total:
        return say("ecosystem.alone_all")
    form = "alone_one" if teller.amount(figure) == say.number(1) else "alone_some"
    return say(f"ecosystem.{form}", Schools=upper_first(teller.amount_of(figure, "schools")))


def _census(teller: Teller) -> Block | None:
    """Everybody who is counted, by type; the types that nobody counted are named."""
    say, types = teller.say, teller.along("census.participants", "participant")
    if not types:
        return None
    shown = {key: figure for key, figure in types.items() if state_of(figure) != "unknown"}
    missing = [teller.name("participant", key) for key in types if key not in shown]
    text = say("ecosystem.missing", list=say.listing(missing)) if missing else say("ecosystem.complete")
    table = Table(
        say("ecosystem.census"),
        (Column(say("columns.participant")), Column(say("columns.number"), numeric=True)),
        tuple((teller.name("participant", key), teller.cell(figure)) for key, figure in types.items()),
    )
    return Block(say("ecosystem.census_heading"), (text,), tables=(table,))


def _alone(teller: Teller) -> list[Block]:
    say = teller.say
    figures = {
        name: teller.get(f"census.{name}")
        for name in ("alone.schools", "alone.organizations", "one_partner", "largest_ten")
    }
    heading = say("ecosystem.alone_heading")
    if not any(is_known(figure) for figure in figures.values()):
        return [Block(heading, (say("ecosystem.alone_unknown"),))]
    text = []
    one, ten = figures["one_partner"], figures["largest_ten"]
    if one is not None and is_known(one):
        text.append(
            say("ecosystem.one_partner_none")
            if state_of(one) == "none"
            else say.plural("ecosystem.one_partner", one.value or 0, amount=upper_first(teller.amount(one)))
        )
    if ten is not None and is_known(ten):
        text.append(say("ecosystem.largest_ten", value=teller.value(ten)))
    tones: dict[str, Tone] = {f"census.{name}": "unmet" for name in figures}
    block = teller.readings(figures.values(), tones=tones)
    alone = teller.findings.schools.filter(teller.findings.schools["alone"].fill_null(value=False))
    tables: tuple[Table, ...] = ()
    if len(alone):
        rows = alone.sort("students", "name", descending=[True, False], nulls_last=True).iter_rows(named=True)
        tables = (
            Table(
                say("ecosystem.alone_list"),
                (
                    Column(say("columns.school")),
                    Column(say("columns.area")),
                    Column(say("columns.students"), numeric=True),
                ),
                tuple(
                    (
                        row["name"],
                        say("words.not_known") if row["area_id"] is None else teller.name("area", row["area_id"]),
                        say("words.not_known") if row["students"] is None else say.number(row["students"]),
                    )
                    for row in rows
                ),
                folded=True,
            ),
        )
    return [Block(heading, (*text, *block.text), block.readings, tables=tables)]
