"""How a partnership improves access: students who would lose a place without it, and whom its reserved seats are for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.reports.model import Block, Column, Section, Table
from allcity.site.cities.models import City
from allcity.site.directory import words as directory
from allcity.site.directory.models import Offering
from allcity.site.directory.words import catalogue, listing
from allcity.site.needs.ledger.words import ranged
from allcity.site.partnerships.models import Partnership

ACCESS = "access"
Row = Mapping[str, Any]


def access(partnership: Partnership, adds: Row) -> Section:
    """The declaration's second question."""
    placed = adds.get("placed")
    text = [_placed_words(placed)] if placed else []
    offerings = list(
        Offering.objects.filter(partnership=partnership)
        .current()
        .select_related("program", "location__area")
        .order_by("program__name", "pk")
    )
    if not offerings:
        text.append(_("No program has reserved seats for it."))
    tables = (_seats(partnership.city, offerings),) if offerings else ()
    block = Block(_("Places for students"), tuple(text), tables=tables)
    return Section(
        ACCESS,
        _("How does it improve access to services and resources?"),
        _placed_in_short(placed) if placed else _("That has not been computed for this year."),
        (block,),
    )


def _placed_in_short(placed: Row) -> str:
    students = ranged(placed["placed"], placed["placed_low"], placed["placed_high"], "students")
    return _("Without it, so many would lose a place in a lasting program: %(students)s.") % {"students": students}


def _placed_words(placed: Row) -> str:
    values = {"share": with_error(placed.get("placed_share"), placed.get("placed_error"), "students")}
    return (
        _(
            "Where others could give the same places, what all give together is shared out among them. Its share: %(share)s. "
            "This says how far the city depends on its seats, and nothing about the music."
        )
        % values
    )


def _seats(city: City, offerings: Sequence[Offering]) -> Table:
    say, currency = catalogue(), city.settings.city.currency
    columns = (
        Column(_("Program")),
        Column(_("Seats"), numeric=True),
        Column(_("Ages")),
        Column(_("Grades")),
        Column(_("Languages")),
        Column(_("Fee")),
        Column(_("Where")),
        Column(_("Area")),
    )
    rows = tuple(
        (
            str(offering.program),
            say("words.not_known") if offering.seats is None else say.number(offering.seats),
            directory.ages(offering.minimum_age, offering.maximum_age),
            listing(_bands(city, offering)) or say("words.not_known"),
            listing(directory.language_name(code) for code in offering.languages) or say("words.not_known"),
            directory.fee(offering.minimum_fee, offering.maximum_fee, offering.currency or currency),
            str(offering.location or say("words.not_known")),
            str((offering.location and offering.location.area) or say("words.not_known")),
        )
        for offering in offerings
    )
    return Table(_("Seats that are reserved for it"), columns, rows)


def _bands(city: City, offering: Offering) -> list[str]:
    """The bands of grades that its ages meet, a grade being of five to six years more; none where an age is not known."""
    youngest, oldest = offering.minimum_age, offering.maximum_age
    if youngest is None or oldest is None:
        return []
    language = get_language() or "en"
    return [
        band.title.in_language(language)
        for band in city.settings.framework.grade_bands.values()
        if band.first + 5 <= oldest and youngest <= band.last + 6
    ]


def with_error(value: float | None, error: float | None, unit: str) -> str:
    """A share with the standard error of it; 0 is exact."""
    say = catalogue()
    if value is None:
        return say("words.not_known")
    told = f"{say.number(value, 1)} {say.plural(f'nouns.{unit}', value)}"
    return _("%(value)s (give or take %(error)s)") % {"value": told, "error": say.number(error, 1)} if error else told
