"""The schools of a city: the list of them all, and a page for each."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rules import has_perm

from allcity.analysis.city import ALL, grade_number
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Group, Source
from allcity.site.cities.pages import city_page
from allcity.site.directory.models import School, SchoolYear, StudentCount
from allcity.site.directory.words import amount, catalogue, grades
from allcity.site.figures.queries import school_finding
from allcity.site.insight import queries
from allcity.site.insight.counts import Withheld, withheld_counts
from allcity.site.insight.lists import programs_near, school_readings
from allcity.site.insight.queries import ShownYear
from allcity.site.insight.views.answers import columns, school_filter, schools_page
from allcity.site.insight.views.frame import record_or_moved, respond, shown
from allcity.site.insight.work import delivery_rows, need_rows
from allcity.site.needs.models import Baseline, Need
from allcity.site.partnerships.models import Delivery, Partnership

MOST_PROGRAMS = 20


@require_safe
@city_page("cities.view_city", kept=True)
def schools(request: HttpRequest, city: City) -> HttpResponse:
    """Every school of the year with its access, on the map and in a list."""
    year = shown(request, city)
    rows = queries.schools_found(city, year)
    chosen = school_filter(request, rows)
    return respond(
        request, "schools", city, year, filter=chosen, page=schools_page(request, city, rows, chosen),
        columns=columns(chosen), total=len(rows),
    )  # fmt: skip


@require_safe
@city_page("cities.view_city", kept=True)
def school(request: HttpRequest, city: City, slug: str) -> HttpResponseBase:
    """One school: its own music, what its students can reach, who works with it, what it needs."""
    record = record_or_moved(School, city, slug, name="school")
    if not isinstance(record, School):
        return record
    year = shown(request, city)
    years = {one.year: one for one in SchoolYear.objects.filter(school=record).order_by("-year")}
    details = years.get(year.year) or next(iter(years.values()), None)
    queries.with_frame(city, [details] if details else [], "district", "area")
    finding = school_finding(year.examination, record.key) if year.examination else None
    programs, number = programs_near(city, request.user, finding, MOST_PROGRAMS)
    return respond(
        request,
        "school",
        city,
        year,
        may_change=has_perm("directory.change", request.user, record),
        school=record,
        details=details,
        is_of_year=details is not None and details.year == year.year,
        found=finding.found if finding else None,
        readings=school_readings(finding.found) if finding else [],
        programs=programs,
        more_programs=number - len(programs),
        music=own_music(record, year.year, withheld_counts(city), currency=city.settings.city.currency),
        grade_span=grades(details.grades) if details else "",
        students=students(record, year.year, threshold=city.threshold),
        **_with_others(city, request.user, year, record, details.district_id if details else None),
    )


def _with_others(
    city: City, user: User | AnonymousUser, year: ShownYear, record: School, district: int | None
) -> dict[str, Any]:
    """The school's partnerships and those with its whole district, what was delivered to it, and what it needs.

    Most schools have none of it, which is known of all of them at once and need not be asked for each.
    """
    has, withheld = queries.schools_with_others(city, year), withheld_counts(city)
    found: dict[str, Any] = {}
    if record.pk in has.partnerships or district in has.districts:
        named = Q(schools=record) | (Q(schools=None, districts=district) if district else Q())
        of_year = Partnership.objects.for_user(user).of(city).current().filter(queries.during(year))
        found["partnerships"] = list(
            of_year.filter(named).distinct().order_by("name").prefetch_related("organizations")
        )
    if record.pk in has.deliveries:
        deliveries = Delivery.objects.for_user(user).of(city).filter(queries.during(year), school=record)
        found["deliveries"] = delivery_rows(city, deliveries, withheld)
    if record.pk in has.needs:
        needs = Need.objects.for_user(user).of(city).filter(school=record, year=year.year)
        found["needs"] = need_rows(city, needs, withheld)
    return found


def own_music(
    record: School, year: int, withheld: Withheld, *, currency: str
) -> tuple[Baseline | None, list[tuple[str, str]]]:
    """What the school said of its own music in the year: names and values; empty where nobody has answered."""
    baseline = Baseline.objects.filter(school=record, year=year).first()
    if baseline is None:
        return None, []
    queries.with_frame(record.city, [baseline], "source")
    say = catalogue()

    def number(value: float | None, decimals: int = 0) -> str:
        return say("words.not_known") if value is None else say.number(value, decimals)

    def count(kind: str, value: int | None) -> str:
        if value and withheld.hides(kind, record.key, baseline.year):
            return say("words.withheld")
        return number(value)

    staff = baseline.music_staff
    minutes = (
        (_("Pre-kindergarten to grade 2"), baseline.minutes_pk_2),
        (_("Grades 3 to 5"), baseline.minutes_3_5),
        (_("Grades 6 to 8"), baseline.minutes_6_8),
        (_("Grades 9 to 12"), baseline.minutes_9_12),
    )
    told = [value for _band, value in minutes if value is not None]
    rows = [
        (_("Certified music teachers (full-time)"), number(staff, 0 if staff is None or staff.is_integer() else 1)),
        *(
            (_("Minutes of music a week: %(band)s") % {"band": band}, number(value))
            for band, value in minutes
            if value is not None
        ),
        *(() if told else ((_("Minutes of music a week"), number(None)),)),
        (_("Students in music that builds from year to year"), count("enrolled", baseline.students_enrolled)),
        (_("Students who asked and found no place"), count("without_place", baseline.students_without_place)),
        (_("Ensembles"), number(baseline.ensembles)),
        (_("Instruments"), number(baseline.instruments)),
    ]
    if baseline.music_budget is not None:
        rows.append((_("Money for music in the year"), amount(baseline.music_budget, currency)))
    answered = any(value != say("words.not_known") for _name, value in rows)
    if baseline.rating:
        rating = f"{baseline.rating} ({baseline.rating_year})" if baseline.rating_year else baseline.rating
        rows = [*(rows if answered else ()), (_("Arts rating that the city publishes"), rating)]
    return baseline, rows if answered or baseline.rating else []


def students(record: School, year: int, *, threshold: int) -> dict[str, Any]:
    """How many students the school has in the year, by grade and by group, as published.

    Though they are public elsewhere, nobody needs the exact number of a small group here.
    """
    known, sources = queries.frame_of(record.city, Group), queries.frame_of(record.city, Source)
    of_year = StudentCount.objects.filter(school=record, year=year)
    counts = list(of_year.values_list("grade", "students", "group", "source"))
    say = catalogue()
    by_grade = {grade: number for grade, number, group, _source in counts if group is None}
    groups: dict[str, int] = {}
    of_groups = [(known[group], number) for _grade, number, group, _source in counts if group in known]
    for group, number in sorted(of_groups, key=lambda one: (one[0].dimension, one[0].name)):
        groups[str(group)] = groups.get(str(group), 0) + number
    total = by_grade.pop(ALL, None)
    if total is None and by_grade:
        total = sum(by_grade.values())
    return {
        "total": None if total is None else say.number(total),
        "by_grade": [(grade, say.number(by_grade[grade])) for grade in sorted(by_grade, key=grade_number)],
        "by_group": [
            (name, say.number(number) if number >= threshold else _("fewer than %(number)s") % {"number": threshold})
            for name, number in groups.items()
            if number
        ],
        "source": next((sources.get(source) for *_, source in counts), None),
    }
