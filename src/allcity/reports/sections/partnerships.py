"""Question 4: what do partnerships add? What was delivered, and no judgement that was not made."""

from allcity.reports.model import Block, Section
from allcity.reports.teller import Teller, is_known, phrases, state_of


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
        values = phrases(partnerships=teller.amount_of(partnerships, "partnerships"))
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
    return Block(heading, readings=readings)
