"""What a brief tells of a city's figures: those of its examination, in words. Nobody edits them, and none is computed here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from allcity.analysis.cells import EVERYONE_ELSE
from allcity.analysis.figures import Figure
from allcity.reports.model import Column, Table
from allcity.reports.teller import FigureWords, floor, is_known, peak, phrases, state_of
from allcity.site.action import readings
from allcity.site.action.models import Brief
from allcity.site.action.readings import Shown
from allcity.site.cities.kept import kept
from allcity.site.cities.models import Area, City, Group
from allcity.site.directory.words import catalogue
from allcity.site.figures.models import Examination

ALWAYS = ("access.reach", "access.placed")
"""These are told even where they are not known: that is an answer, too."""
ACCESS: Mapping[str, tuple[str, ...]] = {
    Brief.Audience.BOARD: ("school_music.minutes", "school_music.staffed"),
    Brief.Audience.COUNCIL: ("access.reach.free", "contexts.all"),
    Brief.Audience.PRINCIPAL: ("school_music.enrolled", "school_music.minutes"),
    Brief.Audience.FUNDER: ("access.reach.free", "contexts.all"),
    Brief.Audience.FAMILY: ("access.reach.free", "access.reach.language"),
}
OWED = ("needs.owed.staff", "needs.owed.minutes")
DECIDE_OF_SCHOOLS = (Brief.Audience.BOARD, Brief.Audience.COUNCIL, Brief.Audience.PRINCIPAL)
MOST_NEEDS = 4
LONGEST_NAME = 50
Along = Mapping[str, Figure]


@dataclass(frozen=True)
class FiguresOf:
    """What stands below the words of a brief: sentences, figures and a table for each part, and where all is from."""

    access: tuple[Shown, ...]
    gap: tuple[str, ...]
    gap_table: Table
    needs: tuple[str, ...]
    needs_table: Table
    owed: tuple[Shown, ...]
    sources: tuple[tuple[str, str], ...]


def figures_of(brief: Brief) -> FiguresOf:
    """The figures of a brief in the language of the moment."""
    city = brief.city
    stored = _stored(city, brief.examination_id)
    words = FigureWords(catalogue(), city.threshold)
    told = [
        *(stored[key] for each in ALWAYS if (key := (each, None)) in stored),
        *(stored[key] for each in ACCESS[brief.audience] if (key := (each, None)) in stored and is_known(stored[key])),
    ]
    owed = [stored[key] for each in OWED if (key := (each, None)) in stored and is_known(stored[key])]
    owed = owed if brief.audience in DECIDE_OF_SCHOOLS else []
    gap, gap_rows, of_gap = _gap(city, stored, words)
    needs, needs_rows, of_needs = _needs(city, stored, words)
    say = words.say
    reach = words.title(told[0]) if told else say("columns.share")
    return FiguresOf(
        access=tuple(_shown(city, told)),
        gap=tuple(gap),
        gap_table=Table(
            _("The widest gap"),
            (Column(_("Where, or who")), Column(reach, numeric=True), Column(say("columns.range"), numeric=True)),
            tuple(gap_rows),
        ),
        needs=tuple(needs),
        needs_table=Table(
            _("The needs that are least met"),
            (
                Column(say("columns.contribution")),
                *(Column(say(f"columns.{each}"), numeric=True) for each in ("stated", "unmet", "met_share")),
            ),
            tuple(needs_rows),
        ),
        owed=tuple(_shown(city, owed)),
        sources=_sources(city, [*told, *owed, *of_gap, *of_needs]),
    )


Stored = Mapping[tuple[str, tuple[str, str] | None], Figure]


def _stored(city: City, examination: int) -> Stored:
    """Figures of the whole city, and along one dimension, by id and key."""

    def read() -> Stored:
        records = Examination.objects.filter(pk=examination).values_list("figures", flat=True).get()
        found: dict[tuple[str, tuple[str, str] | None], Figure] = {}
        for record in records:
            by = list((record["by"] or {}).items())
            if len(by) <= 1:
                found[record["id"], by[0] if by else None] = readings.figure_of(record)
        return found

    return kept(city, ("figures of a brief", examination), read)


def _along(stored: Stored, figure_id: str, dimension: str) -> Along:
    return {key[1]: figure for (id_, key), figure in stored.items() if id_ == figure_id and key and key[0] == dimension}


def _shown(city: City, figures: Iterable[Figure]) -> list[Shown]:
    return [readings.in_words(city, figure.as_record()) for figure in figures]


def _sources(city: City, figures: Iterable[Figure]) -> tuple[tuple[str, str], ...]:
    """The sources of figures, each once, by name."""
    return tuple(sorted({source for shown in _shown(city, figures) for source in shown.sources}))


# --- The gap ---


def _gap(city: City, stored: Stored, words: FigureWords) -> tuple[list[str], list[tuple[str, ...]], list[Figure]]:
    """The widest gap between areas, and the group that is furthest behind: only what the ranges leave no doubt of."""
    reach = {key: each for key, each in _along(stored, "access.reach", "area").items() if is_known(each)}
    names = kept(city, "names of areas", lambda: dict(Area.objects.of(city).values_list("key", "name")))
    bounded = [(key, each) for key, each in reach.items() if each.high is not None]
    told: list[str] = []
    rows: list[tuple[str, ...]] = []
    used: list[Figure] = []
    low = min(bounded, key=lambda pair: (_middle(pair[1]), pair[0]), default=None)
    high = max(reach.items(), key=lambda pair: (_middle(pair[1]), pair[0]), default=None)
    if low and high and peak(low[1]) < floor(high[1]):
        text = _("In %(least)s %(low)s of students have a lasting program in reach; in %(most)s %(high)s have.")
        said = {
            "least": _name(names.get(low[0], low[0])),
            "low": words.amount(low[1]),
            "most": _name(names.get(high[0], high[0])),
            "high": words.amount(high[1]),
        }
        told.append(text % said)
        rows += [(_name(names.get(key, key)), words.value(each), words.cell(each)) for key, each in (low, high)]
        used += [low[1], high[1]]
    elif reach:
        told.append(_("Between areas no gap is sure: the differences are smaller than what is not known."))
    _tell_of_groups(city, stored, words, told, rows, used)
    if not told:
        told.append(_("How it differs between areas and groups is not known yet."))
    return told, rows, used


def _tell_of_groups(
    city: City, stored: Stored, words: FigureWords, told: list[str], rows: list[tuple[str, ...]], used: list[Figure]
) -> None:
    gaps = {key: each for key, each in _along(stored, "equity.gap", "group").items() if is_known(each)}
    behind = {key: each for key, each in gaps.items() if floor(each) > 0}
    if not gaps:
        return
    if not behind:
        told.append(words.say("sections.equity.unsure"))
        return
    key, gap = max(behind.items(), key=lambda pair: (pair[1].value or 0, pair[0]))
    form = "behind_on_record" if gap.high is None else "behind"
    named = {group.key: group for group in Group.objects.of(city)}
    group = _name(str(named.get(key, key)))
    told.append(words.say(f"sections.equity.{form}", group=group, points=_points(words, gap)))
    used.append(gap)
    reach = _along(stored, "access.reach", "group")
    for each, name in ((key, group), (f"{EVERYONE_ELSE}{key}", words.say("words.all_but", group=group))):
        figure = reach.get(each)
        if figure and is_known(figure):
            rows.append((name, words.value(figure), words.cell(figure)))
            used.append(figure)


def _points(words: FigureWords, gap: Figure) -> str:
    """The size of a gap in percentage points."""
    say = words.say
    low, high = (round(abs(bound) * 100) for bound in (floor(gap), peak(gap)))
    if low == high:
        return say.counted("points", low)
    span = say("amounts.number.between", low=say.number(low), high=say.number(high))
    return f"{span} {say.plural('nouns.points', high)}"


def _middle(figure: Figure) -> float:
    return figure.value if figure.value is not None else (floor(figure) + peak(figure)) / 2


# --- The needs ---


def _needs(city: City, stored: Stored, words: FigureWords) -> tuple[list[str], list[tuple[str, ...]], list[Figure]]:
    """What schools asked for of which most is surely unmet, students before things, and how much of all of it is met."""
    say, contributions = words.say, city.settings.framework.contributions
    stated, unmet, share = (
        _along(stored, f"needs.{name}", "contribution") for name in ("stated", "unmet", "met_share")
    )
    open_ = {key: each for key, each in unmet.items() if key in contributions and is_known(each) and peak(each) > 0}
    first = sorted(open_, key=lambda key: (contributions[key].unit != "students", -floor(open_[key]), key))[:MOST_NEEDS]
    language = say.language
    rows: list[tuple[str, ...]] = [
        (
            say(
                "needs.in_unit",
                contribution=_name(contributions[key].title.in_language(language)),
                unit=say(f"nouns.{contributions[key].unit}.other"),
            ),
            words.cell(stated.get(key)),
            words.cell(open_[key]),
            words.cell(share.get(key)),
        )
        for key in first
    ]
    asked, met = stored.get(("needs.stated", None)), stored.get(("needs.met", None))
    told = [_in_all(words, asked, met)]
    if not rows:
        told.append(_("No unmet need is on record for this year."))
    return told, rows, [*(open_[key] for key in first), *(each for each in (asked, met) if each)]


def _in_all(words: FigureWords, asked: Figure | None, met: Figure | None) -> str:
    """What was asked for in all, and what of it is met, as the report says it."""
    say = words.say
    if asked is None or not is_known(asked) or state_of(asked) == "none":
        return say("sections.needs.withheld_all" if state_of(asked) == "withheld" else "sections.needs.none")
    said = phrases(stated=words.amount_of(asked, "student_places"))
    if met is None or not is_known(met):
        return say(f"sections.needs.{state_of(met)}", **said)
    if state_of(met) == "none":
        return say("sections.needs.unmet", **said)
    if asked.high is not None and floor(met) >= asked.high:
        return say("sections.needs.all", **said)
    return say("sections.needs.some", met=words.amount(met), **said)


def _name(name: str) -> str:
    """A name as it fits into a row."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
