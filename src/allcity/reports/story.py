"""From findings to a report: the questions of the Declaration, each answered in a sentence with the evidence for it."""

from collections.abc import Sequence
from datetime import date

from shapely.geometry.base import BaseGeometry

from allcity.analysis.city import year_name
from allcity.analysis.findings import Findings
from allcity.reports.model import Report
from allcity.reports.sections import access, ecosystem, equity, limits, needs, partnerships, steps
from allcity.reports.teller import Teller, is_known, upper_first
from allcity.reports.text import load_catalogue


def build_report(
    findings: Findings,
    *,
    language: str = "en",
    generated: date,
    backdrop: Sequence[tuple[str, BaseGeometry]] = (),
) -> Report:
    """The report on one city-year. `backdrop` holds "water" and "street" shapes (WGS 84) that lie behind the map.

    Raises ValueError for a language that reports are not written in.
    """
    teller = Teller(findings, load_catalogue(language))
    say, year = teller.say, year_name(findings.city_year.year)
    city = findings.city_year.city.name.in_language(language)
    reach, students, schools = teller.get("access.reach"), teller.get("students"), teller.get("schools")
    lede = say("lede.unknown")
    if students is not None and is_known(students) and schools is not None and is_known(schools):
        lede = say(
            "lede.some",
            Students=upper_first(teller.amount_of(students, "students")),
            schools=teller.amount_of(schools, "schools"),
        )
    sections = (
        access.section(teller, backdrop=backdrop),
        ecosystem.section(teller),
        needs.section(teller),
        partnerships.section(teller),
        equity.section(teller),
        limits.section(teller),
        steps.section(teller),
    )
    return Report(
        language=language,
        title=say("page.title", city=city, year=year),
        city=city,
        year=year,
        headline=teller.sentence("headline", reach),
        lede=lede,
        generated=generated,
        colophon=(
            say("page.colophon.made", date=say.date(generated)),
            say("page.colophon.privacy", threshold=say.number(teller.threshold)),
            say("page.colophon.unknown"),
        ),
        key=teller.key("measured", "estimated", "range", "at_least", "not_known"),
        sections=(*sections, limits.notes(teller)),
    )
