"""Examining a city: its records are put together as a city-year, measured, told, and stored for every page to serve."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allcity import __version__
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.examine import examine
from allcity.analysis.findings import Findings
from allcity.analysis.season import programs_in_reach, season
from allcity.formats.folder import CityFolder
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import as_text
from allcity.reports.model import Report
from allcity.reports.story import build_report
from allcity.reports.tables import figures_json, schools_table
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.exchange.exports import keep_report, report_file
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination, ReportPart, SchoolFinding
from allcity.site.figures.queries import HEAD, current_examination
from allcity.site.insight.counts import weigh
from allcity.site.insight.glance import GLANCE, glance_document
from allcity.site.insight.models import Weighing


def examine_city(*, city: City) -> list[Examination]:
    """Examine every school year of the city whose records differ from those last examined, the newest first."""
    version = city.data_version
    folder = read_city(city)
    made = []
    for year in reversed(folder.years):
        city_year = folder.city_year(year)
        inputs = fingerprint(folder, city_year)
        last = current_examination(city, year)
        if last is None or last.inputs != inputs:
            made.append(_examine_year(city, folder, city_year, version=version, inputs=inputs, corrects=last))
    weigh_counts(city=city, folder=folder, version=version)
    return made


def weigh_counts(*, city: City, folder: CityFolder, version: int) -> None:
    """Store which counts of the city's records, as they were at `version`, its pages must not show."""
    weighing, _new = Weighing.objects.get_or_create(city=city, defaults={"data_version": 0})
    if weighing.data_version < version:
        weighing.withheld, weighing.data_version = weigh(folder), version
        with transaction.atomic():
            weighing.save()
            note_publication(city)


def fingerprint(folder: CityFolder, city_year: CityYear) -> str:
    """A digest of everything that the figures of a city-year are computed from, and of what computes them."""
    digest = hashlib.sha256(f"{__version__} {folder.settings!r}".encode())
    for name, table in SCHEMA.items():
        digest.update(as_text(table, getattr(city_year, name)).write_csv().encode())
    for area in sorted(city_year.shapes):
        digest.update(area.encode() + city_year.shapes[area].wkb)
    return digest.hexdigest()


def _examine_year(
    city: City, folder: CityFolder, city_year: CityYear, *, version: int, inputs: str, corrects: Examination | None
) -> Examination:
    findings = examine(city_year)
    now = timezone.now()
    with transaction.atomic():
        examination = Examination.objects.create(
            city=city,
            year=city_year.year,
            state=Examination.State.DONE,
            data_version=version,
            inputs=inputs,
            software=__version__,
            computed_at=now,
            corrects=corrects,
            figures=json.loads(figures_json(findings)),
        )
        for report in _reports(folder, findings, day=now.date()):
            ReportPart.objects.bulk_create(_parts(examination, report))
        SchoolFinding.objects.bulk_create(_schools(examination, findings), batch_size=500)
        # The figures of what was corrected stay for ever; how they were told can be told anew from them.
        for model in (ReportPart, SchoolFinding):
            model.objects.filter(examination__in=Examination.objects.of(city).filter(year=city_year.year)).exclude(
                examination=examination
            ).delete()
        note_publication(city)
    return examination


def keep_reports(*, city: City) -> None:
    """Keep the report of every school year as files in every language, where they are not there yet.

    Setting a report on paper takes longer than measuring, which is why it is done once the figures stand on the pages.
    """
    folder = read_city(city)
    for year in reversed(folder.years):
        examination, city_year = current_examination(city, year), folder.city_year(year)
        if examination is None or report_file(examination, settings.LANGUAGE_CODE, "report.pdf"):
            continue
        if fingerprint(folder, city_year) == examination.inputs:
            findings = examine(city_year)
            for report in _reports(folder, findings, day=(examination.computed_at or examination.asked_at).date()):
                keep_report(examination, report, findings)
            note_publication(city)


def _reports(folder: CityFolder, findings: Findings, *, day: date) -> Iterator[Report]:
    """The report in every language of the site."""
    for language, _name in settings.LANGUAGES:
        yield build_report(findings, language=language, generated=day, backdrop=folder.backdrop)


def _parts(examination: Examination, report: Report) -> list[ReportPart]:
    head = {name: value for name, value in asdict(report).items() if name not in ("sections", "generated")}
    documents = {HEAD: head} | {section.id: asdict(section) for section in report.sections}
    documents[GLANCE] = glance_document(report, examination.figures)
    return [
        ReportPart(examination=examination, language=report.language, part=name, position=position, document=document)
        for position, (name, document) in enumerate(documents.items())
    ]


def _schools(examination: Examination, findings: Findings) -> list[SchoolFinding]:
    city_year = findings.city_year
    near: dict[str, list[list[object]]] = {}
    reach = programs_in_reach(city_year, students_by_cell(city_year), season(city_year))
    for school, offering, minutes, certain in reach.iter_rows():
        near.setdefault(school, []).append([offering, None if minutes is None else round(minutes, 1), certain])
    return [
        SchoolFinding(
            examination=examination,
            key=row["school_id"],
            found=row | {"as_of": row["as_of"].isoformat() if row["as_of"] else None},
            offerings=near.get(row["school_id"], []),
        )
        for row in schools_table(findings).iter_rows(named=True)
    ]
