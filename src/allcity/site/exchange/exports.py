"""Exports: a city, its tables and its figures as files, each made once for every state of the city's data.

Whatever is for everybody goes through `editions`; a coordinator may have everything.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from allcity.analysis.findings import Findings
from allcity.formats.folder import CityFolder
from allcity.formats.schema import SCHEMA
from allcity.formats.tabular import has_places, table_csv, table_geojson, table_xlsx
from allcity.reports.model import Report
from allcity.reports.publish import write_report
from allcity.site.cities.models import City
from allcity.site.environment import environment
from allcity.site.exchange.bringing import write_city
from allcity.site.exchange.editions import public_folder
from allcity.site.exchange.tables import KEPT, read_city
from allcity.site.figures.models import Examination

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
REPORT_FILES = {
    "figures.json": "application/json",
    "figures.xlsx": KINDS["xlsx"],
    "schools.csv": KINDS["csv"],
    "ledger.csv": KINDS["csv"],
    "needs_derived.csv": KINDS["csv"],
    "report.pdf": "application/pdf",
    "report.html": "text/html; charset=utf-8",
}
_PACKED_ON = (2000, 1, 1, 0, 0, 0)
"""The day on which files in an archive claim to have been made, so that the same city gives the same bytes."""


def folder_zip(city: City, *, everything: bool = False) -> Path:
    """The city as its folder, packed; for everybody, or with `everything` for its coordinators."""
    return _kept(city, "everything.zip" if everything else "public.zip", lambda path: _pack(city, path, everything))


def table_file(city: City, table: str, kind: str) -> Path:
    """A table for everybody as CSV, XLSX or GeoJSON. Raises KeyError where the table has no such form."""
    if table not in SCHEMA or kind not in kinds_of(table):
        raise KeyError(kind)
    return _kept(city, f"{table}.{kind}", lambda path: _write_table(city, path, table, kind))


def kinds_of(table: str) -> list[str]:
    """The kinds of files in which a table can be had."""
    return [kind for kind in KINDS if kind != "geojson" or has_places(SCHEMA[table])]


def sizes(city: City) -> dict[str, int]:
    """How many rows each table has, those without any left out."""
    counts = {name: KEPT[name].records(city).count() for name in SCHEMA}
    return {name: count for name, count in counts.items() if count}


def public_city(city: City) -> CityFolder:
    """The city's records as everybody may have them."""
    shown, _told = public_folder(city=city, found=read_city(city))
    return shown


def keep_report(examination: Examination, report: Report, findings: Findings) -> None:
    """Keep the files of an examination's report in one language, as the command line writes them."""
    write_report(report, findings, out=_reports(examination) / report.language)


def report_file(examination: Examination, language: str, name: str) -> Path | None:
    """A file of an examination's report in a language, if it was kept; its figures can always be had."""
    path = _reports(examination) / language / name
    if name == "figures.json" and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(figure, ensure_ascii=False) for figure in examination.figures)
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    return path if name in REPORT_FILES and path.is_file() else None


def _reports(examination: Examination) -> Path:
    return environment().data / "reports" / str(examination.city.public_id) / str(examination.pk)


def forget_files(city: City) -> None:
    """Remove every file that was kept of the city and of its figures."""
    for kind in ("reports", "exports"):
        shutil.rmtree(environment().data / kind / str(city.public_id), ignore_errors=True)


def _write_table(city: City, path: Path, table: str, kind: str) -> None:
    found = public_city(city)
    frame = found.tables[table]
    match kind:
        case "csv":
            path.write_bytes(table_csv(SCHEMA[table], frame))
        case "xlsx":
            path.write_bytes(table_xlsx(SCHEMA[table], frame))
        case _:
            path.write_text(table_geojson(SCHEMA[table], frame, found.shapes), encoding="utf-8")


def _pack(city: City, path: Path, everything: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / city.slug
        write_city(folder, city, read_city(city) if everything else public_city(city))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.iterdir()):
                member = zipfile.ZipInfo(f"{city.slug}/{file.name}", date_time=_PACKED_ON)
                member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(member, file.read_bytes())


def _kept(city: City, name: str, make: Callable[[Path], None]) -> Path:
    """A file of the city as its data is now: made where it is not there, when files of older states are removed."""
    place = environment().data / "exports" / str(city.public_id)
    now = place / str(city.data_version)
    if not (now / name).is_file():
        now.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=now) as workshop:
            made = Path(workshop) / name
            make(made)
            made.replace(now / name)
        for older in place.iterdir():
            if older.name.isdigit() and int(older.name) < city.data_version:
                shutil.rmtree(older, ignore_errors=True)
    return now / name
