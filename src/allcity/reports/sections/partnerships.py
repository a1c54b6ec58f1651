"""Question 4: what do partnerships add? What was delivered, and no judgement that was not made."""

from allcity.reports.model import Block, Column, Section, Table
from allcity.reports.teller import Teller, is_known, state_of, upper_first


def section(teller: Teller) -> Section:
    say = teller.say
    delivered = _delivered(teller)
    judgement = Block(say("partnerships.judgement"), (say("partnerships.judgement_note"),))
    return Section("partnerships", say("sections.partnerships.question"), _answer(teller), (delivered, judgement))


def _answer(teller: Teller) -> str:
    say = teller.say
    partnerships, hours, students = (
        teller.get(name) for name in ("partnerships", "deliveries.hours", "deliveries.students")
    )
    if state_of(partnerships) == "none" and not is_known(hours) and not is_known(students):
        return say("sections.partnerships.none")
    has_partnerships = partnerships is not None and is_known(partnerships) and state_of(partnerships) != "none"
    given = [
        teller.amount_of(figure, noun)
        for figure, noun in ((hours, "student_hours"), (students, "students"))
        if figure is not None and is_known(figure)
    ]
    values = {}
    if has_partnerships and partnerships is not None:
        values["Partnerships"] = upper_first(teller.amount_of(partnerships, "partnerships"))
    if len(given) == 2:
        values |= {"hours": given[0], "students": given[1]}
        return say(f"sections.partnerships.{'some' if has_partnerships else 'deliveries_only'}", **values)
    return say(f"sections.partnerships.{'partnerships_only' if has_partnerships else 'unknown'}", **values)


def _delivered(teller: Teller) -> Block:
    say = teller.say
    heading = say("partnerships.delivered")
    figures = [teller.get(name) for name in ("partnerships", "deliveries.hours", "deliveries.students")]
    if not any(is_known(figure) for figure in figures[1:]):
        return Block(heading, (say("partnerships.nothing"),))
    readings = tuple(teller.reading(figure, drawn=False) for figure in figures if figure is not None)
    names = ("hours", "students")
    along = [teller.along(f"deliveries.{name}", "contribution") for name in names]
    tables: tuple[Table, ...] = ()
    if any(along):
        tables = (
            Table(
                say("partnerships.by_contribution"),
                (Column(say("columns.contribution")), *(Column(say(f"columns.{name}"), numeric=True) for name in names)),
                tuple(
                    (teller.name("contribution", key), *(teller.cell(f.get(key)) for f in along))
                    for key in dict.fromkeys([*along[0], *along[1]])
                ),
            ),
        )
    return Block(heading, readings=readings, tables=tables)
