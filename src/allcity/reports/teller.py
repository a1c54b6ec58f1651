"""Findings in words: what every section needs to turn figures into sentences, readings, rows and charts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from allcity.analysis.cells import EVERYONE_ELSE
from allcity.analysis.figures import Figure
from allcity.analysis.findings import Findings
from allcity.declaration import Titled
from allcity.reports.charts import Mark, NoteRow, key_mark, note_rows, staff
from allcity.reports.model import Block, Column, Picture, Reading, Table, Tone
from allcity.reports.text import Catalogue

State = Literal["unknown", "withheld", "all", "none", "none_on_record", "at_least", "bounded", "range", "exact"]
_WIDE = 0.25


def state_of(figure: Figure | None) -> State:
    """What can be said of a figure: the first of the states that holds.

    `bounded` has no value but bounds that say something; `none_on_record` has neither a high bound nor any record.
    Comparisons and indices of what is on record have no bounds and stand as they are.
    """
    if figure is None:
        return "unknown"
    if figure.suppressed:
        return "withheld"
    low, high = floor(figure), figure.high
    if figure.known == 0 and figure.total and low <= 0 and high is None:
        return "unknown"
    if figure.value is None:
        if low <= 0 and (high is None or (figure.unit == "share" and high >= 1)):
            return "unknown"
        return "at_least" if high is None else "bounded"
    if figure.unit == "share" and figure.value <= 0 and high is not None and high >= 1:
        return "unknown"
    if figure.id.startswith("equity."):
        return "range" if high is not None and low < high else "exact"
    if figure.unit == "share" and low >= 1:
        return "all"
    if high is None:
        return "none_on_record" if low <= 0 else "at_least"
    if high <= 0:
        return "none"
    return "range" if low < high else "exact"


def is_known(figure: Figure | None) -> bool:
    """Whether there is something of the figure that may be shown."""
    return state_of(figure) not in ("unknown", "withheld")


def is_wide(figure: Figure | None) -> bool:
    """Whether the range of a share says little."""
    return (
        figure is not None
        and state_of(figure) in ("range", "bounded")
        and figure.unit == "share"
        and (figure.high or 0) - floor(figure) > _WIDE
    )


def floor(figure: Figure) -> float:
    """The least that the figure can be."""
    return figure.low if figure.low is not None else figure.value or 0.0


def peak(figure: Figure) -> float:
    """The most that the figure is known to be: its high bound, or what is on record."""
    return figure.high if figure.high is not None else figure.value or floor(figure)


def upper_first(sentence: str) -> str:
    """A phrase as it begins a sentence."""
    return sentence[:1].upper() + sentence[1:]


def phrases(**values: str) -> dict[str, str]:
    """Phrases as fields of a text, each also by its capitalised name as it begins a sentence."""
    return values | {name.capitalize(): upper_first(value) for name, value in values.items()}


def mark_of(figure: Figure, tone: Tone) -> Mark | None:
    """Where a figure stands on a chart; None where it is withheld."""
    state = state_of(figure)
    if state == "withheld":
        return None
    if state == "unknown":
        return Mark(None, tone="unknown")
    tone = "unknown" if state == "bounded" else tone
    unbounded = state in ("at_least", "none_on_record")
    return Mark(figure.value, floor(figure), None if unbounded else peak(figure), tone, figure.status != "measured")


@dataclass
class FigureWords:
    """Single figures in words. Sources are named by their numbers, where they have any."""

    say: Catalogue
    threshold: int
    source_numbers: Mapping[str, int] = field(default_factory=dict)

    def title(self, figure: Figure) -> str:
        return self.say(f"figures.{figure.id}.title")

    def amount(self, figure: Figure) -> str:
        """A known figure as a phrase: "46%", "between 41% and 53%", "at least 31%", "at most 12"."""
        say, unit = self.say, figure.unit
        kind = "share" if unit == "share" else "number"
        low, high = say.amount(floor(figure), unit), say.amount(peak(figure), unit)
        if state_of(figure) in ("at_least", "none_on_record"):
            return say(f"amounts.{kind}.at_least", low=low)
        if low == high:
            return say(f"amounts.{kind}.exact", value=high if figure.value is None else say.amount(figure.value, unit))
        if floor(figure) <= 0:
            return say(f"amounts.{kind}.at_most", high=high)
        return say(f"amounts.{kind}.between", low=low, high=high)

    def amount_of(self, figure: Figure, noun: str) -> str:
        """A known figure with its noun: "between 12 and 15 schools"."""
        form = "one" if self.say.amount(peak(figure), figure.unit) == self.say.number(1) else "other"
        return f"{self.amount(figure)} {self.say(f'nouns.{noun}.{form}')}"

    def value(self, figure: Figure | None) -> str:
        """The value alone, as a cell or beside a title: "46%", "at least 31%", "not known", "withheld".

        Where nothing tells the value from an end of its range, it is the range: "46–53%".
        """
        say, state = self.say, state_of(figure)
        if figure is None or state in ("unknown", "bounded"):
            return say("words.not_known")
        if state == "withheld":
            return say("words.withheld")
        if state == "none_on_record":
            return say("words.none_on_record")
        if state == "at_least":
            return say("words.at_least", low=say.amount(floor(figure), figure.unit))
        value = say.amount(figure.value or 0.0, figure.unit)
        ends = [say.amount(end, figure.unit) for end in (floor(figure), peak(figure))]
        return self.short_range(figure) if state == "range" and value in ends else value

    def short_range(self, figure: Figure | None) -> str:
        """The range as "41–53%"; empty where there is none."""
        if figure is None or figure.high is None or state_of(figure) not in ("range", "bounded"):
            return ""
        low, high = (self.say.amount(bound, figure.unit) for bound in (floor(figure), figure.high))
        return "" if low == high else self.say.between(floor(figure), figure.high, figure.unit)

    def cell(self, figure: Figure | None) -> str:
        """The figure in one cell: its range where it has one, else its value."""
        return self.short_range(figure) or self.value(figure)

    def range(self, figure: Figure) -> str:
        """The range in words, or why there is none."""
        say, state = self.say, state_of(figure)
        if state == "withheld":
            return say("words.withheld_because", threshold=say.number(self.threshold))
        if state in ("at_least", "none_on_record"):
            parts = [say("words.no_high_bound")]
            if figure.high_if_complete is not None:
                low, high = (say.amount(end, figure.unit) for end in (floor(figure), figure.high_if_complete))
                parts.append(say("words.if_complete_exact" if low == high else "words.if_complete", high=high))
            return "; ".join(parts)
        if figure.unit == "share" and floor(figure) <= 0 and peak(figure) >= 1:
            return say("words.no_bounds")
        # Where the value is shown as the range, to say it again in words would add nothing.
        if self.short_range(figure) not in ("", self.value(figure)):
            low, high = (say.amount(bound, figure.unit) for bound in (floor(figure), peak(figure)))
            return say("words.surely_between" if state == "bounded" else "words.between", low=low, high=high)
        return ""

    def basis(self, figure: Figure) -> str:
        """What the figure rests on: how many of how many are known, how it was made, its day and its sources."""
        say = self.say
        parts = []
        if self.known_of(figure):
            parts.append(say("words.known_of", known=self.known_of(figure)))
        if is_known(figure) and figure.status != "measured":
            parts.append(say(f"status.{figure.status}"))
        if figure.interval:
            low, high = (say.amount(bound, figure.unit) for bound in (figure.interval.low, figure.interval.high))
            parts.append(say("words.interval", low=low, high=high, level=say.share(figure.interval.level)))
        if figure.as_of:
            parts.append(say("words.as_of", date=say.date(figure.as_of)))
        numbers = sorted(self.source_numbers[source] for source in figure.source if source in self.source_numbers)
        if numbers:
            listed = ", ".join(map(say.number, numbers))
            parts.append(say(f"words.sources.{'one' if len(numbers) == 1 else 'other'}", list=listed))
        return " · ".join(parts)

    def reading(self, figure: Figure, *, tone: Tone = "met", drawn: bool = True) -> Reading:
        """The figure by itself, on its staff unless `drawn` is False."""
        value, span = self.value(figure), self.range(figure)
        shown: Tone = "unknown" if state_of(figure) in ("unknown", "withheld", "bounded") else tone
        picture = None
        if drawn:
            maximum, ends = self.scale([figure])
            alt = ", ".join(filter(None, (f"{self.title(figure)}: {value}", span)))
            picture = staff(mark_of(figure, shown), maximum=maximum, ends=ends, alt=alt)
        return Reading(figure.id, self.title(figure), value, span, self.basis(figure), shown, picture)

    def scale(self, figures: Sequence[Figure]) -> tuple[float, tuple[str, str]]:
        """The end of a common scale for figures of one unit, and the words for both ends."""
        unit = figures[0].unit
        if unit == "share":
            return 1.0, (self.say.share(0), self.say.share(1))
        most = max((amount for f in figures for amount in (f.value, f.low, f.high) if amount is not None), default=0.0)
        totals = {f.total for f in figures} if unit == "count" else set()
        total = max(total or 0 for total in totals) if len(totals) == 1 else 0
        end = float(total) if 0 < most <= total else _round_up(most)
        return end, (self.say.number(0), self.say.number(end, 0 if end >= 1 else 2))

    def known_of(self, figure: Figure) -> str:
        """How many records of how many are known; empty where the figure does not say."""
        if figure.known is None or not figure.total:
            return ""
        total = self.say.counted(figure.records, figure.total)
        return self.say("words.of", number=self.say.number(figure.known), total=total)


class Teller(FigureWords):
    """Findings and a language; remembers which sources and figures it has spoken of."""

    def __init__(self, findings: Findings, say: Catalogue) -> None:
        year = findings.city_year
        numbers = {source: i for i, source in enumerate(year.sources["source_id"].to_list(), start=1)}
        super().__init__(say, year.framework.targets.suppression_threshold.value, numbers)
        self.findings, self.told = findings, set[str]()
        self.names: dict[tuple[str, str], str] = {
            ("area", row["area_id"]): row["name"] for row in year.areas.iter_rows(named=True)
        }
        for row in year.groups.iter_rows(named=True):
            self.names["group", row["group_id"]] = row.get(f"name_{say.language}") or row["name"]

    def get(self, figure_id: str, **by: str) -> Figure | None:
        """The figure, which the report then explains."""
        return self.noted(self.findings.figures.get(figure_id, **by))

    def along(self, figure_id: str, dimension: str) -> dict[str, Figure]:
        """The figures of one dimension by key, which the report then explains."""
        figures = self.findings.figures.along(figure_id, dimension)
        for figure in figures.values():
            self.noted(figure)
        return figures

    def noted(self, figure: Figure | None) -> Figure | None:
        if figure is not None:
            self.told.add(figure.id)
        return figure

    def name(self, dimension: str, key: str) -> str:
        """What people call an area, group, band, contribution, participant type or term."""
        year = self.findings.city_year
        entries: dict[str, Mapping[str, Titled]] = {
            "band": year.framework.grade_bands,
            "contribution": year.framework.contributions,
            "participant": year.framework.participants,
            "term": year.framework.terms,
        }
        if dimension == "group" and key.startswith(EVERYONE_ELSE):
            return self.say("words.all_but", group=self.name(dimension, key.removeprefix(EVERYONE_ELSE)))
        entry = entries.get(dimension, {}).get(key)
        if entry is not None:
            return entry.title.in_language(self.say.language)
        return self.names.get((dimension, key), key)

    def key(self, *kinds: str) -> tuple[tuple[Picture, str], ...]:
        """Marks with what they mean; the words say it all, so that the drawings need no words of their own."""
        return tuple((key_mark(kind, ""), self.say(f"key.{kind}")) for kind in kinds)

    def readings(self, figures: Iterable[Figure | None], *, tones: Mapping[str, Tone] | None = None) -> Block:
        """A block of the figures of which something can be shown; those not known are named in a sentence."""
        present = [figure for figure in figures if figure is not None]
        shown = [figure for figure in present if state_of(figure) != "unknown"]
        unknown = [self.title(figure) for figure in present if state_of(figure) == "unknown"]
        text = (self.say("words.nothing_known", list=self.say.listing(unknown)),) if unknown else ()
        tones = tones or {}
        return Block(
            text=text, readings=tuple(self.reading(figure, tone=tones.get(figure.id, "met")) for figure in shown)
        )

    def sentence(self, prefix: str, figure: Figure | None, **values: object) -> str:
        """The template of the figure's state under `prefix`: all, none, unknown, withheld, or else some."""
        state = state_of(figure)
        if figure is None or state in ("unknown", "withheld"):
            return self.say(f"{prefix}.{state}", **values)
        if state in ("all", "none", "none_on_record") and f"{prefix}.{state}" in self.say:
            return self.say(f"{prefix}.{state}", **values)
        amount = self.amount(figure)
        return self.say(f"{prefix}.some", **phrases(amount=amount), **values)

    def comparison(
        self,
        rows: Sequence[tuple[str, Figure]],
        *,
        caption: str,
        dimension: str,
        tone: Tone = "met",
        folded: bool = True,
    ) -> tuple[Picture, Table]:
        """Figures of one kind under each other, as a chart and as the table behind it."""
        say = self.say
        maximum, ends = self.scale([figure for _, figure in rows])
        notes = [
            NoteRow(
                name,
                mark_of(f, tone),
                self.value(f),
                "" if self.value(f) == self.short_range(f) else self.short_range(f),
            )
            for name, f in rows
        ]
        alt = f"{caption}: " + "; ".join(
            f"{note.label} {note.text}" + (f" ({note.range})" if note.range else "") for note in notes
        )
        table = Table(
            caption,
            (
                Column(say(f"columns.{dimension}")),
                Column(say("columns.share" if rows[0][1].unit == "share" else "columns.value"), numeric=True),
                Column(say("columns.range")),
                Column(say("columns.known")),
                Column(say("columns.status")),
            ),
            tuple(
                (
                    name,
                    self.value(f),
                    self.short_range(f) or self.range(f),
                    self.known_of(f),
                    say(f"status.{f.status}") if is_known(f) else "",
                )
                for name, f in rows
            ),
            folded=folded,
        )
        return note_rows(notes, maximum=maximum, ends=ends, alt=alt), table


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, …, and of their tenths and hundredths: a scale that people read easily."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))
