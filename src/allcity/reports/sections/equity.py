"""Question 5: how fair is it? Between groups and between schools, in words."""

from allcity.analysis.figures import Figure
from allcity.reports.model import Block, Column, Section, Table
from allcity.reports.teller import Teller, floor, is_known, peak

_EVEN, _UNEVEN = 0.2, 0.5
_NEITHER = 0.02


def furthest_behind(teller: Teller) -> tuple[str, Figure] | None:
    """The group with the widest gap to everyone else, of those surely behind or, where nothing bounds it, on record."""
    gaps = teller.along("equity.gap", "group")
    behind = {key: gap for key, gap in gaps.items() if is_known(gap) and floor(gap) > 0}
    return max(behind.items(), key=lambda item: item[1].value or 0, default=None)


def points(teller: Teller, gap: Figure) -> str:
    """The size of a gap in percentage points: "between 12 and 35 percentage points"."""
    say = teller.say
    low, high = (round(abs(bound) * 100) for bound in (floor(gap), peak(gap)))
    if low == high:
        return say.counted("points", low)
    span = say("amounts.number.between", low=say.number(low), high=say.number(high))
    return f"{span} {say.plural('nouns.points', high)}"


def section(teller: Teller) -> Section:
    say = teller.say
    gaps = {key: gap for key, gap in teller.along("equity.gap", "group").items() if is_known(gap)}
    behind = furthest_behind(teller)
    if behind is not None:
        form = "behind_on_record" if behind[1].high is None else "behind"
        answer = say(f"sections.equity.{form}", group=teller.name("group", behind[0]), points=points(teller, behind[1]))
    elif not gaps:
        answer = say(
            "sections.equity.schools_only" if is_known(teller.get("equity.gini")) else "sections.equity.unknown"
        )
    elif all(peak(gap) <= 0 for gap in gaps.values()):
        answer = say("sections.equity.even")
    else:
        answer = say("sections.equity.unsure")
    blocks = (_groups(teller, gaps), _schools(teller))
    return Section("equity", say("sections.equity.question"), answer, tuple(block for block in blocks if block))


def _groups(teller: Teller, gaps: dict[str, Figure]) -> Block | None:
    say, reach, ratios = teller.say, teller.along("access.reach", "group"), teller.along("equity.ratio", "group")
    if not gaps:
        return None
    table = Table(
        say("equity.groups_caption"),
        (
            Column(say("columns.group")),
            Column(say("columns.reach"), numeric=True),
            Column(say("equity.gap"), numeric=True),
            Column(say("equity.ratio"), numeric=True),
        ),
        tuple(
            (
                teller.name("group", key),
                teller.cell(reach.get(key)),
                _gap_cell(teller, gap),
                teller.cell(ratios.get(key)),
            )
            for key, gap in gaps.items()
        ),
    )
    return Block(say("equity.groups_heading"), (say("equity.gap_note"),), tables=(table,))


def _gap_cell(teller: Teller, gap: Figure) -> str:
    """A difference in percentage points, signed."""

    def signed(value: float) -> str:
        rounded = round(value * 100)
        return ("+" if rounded > 0 else "−" if rounded < 0 else "") + teller.say.number(abs(rounded))

    low, high = signed(floor(gap)), signed(peak(gap))
    return low if low == high else teller.say("equity.gap_range", low=low, high=high)


def _schools(teller: Teller) -> Block:
    say, heading = teller.say, teller.say("equity.schools_heading")
    gini = teller.get("equity.gini")
    if gini is None or not is_known(gini) or gini.value is None:
        return Block(heading, (say("equity.gini_unknown"),))
    level = "low" if gini.value < _EVEN else "middle" if gini.value < _UNEVEN else "high"
    text = [say("equity.on_record")] if "coverage" in gini.narrows else []
    text += [say(f"equity.gini_{level}", value=say.amount(gini.value, "index"))]
    total, between, within = (
        teller.get(name) for name in ("equity.theil", "equity.theil.between", "equity.theil.within")
    )
    if total is not None and between is not None and within is not None and total.value:
        parts = (say.share((figure.value or 0) / total.value) for figure in (between, within))
        text.append(say("equity.theil", **dict(zip(("between", "within"), parts, strict=True))))
    lean = teller.get("equity.concentration")
    if lean is not None and is_known(lean) and lean.value is not None:
        way = "even" if abs(lean.value) < _NEITHER else "poor" if lean.value < 0 else "rich"
        text.append(say(f"equity.concentration_{way}", value=say.amount(lean.value, "index")))
    quarter = teller.get("equity.neediest_quarter")
    if quarter is not None and is_known(quarter) and quarter.value is not None:
        text.append(say("equity.neediest_quarter", value=say.share(quarter.value)))
    measures = [figure for figure in (gini, total, lean, quarter) if figure is not None and is_known(figure)]
    return Block(heading, tuple(text), tuple(teller.reading(figure, drawn=False) for figure in measures))
