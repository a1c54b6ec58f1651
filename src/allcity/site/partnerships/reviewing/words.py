"""What the screen of supplanting says, in plain words: never a verdict, always with how often it is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allcity.analysis.city import year_name
from allcity.analysis.conditions.records import MINUTES_MARGIN, STAFF_MARGIN
from allcity.analysis.supplanting import COMPARABLE, YEARS_BEFORE, Category
from allcity.reports.charts import Mark, NoteRow, note_rows
from allcity.reports.model import Column, Picture, Table
from allcity.site.cities.models import City
from allcity.site.directory.words import amount, catalogue, listing
from allcity.site.needs.models import Baseline
from allcity.site.partnerships.reviewing.ledger import BANDS, Hours, LedgerYear
from allcity.site.partnerships.reviewing.queries import SCREENS

CATEGORIES: Mapping[Category, str | Promise] = {
    "additive": gettext_lazy("it adds"),
    "likely_additive": gettext_lazy("it likely adds"),
    "cannot_tell": gettext_lazy("it cannot be told"),
    "likely_replacing": gettext_lazy("it may stand in place of the school's own"),
    "documented_replacing": gettext_lazy("a document says that it stands in place of the school's own"),
}
"""From adding to taking the place of, with what cannot be told in the middle."""
ERRORS = {
    "staff": {"low": 1.0, "high": 4.6, "half": 57, "whole": 94, "least": 12, "most": 14},
    "minutes": {"low": 1.9, "high": 4.4, "half": 66, "whole": 98, "least": 11, "most": 14},
}
"""Measured errors of the screen, of 100 each: schools called out where nothing was replaced, schools found where half a teacher
(half an hour a week) and where a whole one (an hour) was, and flags that are wrong. From `benchmarks/supplanting.py`."""
_TITLES = {
    "staff": gettext_lazy("Its own certified music teachers"),
    "minutes": gettext_lazy("Its own minutes of music a week"),
}
_MARGINS = {"staff": STAFF_MARGIN, "minutes": MINUTES_MARGIN}
_NO_CHANGE = {"staff": 0.005, "minutes": 0.5}


@dataclass(frozen=True)
class Compared:
    """What the screen says of teachers or of minutes: in sentences, the last of them its category."""

    title: str
    category: Category
    label: str
    sentences: tuple[str, ...]


def compared(screened: Mapping[str, Any]) -> list[Compared]:
    """What the screen says of a school, of each that is compared."""
    return [
        Compared(str(_TITLES[name]), row["category"], str(CATEGORIES[row["category"]]), tuple(_sentences(name, row)))
        for name in SCREENS
        if (row := screened.get(name))
    ]


def in_short(screened: Mapping[str, Any]) -> str:
    """The changes of a school's own music, for a list."""
    return listing(filter(None, (_change(name, screened.get(name)) for name in SCREENS)))


def errors() -> list[str]:
    """How often the screen is wrong, as it was measured."""
    rates, of_minutes = (
        {name: number_format(rate, 1) if name in ("low", "high") else rate for name, rate in ERRORS[of].items()}
        for of in SCREENS
    )
    return [
        _(
            "This comparison is wrong at times. How often was measured on 200 made-up cities in which it is known what happened."
        ),
        _("Of 100 schools at which a partner took nobody's place, it calls out between %(low)s and %(high)s.") % rates,
        _("Of 100 schools at which half a teacher was replaced it finds %(half)s, of 100 with a whole one %(whole)s.")
        % rates,
        _("Of 100 schools that it calls out, %(least)s to %(most)s replaced nothing.") % rates,
        _(
            "That is for teachers. By minutes a week it calls out between %(low)s and %(high)s of 100 schools that lost none "
            "to a partner, and finds %(half)s of 100 that lost half an hour, and %(whole)s of 100 that lost an hour. Of 100 "
            "that it calls out, %(least)s to %(most)s lost none to a partner."
        )
        % of_minutes,
        _(
            "So it is a reason to ask and to listen. A flag does not mean that something happened, nor no flag that nothing did."
        ),
    ]


def positions(value: float) -> str:
    """A number of positions, in full-time equivalents, with as many decimals as it takes."""
    rounded = round(value, 2)
    return catalogue().number(rounded, next(digits for digits in range(3) if round(rounded, digits) == rounded))


def _number(name: str, value: float) -> str:
    if name == "staff":
        return ngettext("%(number)s position", "%(number)s positions", 1 if value == 1 else 2) % {
            "number": positions(value)
        }
    number = catalogue().number(value)
    return ngettext("%(number)s minute", "%(number)s minutes", 1 if number == "1" else 2) % {"number": number}


def _change(name: str, row: Mapping[str, Any] | None) -> str:
    if not row or row["change"] is None:
        return ""
    size = _number(name, abs(row["change"]))
    if abs(row["change"]) < _NO_CHANGE[name]:
        return _("no change in teachers") if name == "staff" else _("no change in minutes a week")
    if name == "staff":
        return (_("teachers: %(size)s fewer") if row["change"] < 0 else _("teachers: %(size)s more")) % {"size": size}
    return (_("a week: %(size)s fewer") if row["change"] < 0 else _("a week: %(size)s more")) % {"size": size}


