"""A draft of a city's spotlight from its data, which an editor finishes: nothing in it is made up, and nothing is published."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Locale

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.models import Commitment
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization
from allcity.site.directory.words import catalogue
from allcity.site.figures.queries import current_examination, examined_years, report_parts
from allcity.site.partnerships.models import Partnership
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.resources.words import terms, titles
from allcity.site.publishing.spotlights.alike import population_of

TOLD = ("access", "ecosystem", "needs")
FIGURES = ("access.reach", "school_music.enrolled", "census.participants", "partnerships")
PARTNERS, YEARS, MOST_CONTRIBUTIONS = 3, 10, 4


@transaction.atomic
def make_draft(*, city: City, user: User) -> SpotlightPage:
    """Make the draft, in the language in which it is asked for."""
    partnerships = Partnership.objects.of(city).public()
    contributions = Counter(each for row in partnerships.values_list("contributions", flat=True) for each in row)
    page = SpotlightPage(
        title=_("Music for students in %(city)s") % {"city": city.display_name()},
        slug="spotlight",
        introduction=_headline(city)[:500],
        locale=Locale.objects.get_or_create(language_code=catalogue().language)[0],
        live=False,
        owner=user,
        **_place(city),
        contributions=[each for each, _number in contributions.most_common(MOST_CONTRIBUTIONS)],
        body=[*_told(city), *_figures(city), *_partners(city), *_timeline(city), *_end()],
    )
    tree = plant_tree(city=city)
    if tree.get_children().filter(slug=page.slug).exists():
        page.slug = f"spotlight-{timezone.now():%Y%m%d%H%M%S}"
    tree.add_child(instance=page)
    page.save_revision(user=user)
    return page


def _headline(city: City) -> str:
    """The first sentence of the city's report."""
    examination = current_examination(city)
    parts = report_parts(examination, catalogue().language, "access") if examination else {}
    return str(parts.get("access", {}).get("answer", ""))


def _place(city: City) -> dict[str, Any]:
    """Who lives there, and where it is. Its other public figures are read from its data."""
    said = city.settings.city
    return {"population": population_of(city), "region": (said.state or "")[:80], "country": said.country}


def _told(city: City) -> list[tuple[str, Any]]:
    """What the city's report answers to its three questions."""
    examination = current_examination(city)
    parts = report_parts(examination, catalogue().language, *TOLD) if examination else {}
    return [
        ("text", format_html("<h2>{}</h2><p>{}</p>", part["question"], part["answer"]))
        for part in parts.values()
        if part.get("answer")
    ]


def _figures(city: City) -> list[tuple[str, Any]]:
    """Figures that the city has measured, each beside the first year in which it did."""
    years = examined_years(city)
    first = years[-1] if len(years) > 1 else None
    return [
        ("figure", {"figure": id_, "before": first, "year": None, "mode": "updates", "words": "", "kept": ""})
        for id_ in FIGURES
        if readings.record_of(city, id_)
    ]


def _partners(city: City) -> list[tuple[str, Any]]:
    """The organizations with most partnerships that everybody may read of, and what they bring."""
    public = Partnership.objects.of(city).public()
    rows = Organization.objects.of(city).public().current().filter(partnerships__in=public)
    rows = rows.annotate(number=Count("partnerships", distinct=True)).order_by("-number", "name")[:PARTNERS]
    known = terms(city)["contributions"]
    found = []
    for row in rows:
        brought = Counter(
            each for held in public.filter(organizations=row).values_list("contributions", flat=True) for each in held
        )
        most = [each for each, _number in brought.most_common(MOST_CONTRIBUTIONS)]
        items = format_html_join("", "<li>{}</li>", ((title,) for title in titles(most, known)))
        text = format_html("<p>{}</p><ul>{}</ul>", _("What they bring:"), items) if items else ""
        found.append(
            ("partner", {"organization": row, "name": "", "text": text or "<p></p>", "url": row.website or ""})
        )
    return found


def _timeline(city: City) -> list[tuple[str, Any]]:
    """In each of the last years how many partnerships began, and which commitments were kept; the oldest first."""
    rows = Partnership.objects.of(city).public().filter(start_date__isnull=False).order_by("start_date", "pk")
    began: dict[int, list[str]] = {}
    for row in rows:
        began.setdefault(row.start_date.year, []).append(row.name)
    events = [((year, 0), str(year), _began(names)) for year, names in began.items()]
    kept = Commitment.objects.filter(city=city, is_public=True, state=Commitment.State.DONE, done_at__isnull=False)
    for commitment in kept:
        day = timezone.localdate(commitment.done_at)
        when = formats.date_format(day, "YEAR_MONTH_FORMAT")
        events.append(((day.year, day.month), when, _("Done: %(title)s") % {"title": commitment.title}))
    told = [{"when": when, "what": what[:600], "source": ""} for _order, when, what in sorted(events)[-YEARS:]]
    return [("timeline", {"title": _("What changed when"), "events": told})] if told else []


def _began(names: list[str]) -> str:
    return ngettext(
        "%(number)s partnership begins: %(name)s.",
        "%(number)s partnerships begin, the first of them %(name)s.",
        len(names),
    ) % {"number": catalogue().number(len(names)), "name": names[0]}


def _end() -> list[tuple[str, Any]]:
    return [("map", {"title": _("On the map")}), ("action", {"words": "", "action": "tell"})]
