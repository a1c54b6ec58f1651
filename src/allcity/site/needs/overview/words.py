"""How a city stands with its needs, in words: what an answer would make known, and why somebody is on the list to call."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.analysis.city import year_name
from allcity.analysis.figures import Unit
from allcity.site.directory.words import catalogue
from allcity.site.needs.overview.queries import Call, Standing

_LEAST, _WHOLE_FROM = 0.1, 10
"""Percentage points, or whatever a figure's unit is: the least that is told, and from where on without decimals."""
_SHOWN = 0.01
"""A share that becomes narrower by less than this reads the same before and after."""
_ROUNDING = 1e-9


def cost(row: Mapping[str, Any]) -> str:
    """What one answer would take from one of the city's ranges. `row` is one of `SchoolFinding.missing`."""
    unit, low, high, least, most = (row[name] for name in ("unit", "low", "high", "least", "most"))
    values = {
        "figure": catalogue()(f"figures.{row['figure']}.title"),
        "now": _range(low, high, unit),
        "least": _width(least, unit),
        "most": _width(most, unit),
    }
    if most - least > _ROUNDING:
        if least <= _ROUNDING:
            return _("%(figure)s: now %(now)s, up to %(most)s narrower.") % values
        return _("%(figure)s: now %(now)s, between %(least)s and %(most)s narrower.") % values
    ends = {"first": _range(low, high - least, unit), "last": _range(low + least, high, unit)}
    if least < _SHOWN or ends["first"] == ends["last"]:
        return _("%(figure)s: now %(now)s, %(least)s narrower.") % values
    return _("%(figure)s: from %(now)s to %(first)s, %(last)s, or in between: %(least)s narrower.") % (values | ends)


def _range(low: float, high: float, unit: Unit) -> str:
    say = catalogue()
    ends = say.amount(low, unit), say.amount(high, unit)
    return ends[0] if ends[0] == ends[1] else say.between(low, high, unit)


def _width(width: float, unit: Unit) -> str:
    """How much narrower: of a share in percentage points, else in its unit."""
    say, size = catalogue(), width * 100 if unit == "share" else width
    number = say.number(max(size, _LEAST), 0 if size >= _WHOLE_FROM else 1)
    words = _("%(number)s points") if unit == "share" else "%(number)s"
    return (_("less than %(width)s") if size < _LEAST else "%(width)s") % {"width": words % {"number": number}}


def why(call: Call) -> list[str]:
    """Why somebody is on the list to call."""
    say, found = catalogue(), []
    if call.is_silent:
        found.append(_("Has not handed in the survey."))
    if call.missing:
        found.append(_("Its answer would make this clearer: %(cost)s") % {"cost": cost(call.missing[0])})
    if call.needs:
        words = ngettext(
            "%(number)s need that nobody can answer.", "%(number)s needs that nobody can answer.", call.needs
        )
        found.append(words % {"number": say.number(call.needs)})
    if call.students and call.seats is None:
        found.append(_("About %(students)s.") % {"students": say.counted("students", call.students)})
    if call.seats:
        words = ngettext(
            "%(number)s free place that answers no need on record.",
            "%(number)s free places that answer no need on record.",
            call.seats,
        )
        found.append(words % {"number": say.number(call.seats)})
    return found


def mail_address(standing: Standing, call: Call) -> str:
    """A link that begins a mail of the reader's own to those who look after a place; empty where nobody does."""
    if not call.people:
        return ""
    city = standing.city.display_name()
    greeting = _("Dear %(names)s,") % {"names": catalogue().listing([user.get_full_name() for user in call.people])}
    subject = _("%(place)s: a question about music in %(city)s") % {"place": call.place.name, "city": city}
    body = "\n\n".join((greeting, *questions(standing, call)))
    to = ",".join(quote(user.email, safe="@") for user in call.people)
    return f"mailto:{to}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"


def questions(standing: Standing, call: Call) -> Iterator[str]:
    """What one would ask them."""
    if call.is_silent:
        year = year_name(standing.year)
        yield _("Could you say what music your school has in %(year)s? “I don't know” is an answer.") % {"year": year}
    if call.needs:
        yield _("Nobody on record can give what your school asks for yet. Is it still needed as it stands?")
    if call.seats:
        yield _("You have free places, and no need on record fits them. Are ages, days and places still as they stand?")
