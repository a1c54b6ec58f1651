"""Question 1: do all students have access to an active music life? In school, out of school, of their own, and all three."""

from collections.abc import Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from allcity.analysis.figures import Figure
from allcity.reports.model import Block, Section, Table
from allcity.reports.sections.schools import access_columns, school_blocks
from allcity.reports.teller import Teller, floor, is_known, is_wide, peak, state_of

MOST_ROWS = 12
_FILTERS = ("free", "fee", "language", "accommodation")


def section(teller: Teller, *, backdrop: Sequence[tuple[str, BaseGeometry]]) -> Section:
    say = teller.say
    contexts = teller.get("contexts.all")
    remarks = [say("sections.access.wide")] if is_wide(contexts) else []
    if state_of(teller.get("access.reach")) in ("at_least", "none_on_record"):
        remarks.append(say("sections.access.partial"))
    blocks = [
        *_in_school(teller),
        *_out_of_school(teller),
        _one(teller, "access.informal", "informal.share"),
        _one(teller, "access.contexts", "contexts.all", say("access.contexts.bounds")),
        *_by(teller, "group"),
        *_by(teller, "band"),
        *_by(teller, "contribution"),
        *_by_area(teller),
        *school_blocks(teller, backdrop=backdrop),
    ]
    return Section(
        "access",
        say("sections.access.question"),
        teller.sentence("sections.access", contexts),
        tuple(block for block in blocks if block is not None),
        tuple(remarks),
    )


def _in_school(teller: Teller) -> list[Block]:
    say, heading = teller.say, teller.say("access.in_school.heading")
    figures = [teller.get(f"school_music.{name}") for name in ("staffed", "minutes", "enrolled", "without_place")]
    ratings = teller.along("school_music.rating", "rating")
    if any(is_known(figure) for figure in figures):
        block = teller.readings(figures, tones={"school_music.without_place": "unmet"})
        blocks = [Block(heading, block.text, block.readings)]
    else:
        blocks = [Block(heading, (say("access.in_school.nothing"),))]
    if ratings and any(is_known(figure) for figure in ratings.values()):
        caption = say("access.in_school.ratings")
        picture, table = teller.comparison(list(ratings.items()), caption=caption, dimension="rating")
        blocks.append(Block(caption, (say("access.in_school.ratings_note"),), picture=picture, tables=(table,)))
    return blocks


def _out_of_school(teller: Teller) -> list[Block]:
    say, targets = teller.say, teller.findings.city_year.framework.targets
    heading = say("access.out_of_school.heading")
    reach = teller.get("access.reach")
    figures = [reach, teller.get("access.placed"), teller.get("access.seats_per_100")]
    if not any(is_known(figure) for figure in figures):
        return [Block(heading, (say("access.out_of_school.nothing"),))]
    rule = say(
        "access.out_of_school.rule",
        sessions=say.number(targets.sustained_sessions.value),
        days=say.number(targets.sustained_days.value),
        minutes=say.number(targets.reach_minutes.value),
    )
    block = teller.readings(figures)
    blocks = [Block(heading, (rule, *block.text), block.readings)]
    filters = [("all", reach), *((name, teller.get(f"access.reach.{name}")) for name in _FILTERS)]
    rows = [(say(f"access.filters.{name}"), figure) for name, figure in filters if figure is not None]
    if len(rows) > 1:
        blocks.append(_compared(teller, rows, say("access.out_of_school.filters"), "contribution"))
    terms = [(teller.name("term", key), figure) for key, figure in teller.along("access.placed", "term").items()]
    if terms:
        blocks.append(_compared(teller, terms, say("access.out_of_school.terms"), "term"))
    return blocks


def _compared(teller: Teller, rows: list[tuple[str, Figure]], caption: str, dimension: str, heading: str = "") -> Block:
    picture, table = teller.comparison(rows, caption=caption, dimension=dimension)
    return Block(heading or caption, picture=picture, tables=(table,))


def _one(teller: Teller, prefix: str, figure_id: str, *notes: str) -> Block | None:
    figure = teller.get(figure_id)
    if figure is None:
        return None
    block = teller.readings([figure])
    return Block(teller.say(f"{prefix}.heading"), (*block.text, *(notes if is_known(figure) else ())), block.readings)


def _by(teller: Teller, dimension: str) -> list[Block]:
    """Reach along a dimension, with seats and places in the table where they are along it too."""
    say, figures = teller.say, teller.along("access.reach", dimension)
    if not any(is_known(figure) and peak(figure) > 0 for figure in figures.values()):
        return []
    rows = [(teller.name(dimension, key), figure) for key, figure in figures.items()]
    whole = teller.get("access.reach")
    if dimension != "contribution" and whole is not None:
        rows.insert(0, (say("words.all_students"), whole))
    block = _compared(
        teller, rows, say(f"access.by_{dimension}.chart"), dimension, say(f"access.by_{dimension}.heading")
    )
    if dimension == "contribution":
        return [block]
    return [
        Block(block.heading, picture=block.picture, tables=(_all_three(teller, dimension, block.tables[0].caption),))
    ]


def _by_area(teller: Teller) -> list[Block]:
    """A chart of the areas furthest behind (all, where they are few), and every area in the table."""
    say, figures = teller.say, teller.along("access.reach", "area")
    if not figures:
        return []
    known = {key: figure for key, figure in figures.items() if is_known(figure)}
    heading = say("access.by_area.heading")
    if not known:
        return [Block(heading, (say("access.by_area.none_known"),))]
    students = teller.along("students", "area")

    def rank(key: str) -> tuple[float, float, float]:
        return floor(known[key]), peak(known[key]), -peak(students[key]) if key in students else 0

    behind = sorted(known, key=rank)[:MOST_ROWS]
    bare = sum(state_of(figure) == "none_on_record" for figure in known.values())
    text = (say.plural("access.by_area.none_on_record", bare),) if bare else ()
    caption = say("access.by_area.chart")
    if len(behind) < len(known):
        caption = say("access.by_area.chart_some", count=say.number(len(behind)))
    rows = [(teller.name("area", key), known[key]) for key in behind]
    picture, _ = teller.comparison(rows, caption=caption, dimension="area")
    return [
        Block(
            heading,
            (*text, caption),
            picture=picture,
            tables=(_all_three(teller, "area", say("access.by_area.table")),),
        )
    ]


def _all_three(teller: Teller, dimension: str, caption: str) -> Table:
    say = teller.say
    measures = ("access.reach", "access.seats_per_100", "access.placed")
    along: dict[str, Mapping[str, Figure]] = {m: teller.along(m, dimension) for m in measures}
    students = teller.along("students", dimension)
    keys = (
        sorted(along["access.reach"], key=lambda key: teller.name(dimension, key))
        if dimension == "area"
        else list(along["access.reach"])
    )
    rows: list[tuple[str, list[Figure | None]]] = []
    if dimension != "area":
        rows.append((say("words.all_students"), [teller.get(figure_id) for figure_id in ("students", *measures)]))
    rows += [(teller.name(dimension, key), [students.get(key), *(along[m].get(key) for m in measures)]) for key in keys]
    return Table(
        caption,
        access_columns(say, dimension),
        tuple((name, *(teller.cell(figure) for figure in figures)) for name, figures in rows),
        folded=True,
    )
