"""What to do next: the few steps that the figures themselves point to."""

from allcity.analysis.figures import Figure
from allcity.reports.model import Block, Entry, Section
from allcity.reports.sections.equity import furthest_behind, points
from allcity.reports.sections.limits import tally_values, unknowns
from allcity.reports.teller import Teller, floor, is_known, state_of, upper_first

_MOST = 6
_NAMED = 5


def section(teller: Teller) -> Section:
    say = teller.say
    found = (
        _source(teller),
        _narrower(teller),
        _baseline(teller),
        _area(teller),
        _group(teller),
        _need(teller),
        _alone(teller),
        _owed(teller),
    )
    steps = tuple(step for step in found if step is not None)[:_MOST]
    answer = say.plural("sections.steps.answer", len(steps)) if steps else say("sections.steps.none")
    block = (Block(text=(say("sections.steps.note"),), entries=steps, numbered=True),) if steps else ()
    return Section("steps", say("sections.steps.question"), answer, block)


def _step(teller: Teller, step: str, fields: dict[str, str] | None = None, **values: str) -> Entry:
    fields = (fields or {}) | values
    return Entry(teller.say(f"steps.{step}.term", **fields), teller.say(f"steps.{step}.text", **fields))


def _source(teller: Teller) -> Entry | None:
    """Programs that no source names stand before everything else: they leave access without an upper bound."""
    reach = teller.get("access.reach")
    if reach is None or state_of(reach) == "unknown":
        return _step(teller, "no_program_source")
    if "coverage" in reach.narrows:
        return _step(teller, "coverage", share=teller.value(reach))
    return None


def _narrower(teller: Teller) -> Entry | None:
    """The unknown that most records behind the reach share: the first of what the figure says would narrow it."""
    reach = teller.get("access.reach")
    if reach is None or not is_known(reach):
        return None
    first = next((tally for tally in unknowns(teller) if tally.id in reach.narrows), None)
    if first is None:
        return None
    say = teller.say
    values = tally_values(teller, first)
    why = upper_first(say(f"unknown.{first.id}.all", **values))
    low, high = say.amount(floor(reach), "share"), reach.high
    if high is None:
        text = say("steps.narrow_at_least", text=why)
    elif say.amount(high, "share") == low:
        return None
    else:
        text = say("steps.narrow_one", text=why, low=low, high=say.amount(high, "share"))
    return Entry(say(f"unknown.{first.id}.narrow"), text)


def _baseline(teller: Teller) -> Entry | None:
    tally = next((tally for tally in teller.findings.unknown if tally.id == "baseline" and tally.number), None)
    if tally is None:
        return None
    why = upper_first(teller.say("unknown.baseline.all", **tally_values(teller, tally)))
    return _step(teller, "baseline", text=why)


def _area(teller: Teller) -> Entry | None:
    """The area with most students who surely have no program in reach, or none on record where there is no high bound."""
    say, students = teller.say, teller.along("students", "area")

    def without(reach: Figure, key: str) -> float:
        return (students[key].value or 0) * (1 - (reach.high if reach.high is not None else floor(reach)))

    reached = {key: f for key, f in teller.along("access.reach", "area").items() if is_known(f) and key in students}
    if not reached:
        return None
    key = max(reached, key=lambda key: without(reached[key], key))
    left, reach = without(reached[key], key), reached[key]
    if round(left) < 1:
        return None
    fields = {"area": teller.name("area", key), "students": say.counted("students", students[key].value or 0)}
    if state_of(reach) == "none_on_record":
        return _step(teller, "area_none", fields)
    if reach.high is None:
        return _step(teller, "area_at_least", fields, low=say.amount(floor(reach), "share"))
    return _step(teller, "area", fields, high=say.amount(reach.high, "share"), left=say.number(left))


def _group(teller: Teller) -> Entry | None:
    behind = furthest_behind(teller)
    if behind is None:
        return None
    form = "group_on_record" if behind[1].high is None else "group"
    return _step(teller, form, group=teller.name("group", behind[0]), points=upper_first(points(teller, behind[1])))


def _need(teller: Teller) -> Entry | None:
    """The contribution with most students whose need is surely unmet; things and hours are not weighed against them."""
    contributions = teller.findings.city_year.framework.contributions
    unmet = {
        key: figure
        for key, figure in teller.along("needs.unmet", "contribution").items()
        if is_known(figure) and floor(figure) > 0 and contributions[key].unit == "students"
    }
    if not unmet:
        return None
    key = max(unmet, key=lambda key: floor(unmet[key]))
    amount = teller.amount_of(unmet[key], "student_places")
    return _step(teller, "need", amount=amount, contribution=teller.name("contribution", key))


def _alone(teller: Teller) -> Entry | None:
    schools = teller.findings.schools
    alone = schools.filter(schools["alone"].fill_null(value=False)).sort(
        "students", "name", descending=[True, False], nulls_last=True
    )
    if not len(alone):
        return None
    say = teller.say
    names = alone["name"].to_list()[:_NAMED]
    return _step(teller, "alone", schools=upper_first(say.counted("schools", len(alone))), list=say.listing(names))


def _owed(teller: Teller) -> Entry | None:
    staff = teller.get("needs.owed.staff")
    if staff is None or not is_known(staff) or floor(staff) <= 0:
        return None
    return _step(teller, "owed", amount=teller.amount_of(staff, "full_time_teachers"))
