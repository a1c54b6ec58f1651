"""City folders and exports as people write them: text files with no more in them than a test needs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

SETTINGS = '[city]\nid = "riverton"\nname = "Riverton"\ntime_zone = "America/Chicago"\n'
EXPORT = """\
ID,School,Grades,Lat,Lon,Students
1,Ñuñoa,K-3,41.8,-87.6,100
2,Bunche,K-3,41.81,-87.61,200
3,Clark,4-8,41.82,-87.62,300
"""
MAPPING = """\
[source]
id = "register"
name = "Register"
coverage = "complete"
as_of = 2023-01-15

[[file]]
name = "schools.csv"
year = 2022

[[table]]
name = "schools"

[table.columns]
school_id = "ID"
name = "School"
grades = { header = "Grades", convert = "grades" }
latitude = "Lat"
longitude = "Lon"

[[table]]
name = "students"
columns = { school_id = "ID", grade = { value = "all" }, group_id = { value = "all" }, students = "Students" }
"""
_SIGNED = {"source_id": "register", "as_of": "2023-01-15"}
Row = Mapping[str, object]


def content(folder: Path) -> dict[Path, bytes]:
    """Every file in and under a folder, to tell whether anything was written."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def city_of(folder: Path, tables: Mapping[str, Sequence[Row]], *, settings: str = SETTINGS) -> Path:
    """A city folder with nothing in it but these tables, and one source that is complete unless they have their own."""
    register = {"source_id": "register", "name": "Register", "tables": ";".join(tables), "coverage": "complete"}
    folder.mkdir(parents=True)
    (folder / "city.toml").write_text(settings, encoding="utf-8")
    for name, rows in {"sources": [register], **tables}.items():
        (folder / f"{name}.csv").write_text(_csv({**_SIGNED, **row} for row in rows), encoding="utf-8")
    return folder


def school(number: int, **more: object) -> Row:
    """A school a kilometre north of the one before."""
    named = {"school_id": f"s{number}", "year": 2022, "name": f"School {number}", "grades": "K;1;2"}
    return {**named, "latitude": 41.8 + number / 100, "longitude": -87.6, **more}


def pupils(number: int, students: int = 100, **more: object) -> Row:
    """The students of a school as a total."""
    everyone = {"year": 2022, "grade": "all", "group_id": "all"}
    return {"school_id": f"s{number}", **everyone, "students": students, **more}


def three_schools() -> dict[str, list[Row]]:
    return {"schools": [school(n) for n in (1, 2, 3)], "students": [pupils(n) for n in (1, 2, 3)]}


def fiddles(**more: object) -> dict[str, list[Row]]:
    """A program of one organization, offered all year at a place near the first schools."""
    offering = {
        "offering_id": "f1", "program_id": "p1", "location_id": "l1", "mode": "in_person", "start_date": "2022-09-01",
        "end_date": "2023-05-31", "seats": 20, "minimum_age": 5, "maximum_age": 9, **more,
    }  # fmt: skip
    return {
        "organizations": [{"organization_id": "o1", "name": "Strings"}],
        "programs": [{"program_id": "p1", "organization_id": "o1", "name": "Fiddles"}],
        "locations": [{"location_id": "l1", "name": "Hall", "latitude": 41.81, "longitude": -87.6}],
        "offerings": [offering],
    }


def export_of(
    folder: Path,
    export: str | bytes | None,
    *,
    mapping: str | bytes | None = MAPPING,
    settings: str | bytes | None = SETTINGS,
) -> None:
    """An export in exports/schools.csv, with its mapping and the city's settings in mappings; None leaves a file out."""
    written = {"exports/schools.csv": export, "mappings/schools.toml": mapping, "mappings/city.toml": settings}
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())


def _csv(rows: Iterable[Row]) -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
