"""Examining a city: its records are put together as a city-year, measured, told, and stored for every page to serve."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allcity import __version__
from allcity.analysis.certainty import missing_answers, whom_to_ask
from allcity.analysis.city import CityYear
from allcity.analysis.examine import examine
from allcity.analysis.findings import Findings
from allcity.analysis.matching import Matches, match_needs
from allcity.analysis.needs import ledger
from allcity.analysis.owed import additional_needs
from allcity.analysis.withholding import Told
from allcity.formats.folder import CityFolder
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import as_text
from allcity.reports.model import Report
from allcity.reports.story import build_report
from allcity.reports.tables import figures_json, schools_table
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.exchange.editions import public_folder, records_told
from allcity.site.exchange.exports import keep_report, report_file
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination, NeedFinding, ReportPart, SchoolFinding
from allcity.site.figures.queries import HEAD, current_examination
from allcity.site.insight.counts import left_out, withheld_counts
from allcity.site.insight.glance import GLANCE, glance_document
from allcity.site.insight.models import Weighing
from allcity.site.insight.partners import Judging, judge_anew, keep_judged
from allcity.site.needs.matching.domain import MOST_FOR_NEED, MOST_FOR_ORGANIZATION, keep_matches, show_amounts
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Delivery


def examine_city(*, city: City) -> list[Examination]:
    """Examine every school year of the city whose records differ from those last examined, the newest first."""
    city.refresh_from_db(fields=["data_version"])
    version = city.data_version
    folder = read_city(city)
    # Figures tell no more than the records that are public beside them.
    shown, records = public_folder(city=city, found=folder)
    made = []
    years = folder.years
    so_far = folder.city_years_until(years[-1]) if years else []
    fingerprints = [fingerprint(folder, city_year) for city_year in so_far]
    for year in reversed(years):
        count = year - years[0] + 1
        judging = Judging.of(so_far[:count], fingerprints[:count], today=today_in(city), newest=year == years[-1])
        inputs = fingerprints[count - 1]
        while (last := current_examination(city, year)) is None or last.inputs != inputs:
            examination = _examine_year(
                city, folder, judging, version=version, inputs=inputs, corrects=last, records=records
            )
            made += [examination] if examination else []
        if last.judged != judging.inputs:
            judge_anew(city=city, examination=last, judging=judging, version=version)
    keep_weighing(city=city, withheld=left_out(folder, shown), version=version)
    derived = SchoolFinding.objects.filter(examination=current_examination(city)).values_list("key", "derived")
    untold = [school for school, found in derived if found.get("suppressed")]
    show_amounts(city=city, hidden=_needs_not_told(city), schools=untold)
    return made


def keep_weighing(*, city: City, withheld: dict[str, list[list[Any]]], version: int) -> None:
    """Store which counts of the city's records, as they were at `version`, its pages must not show."""
    weighing, _new = Weighing.objects.get_or_create(city=city, defaults={"data_version": 0})
    if weighing.data_version < version:
        weighing.withheld, weighing.data_version = withheld, version
        with transaction.atomic():
            weighing.save()
            note_publication(city)


def _needs_not_told(city: City) -> set[str]:
    """The ids of needs of which a page must not show how much is asked for, or of a delivery how much was given."""
    withheld = withheld_counts(city)
    needs = Need.objects.of(city).values_list("key", flat=True)
    deliveries = Delivery.objects.of(city).exclude(need=None).values_list("need__key", "key")
    return {key for key in needs if withheld.hides("needs", key)} | {
        need for need, key in deliveries if withheld.hides("deliveries", key)
    }


def _matches(findings: Findings) -> Matches:
    """Who could answer which need."""
    city_year, cells = findings.city_year, findings.cells
    return match_needs(
        city_year, cells, ledger(city_year), additional_needs(city_year, cells, findings.schools),
        most_for_need=MOST_FOR_NEED, most_for_organization=MOST_FOR_ORGANIZATION,
    )  # fmt: skip


