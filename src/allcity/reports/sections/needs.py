"""Question 3: which needs are met, and which are not yet? What partners may give, apart from what is owed."""

from allcity.analysis.figures import Figure
from allcity.reports.charts import BarRow, stacked_bars
from allcity.reports.model import Block, Column, Section, Table, Tone
from allcity.reports.teller import Teller, floor, is_known, phrases, state_of, upper_first


def section(teller: Teller) -> Section:
    say = teller.say
    stated, met = teller.get("needs.stated"), teller.get("needs.met")
    if stated is None or not is_known(stated) or state_of(stated) == "none":
        answer = say("sections.needs.withheld_all" if state_of(stated) == "withheld" else "sections.needs.none")
    else:
        answer = _answer(teller, stated, met)
    blocks = (_ledger(teller), _by_area(teller), _owed(teller))
    return Section("needs", say("sections.needs.question"), answer, tuple(block for block in blocks if block))


def _answer(teller: Teller, stated: Figure, met: Figure | None) -> str:
    say, values = teller.say, phrases(stated=teller.amount_of(stated, "student_places"))
    if met is None or not is_known(met):
        return say(f"sections.needs.{state_of(met)}", **values)
    if state_of(met) == "none":
        return say("sections.needs.unmet", **values)
    if stated.high is not None and floor(met) >= stated.high:
        return say("sections.needs.all", **values)
    return say("sections.needs.some", met=teller.amount(met), **values)


def _ledger(teller: Teller) -> Block | None:
    """Needs by contribution as bars of met, unmet and not known, each in its own unit, and the table behind them."""
    say, stated = teller.say, teller.along("needs.stated", "contribution")
    if not any(is_known(figure) and (figure.value or 0) > 0 for figure in stated.values()):
        return None
    keys = [key for key, figure in stated.items() if not is_known(figure) or (figure.value or 0) > 0]
    met, unmet, share = (teller.along(f"needs.{name}", "contribution") for name in ("met", "unmet", "met_share"))
    bars = [
        BarRow(
            teller.name("contribution", key),
            _parts(stated[key], met.get(key), unmet.get(key)),
            teller.cell(share.get(key)),
        )
        for key in keys
    ]
    caption = say("needs.chart")
    alt = f"{caption}: " + "; ".join(f"{bar.label} {bar.text}" for bar in bars)
    names = ("stated", "met", "unmet", "met_share")
    table = Table(
        caption,
        (Column(say("columns.contribution")), *(Column(say(f"columns.{name}"), numeric=True) for name in names)),
        tuple(
            (
                say(
                    "needs.in_unit",
                    contribution=teller.name("contribution", key),
                    unit=say(f"nouns.{_unit(teller, key)}.other"),
                ),
                *(teller.cell(f.get(key)) for f in (stated, met, unmet, share)),
            )
            for key in keys
        ),
        folded=True,
    )
    return Block(
        say("needs.additional"),
        (say("needs.additional_note"),),
        picture=stacked_bars(bars, alt=alt),
        key=teller.key("bar_met", "bar_unmet", "bar_unknown"),
        tables=(table,),
    )


def _unit(teller: Teller, contribution: str) -> str:
    return teller.findings.city_year.framework.contributions[contribution].unit


def _parts(stated: Figure, met: Figure | None, unmet: Figure | None) -> tuple[tuple[Tone, float], ...]:
    """The sure shares of what is asked for: what is certainly met, what is certainly unmet, and the rest."""
    whole = stated.value or 0.0
    if not whole:
        return (("unknown", 1.0),)
    sure = [min(floor(f) / whole, 1.0) if f is not None and is_known(f) else 0.0 for f in (met, unmet)]
    sure[1] = min(sure[1], 1 - sure[0])
    return (("met", sure[0]), ("unmet", sure[1]), ("unknown", 1 - sum(sure)))


def _by_area(teller: Teller) -> Block | None:
    say = teller.say
    names = ("stated", "met", "unmet")
    along = [teller.along(f"needs.{name}", "area") for name in names]
    keys = sorted(
        (key for key, f in along[0].items() if (f.value or 0) > 0 or f.suppressed), key=lambda k: teller.name("area", k)
    )
    if not keys:
        return None
    table = Table(
        say("needs.by_area"),
        (Column(say("columns.area")), *(Column(say(f"columns.{name}"), numeric=True) for name in names)),
        tuple((teller.name("area", key), *(teller.cell(f.get(key)) for f in along)) for key in keys),
        folded=True,
    )
    return Block(tables=(table,))


def _owed(teller: Teller) -> Block:
    say = teller.say
    staff, minutes = teller.get("needs.owed.staff"), teller.get("needs.owed.minutes")
    note = say("needs.owed_note")
    if not any(is_known(figure) and (figure is None or figure.value is not None) for figure in (staff, minutes)):
        return Block(say("needs.owed"), (note, say("needs.owed_unknown")))
    text = [note]
    if staff is not None and is_known(staff):
        text.append(
            say("needs.owed_staff_none")
            if state_of(staff) == "none"
            else say("needs.owed_staff", amount=teller.amount_of(staff, "full_time_teachers"))
        )
    if minutes is not None and is_known(minutes):
        amount = upper_first(teller.amount(minutes))
        text.append(
            say("needs.owed_minutes_none") if state_of(minutes) == "none" else say("needs.owed_minutes", Amount=amount)
        )
    block = teller.readings((staff, minutes), tones={"needs.owed.staff": "unmet", "needs.owed.minutes": "unmet"})
    return Block(say("needs.owed"), (*text, *block.text), block.readings)
