"""A school year of a partnership told in the order in which the declaration asks: an active music life, access, unmet needs; then
the three conditions; then what it adds. Built once, and shown on the page, on paper, and as it was on the day of a decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from allcity.analysis.city import year_name
from allcity.reports.model import Block, Column, Report, Section, Table
from allcity.site.cities.models import City
from allcity.site.directory.models import School
from allcity.site.directory.words import catalogue, contribution_title
from allcity.site.figures.models import PartnershipFinding
from allcity.site.figures.queries import current_examination, partnership_finding
from allcity.site.needs.ledger.words import ranged, title_of
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import queries as checking
from allcity.site.partnerships.checking.questions import GROWTH, VOICE
from allcity.site.partnerships.evaluating import few, queries
from allcity.site.partnerships.evaluating.influence import influence
from allcity.site.partnerships.evaluating.places import access, with_error
from allcity.site.partnerships.evaluating.words import ConditionShown, condition_section, conditions_shown
from allcity.site.partnerships.models import Delivery, Evaluation, Goal, Partnership, VoiceForm

MUSIC_LIFE, NEEDS, ADDS = "music-life", "needs", "adds"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """What there is to read of a school year: the three questions, the conditions, and what it adds."""

    year: int
    day: date
    questions: tuple[Section, ...]
    conditions: tuple[ConditionShown, ...]
    adds: Section | None
    influence: Section | None = None


_SHOWN = TypeAdapter(Shown)


def tell(partnership: Partnership, year: int, *, own: Iterable[School] = ()) -> Shown:
    """A year of a partnership in the language of the reader. Of schools of one's `own` small counts are told as they are."""
    city = partnership.city
    examination = current_examination(city, year)
    finding = partnership_finding(examination, partnership.key) if examination else None
    conditions = finding.conditions if finding else []
    keys = {row["evidence"].get("school_id") for row in conditions} - {None}
    schools = dict(School.objects.of(city).filter(key__in=keys).values_list("key", "name"))
    screens: Mapping[str, Mapping[str, Any]] = queries.screens_of(examination, keys) if keys else {}
    adds: Row = finding.adds if finding else {}
    deliveries = queries.deliveries_of(partnership, year)
    needs = _needs_of(city, adds)
    several = partnership.schools.count()
    withheld = few.hidden_evidence(deliveries, needs, schools=several, threshold=city.threshold)
    return Shown(
        year=year,
        day=(examination.computed_at or examination.asked_at).date() if examination else today_in(city),
        questions=(
            _music_life(partnership, year, own, deliveries, several),
            access(partnership, adds),
            _needs(city, needs, several),
        ),
        conditions=conditions_shown(city, conditions, schools=schools, screens=screens, withheld=withheld),
        adds=_what_it_adds(finding),
        influence=influence(partnership, year),
    )


def freeze(partnership: Partnership, year: int) -> dict[str, Any]:
    """What is read of a year today, in each language of the site, as JSON holds it."""
    frozen = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            frozen[language] = _SHOWN.dump_python(tell(partnership, year), mode="json")
    return frozen


def thaw(frozen: Mapping[str, Any]) -> Shown:
    """What was read then, in the language of the reader."""
    language = (get_language() or "en").partition("-")[0]
    return _SHOWN.validate_python(frozen.get(language) or next(iter(frozen.values())))


def report(partnership: Partnership, shown: Shown, *, together: Section) -> Report:
    """What there is to read, and what the parties make of it, as a report on paper."""
    city = partnership.city
    sections = (
        *shown.questions,
        *map(condition_section, shown.conditions),
        *filter(None, (shown.adds, shown.influence)),
        together,
    )
    return Report(
        language=(get_language() or "en").partition("-")[0],
        title=_("%(name)s, %(year)s") % {"name": partnership.name, "year": year_name(shown.year)},
        city=city.display_name(),
        year=year_name(shown.year),
        headline=_("Looking back on %(year)s") % {"year": year_name(shown.year)},
        lede=_("For those who are in it, to read together. Nothing here is added up to one number."),
        generated=shown.day,
        colophon=(_("From the city's records as they were on %(day)s.") % {"day": date_format(shown.day)},),
        key=(),
        sections=sections,
    )


def together(voices: Iterable[queries.Voice], evaluation: Evaluation | None) -> Section:
    """What each party makes of it, side by side, and what they decided."""
    columns = (
        Column(_("Who")),
        Column(_("How they see it")),
        Column(_("In their own words")),
        Column(_("What they wish")),
    )
    rows = tuple(
        (
            voice.party.name,
            str(voice.view.get_stance_display()) if voice.view and voice.view.stance else _("has not said yet"),
            voice.view.words if voice.view else "",
            str(voice.view.get_wish_display()) if voice.view and voice.view.wish else "",
        )
        for voice in voices
    )
    answer = _("It is not decided yet.")
    if evaluation and evaluation.decision and evaluation.decided_at:
        values = {"what": evaluation.get_decision_display(), "day": date_format(evaluation.decided_at)}
        answer = _("Decided on %(day)s: %(what)s.") % values
    table = Table(_("What each party makes of it"), columns, rows)
    return Section("together", _("What do those in it make of it?"), answer, (Block(tables=(table,)),))


