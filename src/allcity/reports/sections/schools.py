"""The schools: the map, and beside it the list of every school, by area."""

from collections.abc import Mapping, Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry

from allcity.analysis.figures import Unit
from allcity.reports.maps import School, city_map
from allcity.reports.model import Block, Column, Table, Tone
from allcity.reports.teller import Teller
from allcity.reports.text import Catalogue

_HALF = 0.5
_TONES: tuple[Tone, ...] = ("met", "unmet", "unknown")


def access_columns(say: Catalogue, first: str) -> tuple[Column, ...]:
    """The columns of a table of access by whatever `first` names."""
    measures = ("students", "reach", "seats", "placed")
    return (Column(say(f"columns.{first}")), *(Column(say(f"columns.{name}"), numeric=True) for name in measures))


def school_blocks(teller: Teller, *, backdrop: Sequence[tuple[str, BaseGeometry]]) -> list[Block]:
    """The map of the schools, where any has a place, and the list of them all."""
    schools = teller.findings.schools.sort("name").to_dicts()
    return [*_map(teller, schools, backdrop), _list(teller, schools)] if schools else []


def _map(teller: Teller, schools: list[dict[str, Any]], backdrop: Sequence[tuple[str, BaseGeometry]]) -> list[Block]:
    say, year = teller.say, teller.findings.city_year
    placed = [row for row in schools if row["latitude"] is not None and row["longitude"] is not None]
    drawn = [School(row["longitude"], row["latitude"], row["students"] or 0, school_tone(row)) for row in placed]
    count = {tone: say.number(sum(school.tone == tone for school in drawn)) for tone in _TONES}
    meeting = year.offerings.filter(year.offerings["mode"] == "in_person").select("location_id").unique()
    places = year.locations.join(meeting, on="location_id").drop_nulls(["latitude", "longitude"])
    picture = city_map(
        drawn,
        alt=say("access.by_area.map_alt", schools=say.counted("schools", len(drawn)), **count),
        shapes=year.shapes,
        names={key: teller.name("area", key) for key in year.shapes},
        places=list(zip(places["longitude"], places["latitude"], strict=True)),
        backdrop=backdrop,
    )
    if picture is None or not drawn:
        return []
    missing = len(schools) - len(drawn)
    note = (say.plural("access.by_area.map_missing", missing),) if missing else ()
    looks = [f"school_{tone}" for tone in _TONES if any(school.tone == tone for school in drawn)]
    key = teller.key(*looks, *(("place",) if len(places) else ()))
    return [Block(say("access.by_area.map_heading"), note, picture=picture, key=key)]


def school_tone(school: Mapping[str, Any]) -> Tone:
    """Whether most of a school's students have a program in reach, as far as that can be told."""
    low, high = school["reach_low"], school["reach_high"]
    if low is not None and low >= _HALF:
        return "met"
    return "unmet" if high is not None and high < _HALF else "unknown"


def _list(teller: Teller, schools: list[dict[str, Any]]) -> Block:
    """The schools in one table for each area."""
    say = teller.say
    by_area: dict[str, list[dict[str, Any]]] = {}
    for school in schools:
        area = school["area_id"]
        by_area.setdefault(teller.name("area", area) if area is not None else "", []).append(school)
    columns = (*access_columns(say, "school"), Column(say("columns.partner")))
    tables = tuple(
        Table(
            say(
                "access.by_area.list_caption",
                area=area or say("words.no_area"),
                schools=say.counted("schools", len(rows)),
            ),
            columns,
            tuple(_row(teller, row) for row in rows),
            folded=True,
        )
        for area, rows in sorted(by_area.items(), key=lambda item: (not item[0], item[0]))
    )
    return Block(say("access.by_area.list_heading"), tables=tables)


def _row(teller: Teller, school: Mapping[str, Any]) -> tuple[str, ...]:
    say, alone = teller.say, school["alone"]
    return (
        school["name"],
        say.number(school["students"]) if school["students"] is not None else say("words.not_known"),
        school_cell(say, school, "reach", "share"),
        school_cell(say, school, "seats_per_100", "seats per 100 students"),
        school_cell(say, school, "placed", "share"),
        say("words.not_known") if alone is None else say("words.none_on_record" if alone else "words.yes"),
    )


def school_cell(say: Catalogue, school: Mapping[str, Any], name: str, unit: Unit) -> str:
    """A measure of a school in one cell: its range where it has one, else its value."""
    value, low, high = school[name], school[f"{name}_low"], school[f"{name}_high"]
    if value is None:
        return say("words.not_known")
    low = value if low is None else low
    if high is None and not (unit == "share" and low >= 1):
        return say("words.at_least", low=say.amount(low, unit)) if low > 0 else say("words.none_on_record")
    high = low if high is None else high
    if say.amount(low, unit) == say.amount(high, unit):
        return say.amount(value, unit)
    return say.between(low, high, unit)
