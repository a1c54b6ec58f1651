"""What is wrong with a city's typed records: values, keys, references, and what contradicts common sense."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Literal

import numpy as np
import polars as pl
from shapely.geometry.base import BaseGeometry

from allcity.analysis.city import ALL, year_name
from allcity.analysis.travel import FloatArray, great_circle_km
from allcity.declaration import Framework
from allcity.declaration.messages import Message, listed
from allcity.formats.columns import LIST_SEPARATOR, Column, Table
from allcity.formats.problems import Problem
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import as_text, conform

OUTLYING_KM = 150
ELSEWHERE_KM = 1000
NO_CITY_BEYOND_LATITUDE = 72
YEARS_AROUND = 10
SUGGESTIONS = 20


@dataclass(frozen=True)
class Sheet:
    """A table's typed rows with what it takes to tell where they stand.

    `text` holds the same rows as they are written, for the columns that the file has; `rows` their numbers there.
    `failed` is True where text did not fit its column's type, which has been said already.
    """

    table: Table
    file: str
    frame: pl.DataFrame
    text: pl.DataFrame
    rows: pl.Series
    failed: pl.DataFrame

    @classmethod
    def of(cls, table: Table, frame: pl.DataFrame) -> "Sheet":
        """A frame as it would stand in a CSV file of the city folder."""
        frame = conform(table, frame)
        rows = pl.Series("row", np.arange(2, frame.height + 2, dtype=np.uint32))
        return cls(table, f"{table.name}.csv", frame, as_text(table, frame), rows, failed=pl.DataFrame())

    def flag(
        self,
        where: pl.Series | Iterable[int],
        column: str | None,
        message: str | Callable[[int], str],
        remedy: str | Callable[[int], str],
        *,
        severity: Literal["error", "notice"] = "error",
    ) -> Iterator[Problem]:
        """A problem for each row that a mask or indices point at, with the cell's text as its value.

        Null in a mask is false.
        """
        if isinstance(where, pl.Series):
            # Nearly always nothing is wrong, and asking whether that is so takes far less time than asking where.
            where = where.arg_true() if where.any() else ()
        for index in where:
            yield Problem(
                self.file,
                message if isinstance(message, str) else message(index),
                remedy if isinstance(remedy, str) else remedy(index),
                self.rows[index],
                column,
                self.text[column][index] if column in self.text.columns else None,
                severity,
            )


def check_tables(
    tables: Mapping[str, pl.DataFrame], *, framework: Framework, shapes: Mapping[str, BaseGeometry] | None = None
) -> list[Problem]:
    """Everything that is wrong with typed tables, with the places they would have in CSV files of the city folder."""
    sheets = {name: Sheet.of(SCHEMA[name], frame) for name, frame in tables.items()}
    return check_sheets(sheets, framework=framework, shapes=shapes or {})


def check_sheets(
    sheets: Mapping[str, Sheet],
    *,
    framework: Framework,
    shapes: Mapping[str, BaseGeometry],
    unreadable: Iterable[str] = (),
) -> list[Problem]:
    """Everything that is wrong with the records of sheets by table name; nothing is looked up in unreadable tables."""
    problems: list[Problem] = []
    vocabularies = {
        "contributions": tuple(framework.contributions),
        "participants": tuple(framework.participants),
        "bands": tuple(framework.grade_bands),
    }
    ids = _Ids(sheets, frozenset(unreadable))
    for sheet in sheets.values():
        for column in sheet.table.columns:
            problems += _cells(sheet, column, vocabularies)
            if column.references is not None:
                problems += _references(sheet, column, column.references, ids)
        problems += _keys(sheet)
        problems += _order(sheet)
        problems += _dates(sheet, sheets.get("schools"))
    problems += _places(sheets, shapes)
    problems += _named_tables(sheets, ids)
    if "students" in sheets:
        problems += _students(sheets["students"], sheets.get("schools"))
    return problems


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names the known word that is nearest, if one is near."""
    by_lower_case = {name.lower(): name for name in sorted(known)}
    near = get_close_matches(word.lower(), by_lower_case, n=1)
    return Message('Did you mean "{name}"?', name=by_lower_case[near[0]]) if near else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """Did you mean …? Or else what there is to choose from."""
    return did_you_mean(word, known) or Message("It can be {names}.", names=", ".join(sorted(known)))