# --- In what ways does it support an active music life? ---


def _music_life(
    partnership: Partnership, year: int, own: Iterable[School], deliveries: Sequence[Delivery], schools: int
) -> Section:
    city = partnership.city
    text = (
        []
        if deliveries
        else [_("Nothing that was given in this year is on record. That does not mean that nothing was.")]
    )
    if partnership.setting:
        text.insert(0, str(partnership.get_setting_display()).capitalize() + ".")
    tables = (_given(city, deliveries, schools),) if deliveries else ()
    blocks = (
        Block(_("What was given, as each side tells it"), tuple(text), tables=tables),
        _voice(partnership, year),
        _growth(partnership, year, own),
    )
    return Section(
        MUSIC_LIFE,
        _("In what ways does it support an active music life for the students of this city?"),
        _given_in_short(city, deliveries, schools),
        blocks,
    )


def _given_in_short(city: City, deliveries: Sequence[Delivery], schools: int) -> str:
    if not deliveries:
        return _("No record tells of it yet.")
    sides = []
    for account, label in Delivery.Account.choices:
        of_side = [delivery for delivery in deliveries if delivery.account == account]
        if of_side:
            sessions = _known_sum(delivery.sessions for delivery in of_side)
            values = {"side": label, "students": _students(city, of_side, schools), "sessions": sessions}
            sides.append(_("By what %(side)s says: sessions %(sessions)s, students %(students)s.") % values)
    return " ".join(sides)


def _given(city: City, deliveries: Sequence[Delivery], schools: int) -> Table:
    accounts = dict(Delivery.Account.choices)
    rows: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in deliveries:
        rows.setdefault((delivery.contribution, delivery.account), []).append(delivery)
    columns = (
        Column(_("What")),
        Column(_("Who tells it")),
        Column(_("Sessions"), numeric=True),
        Column(_("Hours"), numeric=True),
        Column(_("Students"), numeric=True),
    )
    return Table(
        _("What was given this year"),
        columns,
        tuple(
            (
                contribution_title(city, contribution),
                str(accounts[account]),
                _known_sum(delivery.sessions for delivery in found),
                _known_sum(delivery.hours for delivery in found),
                _students(city, found, schools),
            )
            for (contribution, account), found in rows.items()
        ),
    )


def _students(city: City, deliveries: Sequence[Delivery], schools: int) -> str:
    """Students reached: the most at one time at a school, so that nobody is counted twice; so many at least."""
    if few.hides_students(deliveries, schools, city.threshold):
        return str(catalogue()("words.withheld"))
    most: dict[tuple[int | None, str], int | None] = {}
    for delivery in deliveries:
        key = (delivery.school_id, delivery.contribution)
        most[key] = max(filter(None, (most.get(key), delivery.students)), default=None)
    by_school: dict[int | None, int | None] = {}
    for (school, _contribution), students in most.items():
        by_school[school] = max(filter(None, (by_school.get(school), students)), default=None)
    return _known_sum(by_school.values())


def _known_sum(values: Iterable[float | None]) -> str:
    say, found = catalogue(), list(values)
    known = [value for value in found if value is not None]
    if not known:
        return say("words.not_known")
    total = say.number(sum(known))
    return total if len(known) == len(found) else _("at least %(number)s") % {"number": total}


def _voice(partnership: Partnership, year: int) -> Block:
    heading = _("What students say")
    say = catalogue()
    tables, unshown = [], 0
    for form in VoiceForm.objects.filter(partnership=partnership, year=year).select_related("school", "partnership"):
        found = checking.voice_of(form, partnership.city)
        for question in VOICE:
            if question.id in found:
                voice = found[question.id]
                where = f" · {form.school}" if form.school else ""
                if not any(voice.counts.get(level, 0) is not None for level in question.levels):
                    unshown += 1
                    continue
                rows = tuple(
                    (
                        str(words),
                        say("words.withheld") if (count := voice.counts.get(level, 0)) is None else say.number(count),
                    )
                    for level, words in question.levels.items()
                )
                columns = (Column(str(question.text)), Column(_("Students"), numeric=True))
                tables.append(Table(f"{question.about}{where}", columns, rows))
    if unshown:
        few = ngettext(
            "Enough students answered %(number)s question, but how they spread is not shown: some of the numbers are small.",
            "Enough students answered %(number)s questions, but how they spread is not shown: some of the numbers are small.",
            unshown,
        ) % {"number": unshown}
        return Block(heading, (few,), tables=tuple(tables))
    if not tables:
        none = _("Students have not been asked, or too few have answered for it to be shown.")
        return Block(heading, (none,))
    return Block(heading, tables=tuple(tables))


