"""Portfolios in words: steps of each criterion, what a partnership adds, on whom a city depends, which next one would do most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.reports.model import Column, Picture, Table
from allcity.site.cities.models import City
from allcity.site.directory.words import amount, catalogue, contribution_titles, listing, period
from allcity.site.needs.ledger.words import ranged
from allcity.site.partnerships.portfolios.picture import STEPS, steps_picture
from allcity.site.partnerships.portfolios.queries import (
    AreaRow,
    Candidate,
    Dependency,
    Found,
    Row,
    YearCount,
)
from allcity.site.partnerships.reviewing.ledger import LedgerYear
from allcity.site.partnerships.reviewing.words import minutes_of, positions

ORDERS: Sequence[tuple[str, str | Promise]] = (
    ("name", gettext_lazy("name")),
    ("-placed", gettext_lazy("most students placed by it alone")),
    ("placed", gettext_lazy("fewest students placed by it alone")),
    ("-met", gettext_lazy("most students whose needs it alone meets")),
    ("met", gettext_lazy("fewest students whose needs it alone meets")),
    ("end", gettext_lazy("what ends first")),
)


@dataclass(frozen=True)
class Line:
    """A partnership in a list. `placed` and `met` are empty for whoever may not read them."""

    row: Row
    who: str
    gives: tuple[str, ...]
    when: str
    placed: str
    met: str


def line(city: City, row: Row, *, but: object = None) -> Line:
    """A partnership in a list; `but` is the organization or school that the list is of, and is not named in it."""
    partnership = row.partnership
    others = [*partnership.organizations.all(), *partnership.schools.all(), *partnership.districts.all()]
    return Line(
        row,
        listing(str(other) for other in others if other != but),
        tuple(contribution_titles(city, partnership.contributions)),
        period(partnership.start_date, partnership.end_date or partnership.planned_end_date),
        placed_words(row.found) if row.found else "",
        met_words(row.found) if row.found else "",
    )


def placed_words(found: Found) -> str:
    """How many students would have no place without it."""
    if found.placed is None:
        return str(catalogue()("words.not_known"))
    return ranged(found.placed.value, found.placed.low, found.placed.high, "students")


def met_words(found: Found) -> str:
    """How much of needs would not be met without it, each unit by itself."""
    told = [ranged(each.value, each.low, each.high, unit) for unit, each in found.met.items()]
    return listing(told) or str(catalogue()("words.not_known"))


@dataclass(frozen=True)
class Condition:
    """How partnerships stand by one of the three conditions: a picture with its table, and each criterion's steps in words."""

    title: str
    summary: str
    picture: Picture
    table: Table
    steps: tuple[tuple[str, tuple[str, ...]], ...]


def conditions(city: City, distribution: Mapping[str, Mapping[int | None, int]]) -> list[Condition]:
    """The three conditions, each with those of its criteria that are in the distribution."""
    language = get_language() or "en"
    found = []
    for condition in city.settings.framework.conditions.values():
        criteria = [(entry, distribution[id_]) for id_, entry in condition.criteria.items() if id_ in distribution]
        if not criteria:
            continue
        title = condition.title.in_language(language)
        rows = [(entry.title.in_language(language), counts) for entry, counts in criteria]
        heads = [_("step %(number)s") % {"number": step} if step else _("not known") for step in STEPS]
        caption = _("%(condition)s: how many partnerships stand at each step") % {"condition": title}
        table = Table(
            caption,
            (Column(_("What is looked at")), *(Column(head, numeric=True) for head in heads)),
            tuple((name, *(str(counts.get(step, 0)) for step in STEPS)) for name, counts in rows),
            folded=True,
        )
        steps = tuple(
            (entry.title.in_language(language), tuple(level.in_language(language) for level in entry.levels))
            for entry, _counts in criteria
        )
        picture = steps_picture(rows, unknown=_("not known"), alt=caption)
        found.append(Condition(title, condition.summary.in_language(language), picture, table, steps))
    return found