def _cells(sheet: Sheet, column: Column, vocabularies: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    name, values = column.name, sheet.frame[column.name]
    if column.required and name in sheet.text.columns:
        yield from sheet.flag(
            sheet.text[name].is_null(), name, Message("The cell is empty, and may not be."), Message("Fill it in.")
        )
    if name not in ("latitude", "longitude"):
        if column.minimum is not None:
            message = Message("The value is less than {minimum}.", minimum=f"{column.minimum:g}")
            yield from sheet.flag(values < column.minimum, name, message, Message("Correct it."))
        if column.maximum is not None:
            message = Message("The value is more than {maximum}.", maximum=f"{column.maximum:g}")
            yield from sheet.flag(values > column.maximum, name, message, Message("Correct it."))
    allowed = column.codes or vocabularies.get(column.vocabulary or "", ())
    if not allowed:
        return
    if column.kind == "list":
        wrong = values.list.eval(pl.element().filter(~pl.element().is_in(allowed)))
        for index in (wrong.list.len() > 0).arg_true():
            items = wrong[int(index)].to_list()
            message = Message("The column does not know {items}.", items=_quoted(items))
            remedy = Message(
                '{suggestion} Put "{separator}" between several.',
                suggestion=suggestion(items[0], allowed),
                separator=LIST_SEPARATOR,
            )
            yield from sheet.flag([int(index)], name, message, remedy)
    else:
        wrong = ~values.is_in(allowed)
        texts = sheet.frame[name]
        message = Message("The value is not one that this column knows.")
        yield from sheet.flag(wrong, name, message, lambda index: suggestion(texts[index], allowed))


def _keys(sheet: Sheet) -> Iterator[Problem]:
    key = list(sheet.table.key)
    keys = sheet.frame.select(key).with_row_index("index").drop_nulls()
    if not keys.select(key).is_duplicated().any():
        return
    first = keys.with_columns(first=pl.col("index").min().over(key)).filter(pl.col("first") < pl.col("index"))
    rows = dict(zip(first["index"], first["first"], strict=True))
    names = listed(key)
    remedy = Message("Delete one of the two, or correct the one that is wrong.")
    yield from sheet.flag(
        rows,
        key[0],
        lambda index: Message(
            "The record of row {row} has the same {names}.", row=sheet.rows[rows[index]], names=names
        ),
        remedy,
    )


class _Ids:
    """The ids that each table holds, for looking up references."""

    def __init__(self, sheets: Mapping[str, Sheet], unreadable: frozenset[str]) -> None:
        self.sheets = sheets
        self.unreadable = unreadable
        self._suggested: dict[tuple[str, str], str] = {}

    def known(self, table: str, column: str) -> pl.Series:
        sheet = self.sheets.get(table)
        return pl.Series(column, [], pl.String) if sheet is None else sheet.frame[column].drop_nulls().unique()

    def suggested(self, table: str, column: str, value: str) -> str:
        """A near id; looking for one takes long, so that only the first few are looked for."""
        if (table, value) not in self._suggested and len(self._suggested) < SUGGESTIONS:
            self._suggested[table, value] = did_you_mean(value, self.known(table, column))
        return self._suggested.get((table, value), "")


def _references(sheet: Sheet, column: Column, target: tuple[str, str], ids: _Ids) -> Iterator[Problem]:
    table, key = target
    if table in ids.unreadable:
        return
    parent = ids.sheets.get(table)
    dated = SCHEMA[table].dated == "year" and "year" in sheet.table.names
    child = sheet.frame.select("year", value=column.name) if dated else sheet.frame.select(value=column.name)
    child = child.with_row_index("index")
    if column.kind == "list":
        child = child.explode("value", empty_as_null=True)
    if table == "groups":
        child = child.filter(pl.col("value") != ALL)
    child = child.drop_nulls()
    known = ids.known(table, key)
    anywhere = child["value"].is_in(known.implode())
    absent = child.filter(~anywhere)
    values = dict(zip(absent["index"], absent["value"], strict=True))
    yield from sheet.flag(
        values,
        column.name,
        lambda index: Message('There is no "{value}" in {table}.', value=values[index], table=table),
        lambda index: (
            ids.suggested(table, key, values[index]) or Message("Add it to {table}, or correct it here.", table=table)
        ),
    )
    if dated and parent is not None:
        records = parent.frame.select("year", value=key)
        absent = child.filter(anywhere).join(records, on=["value", "year"], how="anti")
        years = dict(zip(absent["index"], zip(absent["value"], absent["year"], strict=True), strict=True))
        yield from sheet.flag(
            years,
            column.name,
            lambda index: Message(
                '{table} has "{value}", but not in {year}.',
                table=table,
                value=years[index][0],
                year=year_name(years[index][1]),
            ),
            Message("Add its row for that school year to {table}, or correct the year here.", table=table),
        )


def _order(sheet: Sheet) -> Iterator[Problem]:
    for low, high in sheet.table.ordered:
        wrong = sheet.frame[low] > sheet.frame[high]
        template = Message("{low} is greater than {high} ({value}).")
        if sheet.table[low].kind in ("date", "time"):
            template = Message("{low} is after {high} ({value}).")
        highs = sheet.text[high] if high in sheet.text.columns else pl.Series(dtype=pl.String)
        said = partial(Message, template, low=low, high=high)
        yield from sheet.flag(
            wrong,
            low,
            lambda index, said=said, highs=highs: said(value=highs[index]),  # type: ignore[misc] # mypy cannot infer the defaults' types
            Message("Exchange the two, or correct the one that is wrong."),
        )


def _dates(sheet: Sheet, schools: Sheet | None) -> Iterator[Problem]:
    """Dates that no school year of the folder explains: 0202-09-01, or 2203 for 2023."""
    years = schools.frame["year"].drop_nulls() if schools is not None else pl.Series(dtype=pl.Int64)
    for column in sheet.table.columns:
        if column.kind != "date":
            continue
        year = sheet.frame[column.name].dt.year()
        impossible = (year < 1900) | (year > 2100)
        yield from sheet.flag(
            impossible, column.name, Message("The date is centuries away."), Message("Correct its year.")
        )
        if years.len() and column.name != "as_of":
            first, last = int(years.min()) - YEARS_AROUND, int(years.max()) + YEARS_AROUND  # type: ignore[arg-type] # years are whole numbers
            far = ((year < first) | (year > last)) & ~impossible
            message = Message(
                "The date is more than {years} years away from every school year of this folder.",
                years=YEARS_AROUND,
            )
            yield from sheet.flag(far, column.name, message, Message("Check its year."), severity="notice")


def _places(sheets: Mapping[str, Sheet], shapes: Mapping[str, BaseGeometry]) -> Iterator[Problem]:
    """Places that cannot be in this city, judged by its outlines or, without them, by the middle of all places."""
    located = [sheets[name] for name in ("schools", "locations") if name in sheets]
    for sheet in located:
        latitude, longitude = sheet.frame["latitude"], sheet.frame["longitude"]
        unread = pl.Series([False]).new_from_index(0, sheet.frame.height)
        for name in {"latitude", "longitude"} & set(sheet.failed.columns):
            unread |= sheet.failed[name]
        half = (latitude.is_null() != longitude.is_null()) & ~unread
        message = Message("Only one of latitude and longitude is given.")
        yield from sheet.flag(half, "latitude", message, Message("Give both, or neither if the place is not known."))
    places = [sheet.frame.select("latitude", "longitude").to_numpy() for sheet in located]
    centre = _centre(np.concatenate(places) if places else np.empty((0, 2)), shapes)
    if centre is None:
        return
    for sheet, place in zip(located, places, strict=True):
        distance = great_circle_km(place, centre[None])[:, 0]
        strange = (distance > OUTLYING_KM) | (np.abs(place) > (90, 180)).any(axis=1)
        for index in np.flatnonzero(strange).tolist():
            severity, message, remedy = _strange_place(place[index], centre, float(distance[index]))
            yield from sheet.flag([index], "latitude", message, remedy, severity=severity)


def _centre(places: FloatArray, shapes: Mapping[str, BaseGeometry]) -> FloatArray | None:
    if shapes:
        bounds = np.array([shape.bounds for shape in shapes.values()])
        west, south = np.nanmin(bounds[:, :2], axis=0)
        east, north = np.nanmax(bounds[:, 2:], axis=0)
        return np.array([(south + north) / 2, (west + east) / 2])
    known = places[np.isfinite(places).all(axis=1) & (places != 0).any(axis=1)]
    if not len(known):
        return None
    middle: FloatArray = np.median(known, axis=0)
    # No city lies so far north or south: there all coordinates are exchanged, and the middle with them.
    return middle[::-1] if abs(middle[0]) > NO_CITY_BEYOND_LATITUDE >= abs(middle[1]) else middle


def _strange_place(
    place: FloatArray,
    centre: FloatArray,
    distance: float,
) -> tuple[Literal["error", "notice"], Message, Message]:
    latitude, longitude = place.tolist()

    def near(*other: float) -> bool:
        return bool(great_circle_km(np.array([other]), centre[None])[0, 0] <= OUTLYING_KM)

    if latitude == longitude == 0:
        return (
            "error",
            Message("Latitude and longitude are both 0, which is in the ocean."),
            Message("Leave both empty if not known."),
        )
    if near(longitude, latitude):
        return (
            "error",
            Message("Latitude and longitude are exchanged (longitude is {longitude}).", longitude=f"{longitude:g}"),
            Message("Exchange the two."),
        )
    if near(latitude, -longitude) or near(-latitude, longitude):
        return (
            "error",
            Message("The place is on the other side of the world (longitude {longitude}).", longitude=f"{longitude:g}"),
            Message("Correct the sign."),
        )
    if abs(latitude) > 90 or abs(longitude) > 180:
        message = Message("There is no such place (longitude {longitude}).", longitude=f"{longitude:g}")
        return "error", message, Message("Give degrees: latitude from -90 to 90, longitude from -180 to 180.")
    message = Message(
        "The place is {distance} km away from the middle of the city (longitude {longitude}).",
        distance=f"{distance:,.0f}",
        longitude=f"{longitude:g}",
    )
    remedy = Message("Correct the coordinates, or leave both empty if they are not known.")
    return ("error" if distance > ELSEWHERE_KM else "notice"), message, remedy


def _students(sheet: Sheet, schools: Sheet | None) -> Iterator[Problem]:
    """Numbers of one school that contradict each other."""
    by_school = ["school_id", "year"]
    counts = sheet.frame.with_row_index("index").drop_nulls(["school_id", "year", "grade", "group_id", "students"])
    everyone = counts.filter(pl.col("group_id") == ALL).unique([*by_school, "grade"], keep="first")
    totals = everyone.filter(pl.col("grade") == ALL)

    empty = totals.filter(pl.col("students") == 0)["index"].to_list()
    message = Message("The school has no students, so it counts in no figure.")
    remedy = Message(
        "If the number is not known, delete the row; if the school is closed, delete its rows of this year."
    )
    yield from sheet.flag(empty, "students", message, remedy, severity="notice")

    grades = (
        counts.filter(pl.col("grade") != ALL)
        .group_by([*by_school, "group_id"])
        .agg(pl.col("students").sum().alias("of_grades"), pl.len().alias("grades_counted"))
    )
    graded = counts.filter(pl.col("grade") == ALL).join(grades, on=[*by_school, "group_id"])
    over = graded.filter(pl.col("of_grades") > pl.col("students"))
    sums = dict(zip(over["index"], over["of_grades"], strict=True))
    yield from sheet.flag(
        sums,
        "students",
        lambda index: Message("The grades of this school add up to {sum}, more than this total.", sum=sums[index]),
        Message("Correct the total or the grades."),
    )
    if schools is not None:
        offered = schools.frame.select(*by_school, offered=pl.col("grades").list.len()).drop_nulls()
        under = graded.join(offered.unique(by_school), on=by_school).filter(
            (pl.col("grades_counted") >= pl.col("offered")) & (pl.col("of_grades") < pl.col("students"))
        )
        lacking = dict(zip(under["index"], under["of_grades"], strict=True))
        yield from sheet.flag(
            lacking,
            "students",
            lambda index: Message(
                "All grades of this school add up to {sum}, less than this total.", sum=lacking[index]
            ),
            Message("Check which of them is right."),
            severity="notice",
        )

    of_all = everyone.select(*by_school, "grade", whole="students")
    larger = counts.filter(pl.col("group_id") != ALL).join(of_all, on=[*by_school, "grade"])
    larger = larger.filter(pl.col("students") > pl.col("whole"))
    wholes = dict(zip(larger["index"], larger["whole"], strict=True))
    yield from sheet.flag(
        wholes,
        "students",
        lambda index: Message(
            "The group is larger than all students of the same school and grade ({number}).", number=wholes[index]
        ),
        Message("Correct one of the two numbers."),
    )


def _named_tables(sheets: Mapping[str, Sheet], ids: _Ids) -> Iterator[Problem]:
    """Tables that sources and identifiers name in their cells, and the records that identifiers are of."""
    if "sources" in sheets:
        sheet = sheets["sources"]
        for index, names in enumerate(sheet.frame["tables"].to_list()):
            for name in set(names or ()) - set(SCHEMA):
                yield from sheet.flag(
                    [index], "tables", Message('There is no table "{name}".', name=name), suggestion(name, SCHEMA)
                )
    if "identifiers" not in sheets:
        return
    sheet = sheets["identifiers"]
    unknown = ~sheet.frame["table"].is_in(list(SCHEMA))
    yield from sheet.flag(
        unknown,
        "table",
        Message("There is no such table."),
        lambda index: suggestion(sheet.frame["table"][index], SCHEMA),
    )
    for name in set(sheet.frame["table"].drop_nulls()) & set(SCHEMA) - ids.unreadable:
        known = ids.known(name, SCHEMA[name].key[0])
        absent = (sheet.frame["table"] == name) & ~sheet.frame["record_id"].is_in(known.implode())
        message = Message("There is no such record in {name}.", name=name)
        yield from sheet.flag(absent, "record_id", message, Message("Add it to {name}, or correct it here.", name=name))


def _quoted(items: Iterable[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)