def _growth(partnership: Partnership, year: int, own: Iterable[School]) -> Block:
    heading = _("How students grow on each goal")
    say, found = catalogue(), checking.growth_of(partnership, year, own)
    goals = dict(Goal.objects.current().filter(partnership=partnership).values_list("pk", "goal"))
    rows = [
        (
            goals[goal],
            growth.school.name,
            *(
                say("words.withheld") if growth.counts.get(level) is None else say.number(growth.counts[level] or 0)
                for level in GROWTH
            ),
        )
        for goal, of_schools in found.items()
        if goal in goals
        for growth in of_schools
    ]
    if not rows:
        return Block(heading, (_("No teacher has said yet how students stand on the goals."),))
    columns = (
        Column(_("Goal")),
        Column(_("School")),
        *(Column(str(words), numeric=True) for words in GROWTH.values()),
    )
    return Block(heading, tables=(Table(_("Students at each step, as teachers count them"), columns, tuple(rows)),))


# --- How well does it fill needs that were unmet? ---


def _needs_of(city: City, adds: Row) -> list[tuple[Row, Need | None]]:
    rows = [row for row in adds.get("needs", ()) if row["unit"] is not None]
    needs = {need.key: need for need in _named_needs(city, (row["need_id"] for row in rows))}
    return [(row, needs.get(row["need_id"])) for row in rows]


def _needs(city: City, needs: Sequence[tuple[Row, Need | None]], schools: int) -> Section:
    question = _("How well does it fill needs that were unmet?")
    rows = [row for row, _need in needs]
    if not rows:
        return Section(NEEDS, question, _("No need that it answers is on record for these years."), ())
    columns = (
        Column(_("Need")),
        Column(_("Asked for"), numeric=True),
        Column(_("Met by others before"), numeric=True),
        Column(_("Met by it"), numeric=True),
        Column(_("Still unmet"), numeric=True),
    )
    table = Table(
        _("The needs that it answers"),
        columns,
        tuple(
            (
                _need_title(city, need, row),
                *_how_far(
                    row,
                    hides_all=few.hides_need(row, need, schools, city.threshold),
                    hides_others=few.hides_others(row, city.threshold),
                ),
            )
            for row, need in needs
        ),
    )
    met = sum(1 for row in rows if row["asked"] is not None and (row["all"] or 0) >= row["asked"] - 1e-6)
    told = ngettext(
        "Of %(number)s need, %(met)s is met in full now.",
        "Of %(number)s needs, %(met)s are met in full now.",
        len(rows),
    )
    return Section(NEEDS, question, told % {"number": len(rows), "met": met}, (Block(tables=(table,)),))


def _named_needs(city: City, keys: Iterable[str]) -> Iterable[Need]:
    return Need.objects.of(city).filter(key__in=list(keys)).select_related("school", "district", "group")


def _need_title(city: City, need: Need | None, row: Row) -> str:
    return str(row["need_id"]) if need is None else f"{title_of(city, need)}, {year_name(need.year)}"


def _how_far(row: Row, *, hides_all: bool, hides_others: bool) -> tuple[str, str, str, str]:
    """What is asked for, met by others before, met by it, and unmet, as far as it does not tell of few students."""
    withheld = str(catalogue()("words.withheld"))
    if hides_all:
        return withheld, withheld, withheld, withheld
    asked, own = _amount(row["asked"], row["unit"]), _of_row(row, "own")
    return (asked, withheld, own, withheld) if hides_others else (asked, _of_row(row, "before"), own, _unmet(row))


def _amount(value: float | None, unit: str) -> str:
    return catalogue()("words.not_known") if value is None else catalogue().counted(unit, value)


def _of_row(row: Row, part: str) -> str:
    return ranged(row[part], row[f"{part}_low"], row[f"{part}_high"], row["unit"])


def _unmet(row: Row) -> str:
    asked = row["asked"]
    if asked is None:
        return catalogue()("words.not_known")

    def left(met: float | None) -> float | None:
        return None if met is None else max(0.0, asked - met)

    return ranged(left(row["all"]), left(row["all_high"]), left(row["all_low"]), row["unit"])


# --- What it adds ---


def _what_it_adds(finding: PartnershipFinding | None) -> Section | None:
    if finding is None or not finding.adds:
        return None
    placed, met = finding.adds.get("placed"), finding.adds.get("met", [])
    columns = (
        Column(_("What the city would lose without it")),
        Column(_("How much"), numeric=True),
        Column(_("Its share among all"), numeric=True),
    )
    rows = []
    if placed:
        rows.append(
            (
                _("Places of students"),
                ranged(placed["placed"], placed["placed_low"], placed["placed_high"], "students"),
                with_error(placed.get("placed_share"), placed.get("placed_error"), "students"),
            )
        )
    rows += [
        (
            _("Needs that are met, counted in %(unit)s") % {"unit": catalogue().plural(f"nouns.{row['unit']}", 2)},
            ranged(row["met"], row["met_low"], row["met_high"], row["unit"]),
            with_error(row["met_share"], row["met_error"], row["unit"]),
        )
        for row in met
    ]
    if not rows:
        return None
    return Section(
        ADDS,
        _("What does it add?"),
        _("Two figures, which are never made one."),
        (Block(tables=(Table(_("What it adds"), columns, tuple(rows)),)),),
        (
            _(
                "What would be lost without it, as long as all others are there; and its share of what all give together."
            ),
            _(
                "A partnership whose students would find other places loses nobody by these figures, however good it is."
            ),
        ),
    )
