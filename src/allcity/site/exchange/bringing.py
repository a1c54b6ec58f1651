"""Working out what an import makes of a city: its records as a folder, the import's files put over it, nothing written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from allcity.formats.account import LeftOut
from allcity.formats.check import BACKDROP_FILE, CITY_FILE, read_text
from allcity.formats.folder import CityFolder, read_folder, write_folder
from allcity.formats.geojson import feature_collection
from allcity.formats.importing import ImportResult, import_mapping, import_tables
from allcity.site.cities.models import City
from allcity.site.cities.models.city import read_city_settings
from allcity.site.exchange.changes import Changes, difference
from allcity.site.exchange.contents import Contents, contents_of
from allcity.site.exchange.files import mappings_of
from allcity.site.exchange.models import Import
from allcity.site.exchange.sparing import spare
from allcity.site.exchange.tables import read_city

Progress = Callable[[str, int, int], None]


class NotReadyError(ValueError):
    """Files of the import cannot be used yet; the page of its files says why."""


@dataclass(frozen=True)
class Brought:
    """What the city would hold, how that differs from what it holds now, and what was left out.

    Texts are None where they stay as they are. `data_version` is the city's when its records were read.
    """

    found: CityFolder
    changes: Changes
    data_version: int
    settings_text: str | None
    boundary: str | None
    backdrop: str | None
    read: Mapping[str, int]
    left_out: tuple[LeftOut, ...]


def bring(record: Import, *, progress: Progress) -> Brought:
    """Work out what an import makes of its city.

    Raises:
        NotReadyError: its files cannot be used yet.
        ProblemsError, MappingError: they have problems; it names all of them.
    """
    contents = contents_of(record)
    if not contents.is_ready:
        raise NotReadyError
    city = City.objects.get(pk=record.city_id)
    now = read_city(city)
    settings_text = _text(contents.data / CITY_FILE) if contents.city_id else None
    if contents.kind == Import.Kind.FOLDER:
        progress("checking", 0, 2)
        found = read_folder(contents.data)
        read = {path.name: found.tables[name].height for name, path in contents.tables.items()}
        left_out: tuple[LeftOut, ...] = ()
    else:
        found, results = _put_over(city, now, contents, mappings_of(record), settings_text, progress)
        read = {name: rows for result in results for name, rows in result.read.items()}
        left_out = tuple(entry for result in results for entry in result.left_out)
    return Brought(
        found=found,
        changes=spare(city, difference(now.tables, found.tables)),
        data_version=city.data_version,
        settings_text=settings_text,
        boundary=_boundary(contents.data, found),
        backdrop=_text(contents.data / BACKDROP_FILE),
        read=read,
        left_out=left_out,
    )


def write_city(folder: Path, city: City, tables: CityFolder, *, settings_text: str | None = None) -> None:
    """Write a city as its folder, with everything that lies in it beside the tables.

    `tables` are what is written of its records, `settings_text` another city.toml than its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_folder(
        folder, tables=tables.tables, city_text=settings_text or city.settings_text, shapes=tables.shapes or None
    )
    boundary = read_city_settings(settings_text or city.settings_text).city.boundary
    if boundary:
        (folder / boundary).write_bytes((city.boundary or feature_collection({})).encode())
    if city.backdrop:
        (folder / BACKDROP_FILE).write_bytes(city.backdrop.encode())


def _put_over(
    city: City, now: CityFolder, contents: Contents, mappings: Path, settings_text: str | None, progress: Progress
) -> tuple[CityFolder, Iterable[ImportResult]]:
    """The city with its tables changed as the command line would change those of its folder."""
    results = []
    with TemporaryDirectory() as place:
        folder = Path(place) / "city"
        write_city(folder, city, now, settings_text=settings_text)
        boundary = read_city_settings(settings_text).city.boundary if settings_text else None
        if boundary and not (contents.data / boundary).is_file() and not city.boundary:
            (folder / boundary).unlink()  # reading the folder then says that it is missing
        if contents.mappings:
            results.append(import_mapping(mappings, data=contents.data, folder=folder, progress=progress))
        if contents.tables:
            results.append(import_tables(contents.tables, folder=folder, progress=progress))
        return read_folder(folder), results


def _boundary(data: Path, found: CityFolder) -> str | None:
    name = found.settings.city.boundary
    return _text(data / Path(name).name) if name else None


def _text(path: Path) -> str | None:
    return read_text(path) if path.is_file() else None
