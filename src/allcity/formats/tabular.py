"""A table of the city folder as CSV, as a sheet for a spreadsheet, and as GeoJSON where it has places.

Whatever a spreadsheet would execute has an apostrophe before it, in CSV and workbook alike: a workbook may be saved as
CSV. Reading takes it away again.
"""

import io
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from allcity.formats.columns import Column, Table
from allcity.formats.typed import as_text, inert

LONGEST_CELL = 32_767
"""The longest text that a cell of a workbook may hold."""


def table_csv(table: Table, frame: pl.DataFrame) -> bytes:
    """The rows as the city folder holds them, in UTF-8 with line feeds."""
    return _inert_text(table, frame).write_csv(line_terminator="\n").encode()


def table_xlsx(table: Table, frame: pl.DataFrame) -> bytes:
    """The rows as a workbook of one sheet: numbers and dates are such, everything else is text. Same rows, same bytes."""
    # Imported here because no other table needs it.
    from xlsxwriter import Workbook

    text = _inert_text(table, frame)
    target = io.BytesIO()
    with Workbook(target, {"constant_memory": True, "in_memory": True}) as book:
        # The clock would make the same rows give other bytes.
        book.set_properties({"title": table.name, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 - it takes no zone
        sheet = book.add_worksheet(table.name)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, len(table.key))
        sheet.set_column(0, len(table.columns) - 1, 18)
        for number, name in enumerate(table.names):
            sheet.write_string(0, number, name, bold)
        rows = zip(frame.iter_rows(), text.iter_rows(), strict=True)
        for line, (values, words) in enumerate(rows, start=1):
            for number, (column, value, word) in enumerate(zip(table.columns, values, words, strict=True)):
                if value is None or word is None:
                    continue
                match column.kind:
                    case "integer" | "number" | "year":
                        sheet.write_number(line, number, value)
                    case "boolean":
                        sheet.write_boolean(line, number, value)
                    case "date":
                        sheet.write_datetime(line, number, datetime.combine(value, time()), day)
                    case _:
                        sheet.write_string(line, number, word[:LONGEST_CELL])
    return target.getvalue()


def has_places(table: Table) -> bool:
    """Whether the rows of a table lie somewhere: by their coordinates, or by their outlines."""
    return table.name == "areas" or {"latitude", "longitude"} <= set(table.names)


def table_geojson(table: Table, frame: pl.DataFrame, shapes: Mapping[str, BaseGeometry]) -> str:
    """The rows as a FeatureCollection; a row whose place is not known has no geometry. Raises ValueError without places."""
    if not has_places(table):
        raise ValueError(f"{table.name} has no places")
    features = []
    for row in frame.iter_rows(named=True):
        geometry: dict[str, Any] | None = None
        if table.name == "areas" and row["area_id"] in shapes:
            geometry = json.loads(shapely.to_geojson(shapes[row["area_id"]]))
        elif row.get("latitude") is not None and row.get("longitude") is not None:
            geometry = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
        properties = {column.name: _plain(column, row[column.name]) for column in table.columns}
        features.append(
            json.dumps({"type": "Feature", "geometry": geometry, "properties": properties}, ensure_ascii=False)
        )
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def _inert_text(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return as_text(table, frame).select(
        inert(pl.col(column.name)) if column.kind in ("text", "list") else pl.col(column.name)
        for column in table.columns
    )


def _plain(column: Column, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value // 60:02d}:{value % 60:02d}" if column.kind == "time" and value is not None else value