def fingerprint(folder: CityFolder, city_year: CityYear) -> str:
    """A digest of everything that the figures of a city-year are computed from, and of what computes them."""
    digest = hashlib.sha256(f"{__version__} {folder.settings!r}".encode())
    for name, table in SCHEMA.items():
        digest.update(as_text(table, getattr(city_year, name)).write_csv().encode())
    for area in sorted(city_year.shapes):
        digest.update(area.encode() + city_year.shapes[area].wkb)
    return digest.hexdigest()


def _examine_year(
    city: City,
    folder: CityFolder,
    judging: Judging,
    *,
    version: int,
    inputs: str,
    corrects: Examination | None,
    records: Told,
) -> Examination | None:
    """The examination, or None if another has come in between: this one does not know what that one told."""
    # Whatever takes long is done before others have to wait for the city.
    city_year = judging.city_years[-1]
    findings, now = examine(city_year, told=_told_by(corrects), records=records), timezone.now()
    reports = list(_reports(folder, findings, day=now.date()))
    matches = _matches(findings) if judging.newest else None
    judged = judging.judge(findings.cells)
    with transaction.atomic():
        City.objects.select_for_update().get(pk=city.pk)
        if current_examination(city, city_year.year) != corrects:
            return None
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
            told=findings.tells,
        )
        for report in reports:
            ReportPart.objects.bulk_create(_parts(examination, report))
        SchoolFinding.objects.bulk_create(_schools(examination, findings), batch_size=500)
        NeedFinding.objects.bulk_create(_needs(examination, findings), batch_size=500)
        if matches is not None:
            keep_matches(city=city, year=city_year.year, found=matches)
        keep_judged(examination=examination, judged=judged, inputs=judging.inputs, version=version)
        # The figures of what was corrected stay for ever; how they were told can be told anew from them.
        for model in (ReportPart, SchoolFinding, NeedFinding):
            model.objects.filter(examination__in=Examination.objects.of(city).filter(year=city_year.year)).exclude(
                examination=examination
            ).delete()
        note_publication(city)
    return examination


def _told_by(corrects: Examination | None) -> Told:
    """What everybody may know of a year's counts. Nobody but its members has seen a city that has never been public."""
    if corrects is None or City.objects.drafts().filter(pk=corrects.city_id).exists():
        return {}
    told: Told = corrects.told
    return told


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
            findings = examine(city_year, told=examination.told, records=records_told(city))
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
    near: dict[str, list[list[object]]] = {}
    for school, offering, minutes, certain in findings.in_reach.iter_rows():
        near.setdefault(school, []).append([offering, None if minutes is None else round(minutes, 1), certain])
    derived = {row["school_id"]: row for row in findings.derived.iter_rows(named=True)}
    missing = missing_answers(findings.city_year, findings.cells, findings.figures)
    ranks = dict(whom_to_ask(missing).select("school_id", "rank").iter_rows())
    costs: dict[str, list[dict[str, Any]]] = {}
    for row in missing.sort(pl.col("unit") != "share", -pl.col("least"), maintain_order=True).iter_rows(named=True):
        costs.setdefault(row.pop("school_id"), []).append(row)
    return [
        SchoolFinding(
            examination=examination,
            key=row["school_id"],
            found=_stored(row),
            offerings=near.get(row["school_id"], []),
            derived=derived[row["school_id"]],
            missing=costs.get(row["school_id"], []),
            ask_rank=ranks.get(row["school_id"]),
        )
        for row in schools_table(findings).iter_rows(named=True)
    ]


def _needs(examination: Examination, findings: Findings) -> list[NeedFinding]:
    return [
        NeedFinding(examination=examination, key=row["need_id"], found=_stored(row))
        for row in findings.ledger.iter_rows(named=True)
    ]


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it."""
    return row | {"as_of": row["as_of"].isoformat() if row["as_of"] else None}