def years_table(counts: Iterable[YearCount]) -> Table:
    """How many partnerships there were in each year."""
    say = catalogue()
    columns = (
        Column(_("School year")),
        *(Column(title, numeric=True) for title in (_("under way"), _("begun"), _("ended"))),
    )
    rows = tuple(
        (year_name(each.year), say.number(each.there), say.number(each.begun), say.number(each.ended))
        for each in counts
    )
    return Table(_("Partnerships in each school year"), columns, rows)


def areas_table(rows: Iterable[AreaRow]) -> Table:
    """Where partnerships go, beside where need is."""
    say = catalogue()
    unknown = say("words.not_known")
    columns = (
        Column(_("Area")),
        Column(_("Students"), numeric=True),
        Column(_("Schools with a partner"), numeric=True),
        Column(_("Hours given"), numeric=True),
        Column(_("Hours for each 100 students"), numeric=True),
        Column(_("Needs that are open"), numeric=True),
        Column(_("Students asked for, not met"), numeric=True),
    )
    told = tuple(
        (
            row.area.name,
            unknown if row.students is None else say.number(row.students),
            _("%(number)s of %(all)s") % {"number": row.with_partner, "all": row.schools},
            _least(row.hours, bool(row.unknown)),
            unknown if row.hours_per_100 is None else _least(row.hours_per_100, bool(row.unknown)),
            say.number(row.needs),
            _least(row.unmet, bool(row.withheld)),
        )
        for row in rows
    )
    return Table(_("Where partnerships go, and where need is: the least hours for its students first"), columns, told)


def _least(value: float, is_more: bool) -> str:
    number = catalogue().number(value)
    if not is_more:
        return number
    return _("at least %(number)s") % {"number": number} if value else catalogue()("words.not_known")


def dependency_sentences(found: Dependency) -> list[str]:
    """How much the largest partners give of all student hours."""
    say = catalogue()
    sentences = []
    for number, share in found.shares.items():
        if number < found.partners or number == 1:
            words = ngettext(
                "The largest partner gives %(share)s of all hours that students had.",
                "The %(number)s largest partners together give %(share)s of all hours that students had.",
                number,
            )
            sentences.append(words % {"number": number, "share": say.share(share)})
    if found.concentration is not None:
        values = {
            "index": say.number(found.concentration, 2),
            "many": say.number(1 / found.concentration, 1),
            "partners": say.number(found.partners),
        }
        sentences.append(
            _(
                "The Herfindahl–Hirschman index, the sum of the squares of all shares, is %(index)s (1 would be all from one). "
                "That is as if %(many)s partners gave the same each; there are %(partners)s."
            )
            % values
        )
    if found.untold:
        words = ngettext(
            "%(number)s delivery does not say how many students or hours, and is not in this.",
            "%(number)s deliveries do not say how many students or hours, and are not in this.",
            found.untold,
        )
        sentences.append(words % {"number": say.number(found.untold)})
    return sentences


# --- Next ones ---


@dataclass(frozen=True)
class Next:
    """A partnership that does not exist yet, with its reasons in sentences, and where to offer or ask."""

    candidate: Candidate
    adds: str
    reasons: tuple[str, ...]
    url: str


def next_line(city: City, candidate: Candidate, *, adds: str, is_exact: bool) -> Next:
    """One that would add. Where it is not `is_exact`, its counts of students are rounded, and few are not told."""
    found = candidate.found.found
    many = _students(city, found[adds], is_exact=is_exact)
    title = (
        _("Would place %(students)s who have no place now")
        if adds == "placed"
        else _("Would meet what is asked for %(students)s and not met now")
    )
    query = urlencode(
        {
            "school": candidate.school.slug,
            "organization": candidate.organization.slug,
            "program": candidate.offering.program.slug,
        }
    )
    return Next(
        candidate,
        title % {"students": many},
        tuple(_reasons(city, candidate, adds=adds, is_exact=is_exact)),
        f"{reverse('city:propose', args=[city.slug])}?{query}",
    )