def _sentences(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    if row["change"] is None:
        yield _("What the school itself gave is not known both before the partner came in school hours and since.")
        return
    numbers = {"before": _number(name, row["before"]), "since": _number(name, row["since"])}
    yield (
        _(
            "On average over the years that are known: %(before)s before the partner came in school hours, %(since)s since."
        )
        % numbers
    )
    if row["p"] is None:
        yield from _untold(row)
        return
    expected = row["expected"]
    schools = ngettext("%(number)s comparable school", "%(number)s comparable schools", row["comparable"]) % {
        "number": row["comparable"]
    }
    words = (
        _("At %(schools)s without such a partner it was %(size)s fewer in the same years.")
        if expected < 0
        else _("At %(schools)s without such a partner it was %(size)s more in the same years.")
    )
    yield words % {"schools": schools, "size": _number(name, abs(expected))}
    yield _("Where no partner came, about %(number)s of 100 schools show a change as low or lower.") % {
        "number": max(1, round(row["p"] * 100))
    }
    yield _("That it fell by more than %(margin)s against the others has a chance of about %(number)s in 100.") % {
        "margin": _number(name, _MARGINS[name]),
        "number": round(row["fall"] * 100),
    }


def _untold(row: Mapping[str, Any]) -> Iterator[str]:
    if row["comparable"] < COMPARABLE:
        words = ngettext(
            "There is %(number)s comparable school with numbers for these years; %(least)s are needed to tell anything.",
            "There are %(number)s comparable schools with numbers for these years; %(least)s are needed to tell anything.",
            row["comparable"],
        )
        yield words % {"number": row["comparable"], "least": COMPARABLE}
    else:
        yield _("At least %(least)s known years before and one since are needed to tell anything.") % {
            "least": YEARS_BEFORE
        }


# --- The ledger ---


def ledger_table(city: City, years: list[LedgerYear]) -> Table:
    """A school's years: its own teachers, minutes and money, beside what partners gave."""
    unknown, currency = catalogue()("words.not_known"), city.settings.city.currency
    rows = []
    for year in years:
        baseline = year.own
        staff, budget = (baseline.music_staff, baseline.music_budget) if baseline else (None, None)
        rows.append(
            (
                year_name(year.year),
                unknown if staff is None else positions(staff),
                minutes_of(baseline),
                unknown if budget is None else amount(budget, currency),
                listing(str(each) for each in year.partners) or _("none on record"),
                hours_words(year.hours) if year.has_partner else "–",
                minutes_words(year.minutes) if year.has_partner else "–",
            )
        )
    columns = (
        Column(_("School year")),
        Column(_("Own certified music teachers (positions)"), numeric=True),
        Column(_("Own minutes a week")),
        Column(_("Own money for music"), numeric=True),
        Column(_("Partners in school hours")),
        Column(_("Their hours"), numeric=True),
        Column(_("Their minutes a week, for a student"), numeric=True),
    )
    return Table(_("The school's own music, and its partners, year by year"), columns, tuple(rows))


def minutes_of(baseline: Baseline | None) -> str:
    """A school's minutes a week by grade band, as far as they are known."""
    say = catalogue()
    told = [
        f"{band.removeprefix('minutes_').replace('_', '–').upper()}: {say.number(value)}"
        for band in BANDS
        if baseline and (value := getattr(baseline, band)) is not None
    ]
    return ", ".join(told) or say("words.not_known")


def hours_words(hours: Hours) -> str:
    """Hours with their range."""
    return _ranged(hours)


def minutes_words(minutes: Hours) -> str:
    """Minutes with their range."""
    return _ranged(minutes)


def _ranged(value: Hours) -> str:
    say = catalogue()
    if value.high is None:
        return _("at least %(number)s") % {"number": say.number(value.low)} if value.low else say("words.not_known")
    if round(value.low) == round(value.high):
        return say.number(value.low)
    return f"{say.number(value.low)}–{say.number(value.high)}"


def ledger_picture(years: list[LedgerYear]) -> Picture | None:
    """The school's own teachers year by year, each year with whether a partner came; None where no year is known."""
    say = catalogue()
    known = [year.own.music_staff for year in years if year.own and year.own.music_staff is not None]
    if not known:
        return None
    rows = [
        NoteRow(
            year_name(year.year),
            Mark(staff, staff, staff)
            if (staff := year.own.music_staff if year.own else None) is not None
            else Mark(None),
            say("words.not_known") if staff is None else positions(staff),
            _("with a partner") if year.has_partner else "",
        )
        for year in years
    ]
    maximum = max(1.0, *known)
    title = _("Its own certified music teachers in each school year, in positions")
    return note_rows(rows, maximum=maximum, ends=(say.number(0), say.number(maximum, 1)), alt=title)