def _reasons(city: City, candidate: Candidate, *, adds: str, is_exact: bool) -> Iterable[str]:
    found, say = candidate.found.found, catalogue()
    free, seats = found["free_seats"], found["seats"]
    if adds == "placed":
        yield _("It has %(seats)s seats, and about %(free)s of them are free.") % {
            "seats": say.number(seats), "free": say.number(free),
        }  # fmt: skip
        yield _("At the school, %(students)s have no place.") % {
            "students": _students(city, found["without_place"], is_exact=is_exact)
        }
        near = found["in_reach"]
        if near is not None and near < 1 - 1e-6:
            yield (
                _("It is in reach for none of those whom it fits, unless it comes to the school or brings them.")
                if near <= 1e-6
                else _(
                    "It is in reach for %(share)s of those whom it fits; the others would have to be brought, or visited."
                )
                % {"share": say.share(near)}
            )
    else:
        yield _("It has %(seats)s seats that nobody has reserved.") % {"seats": say.number(seats)}
        yield _("At the school, what is asked for %(students)s is not met.") % {
            "students": _students(city, found["not_met"], is_exact=is_exact)
        }
    if found["fits"] is not None:
        yield _("Its ages fit %(share)s of the school's students.") % {"share": say.share(found["fits"])}


def _students(city: City, number: float | None, *, is_exact: bool) -> str:
    """A count of students for those who may know it, and for others rounded to the city's threshold."""
    say, threshold = catalogue(), city.threshold
    if number is None:
        return str(say("words.not_known"))
    if is_exact:
        return say.counted("students", number)
    if number < threshold:
        return _("fewer than %(number)s students") % {"number": say.number(threshold)}
    rounded = max(threshold, round(number / threshold) * threshold)
    return _("about %(students)s") % {"students": say.counted("students", rounded)}


# --- Investment ---


def influence_table(city: City, years: Iterable[LedgerYear]) -> Table:
    """What the school and its district put into music in each year, beside its partnerships and their money."""
    say, currency = catalogue(), city.settings.city.currency
    unknown = say("words.not_known")
    rows = []
    for year in years:
        own = year.own
        staff = None if own is None or own.music_staff is None else own.music_staff
        budget = None if own is None or own.music_budget is None else own.music_budget
        districts = [each for each in year.partnerships if each.districts.all() and each.money is not None]
        rows.append(
            (
                year_name(year.year),
                unknown if staff is None else positions(staff),
                minutes_of(own),
                unknown if budget is None else amount(budget, currency),
                say.number(len(year.partnerships)),
                unknown
                if year.money is None and year.partnerships
                else "–"
                if year.money is None
                else amount(year.money, currency),
                amount(sum(each.money or 0 for each in districts), currency) if districts else "–",
                listing(dict.fromkeys(each.funding_source for each in year.partnerships if each.funding_source)) or "–",
            )
        )
    columns = (
        Column(_("School year")),
        Column(_("Own certified music teachers (positions)"), numeric=True),
        Column(_("Own minutes a week")),
        Column(_("Own money for music"), numeric=True),
        Column(_("Partnerships"), numeric=True),
        Column(_("Their money in a year, all schools in them"), numeric=True),
        Column(_("Of that, with the district in it"), numeric=True),
        Column(_("Who pays")),
    )
    return Table(_("What school and district put into music, and its partnerships, year by year"), columns, tuple(rows))


def influence_sentences(city: City, years: Sequence[LedgerYear]) -> list[str]:
    """The school's own before its first partnership on record and since, as means over the years that are known."""
    currency = city.settings.city.currency
    first = next((at for at, year in enumerate(years) if year.partnerships), None)
    if first is None:
        return []
    sentences = []
    for name, words in (
        (
            "music_staff",
            gettext_lazy(
                "Own music teachers: %(before)s positions on average before its first partnership on record, %(since)s since."
            ),
        ),
        (
            "music_budget",
            gettext_lazy(
                "Own money for music: %(before)s a year on average before its first partnership on record, %(since)s since."
            ),
        ),
    ):
        before, since = _mean(years[:first], name), _mean(years[first:], name)
        if before is None or since is None:
            continue
        told = [positions(each) if name == "music_staff" else amount(round(each), currency) for each in (before, since)]
        sentences.append(str(words) % {"before": told[0], "since": told[1]})
    return sentences or [
        _("What the school itself gave is not known both before its first partnership on record and since.")
    ]


def _mean(years: Iterable[LedgerYear], name: str) -> float | None:
    known = [value for year in years if year.own and (value := getattr(year.own, name)) is not None]
    return sum(known) / len(known) if known else None
