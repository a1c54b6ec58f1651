"""A made-up city's figures, records and form, for the page that shows every part in every state."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.reports.charts import BarRow, Mark, NoteRow, key_mark, note_rows, stacked_bars, staff
from allcity.reports.model import Block, Column, Entry, Reading, Section, Table, Tone

NUMBERS = (
    ("62", gettext_lazy("schools")),
    ("97", gettext_lazy("organizations")),
    ("14", gettext_lazy("venues")),
    ("9", gettext_lazy("schools on their own")),
)
GROUPS = (
    (gettext_lazy("All students"), Mark(0.46, 0.41, 0.53), "46%", "41–53%"),
    (gettext_lazy("English learners"), Mark(0.33, 0.27, 0.42), "33%", "27–42%"),
    (gettext_lazy("Students with disabilities"), Mark(0.22, 0.14, 0.35, "unmet"), "22%", "14–35%"),
)


@dataclass(frozen=True)
class Source:
    """Where a made-up record is from."""

    name: str


@dataclass(frozen=True)
class Person:
    """Who confirmed a made-up record."""

    name: str

    def get_full_name(self) -> str:
        return self.name


@dataclass(frozen=True)
class Record:
    """A made-up organization, with what the freshness of a record is told from."""

    key: str
    name: str
    place: str
    as_of: date | None = None
    confirmed_at: datetime | None = None
    confirmed_by: Person | None = None
    source: Source | None = None
    is_stale: bool = False


def records() -> tuple[Record, ...]:
    """A record in each state of freshness."""
    federal = Source(_("the federal school file"))
    return (
        Record(
            "harbor",
            "Harbor Strings",
            _("Old Harbor"),
            confirmed_at=datetime(2026, 2, 3, 15, tzinfo=UTC),
            confirmed_by=Person("Rosa Lindqvist"),
        ),
        Record(
            "quay",
            "Quay Street Brass",
            _("Quayside"),
            confirmed_at=datetime(2024, 9, 12, 15, tzinfo=UTC),
            is_stale=True,
        ),
        Record("school", _("Rivermouth High School"), _("Uplands"), as_of=date(2025, 10, 1), source=federal),
        Record("loft", "The Loft", _("Old Harbor")),
    )


def section() -> Section:
    """A question with an answer and every kind of evidence."""
    return Section(
        "access",
        _("Do all students have access to an active music life?"),
        _("Not yet. Between 41% and 53% of students could have a place after school."),
        (_readings(), _comparison(), _bars(), _steps(), _definitions()),
        (_("Rivermouth and its figures are made up."),),
    )


def _readings() -> Block:
    between = _("surely between %(low)s and %(high)s")
    measured = Mark(0.71, 0.66, 0.79)
    short = Mark(0.46, 0.41, 0.53, "unmet")
    estimated = Mark(0.29, 0.18, 0.44, "unknown", estimated=True)
    return Block(
        heading=_("One figure: a note on a staff"),
        readings=(
            _reading(_("In school, every week"), "71%", measured, between % {"low": "66%", "high": "79%"}),
            _reading(_("After school, with a place"), "46%", short, between % {"low": "41%", "high": "53%"}),
            _reading(
                _("Music of their own"), "29%", estimated, between % {"low": "18%", "high": "44%"}, _("estimated")
            ),
            _reading(_("A place on record"), _("at least 31%"), Mark(0.31, 0.31, None), _("the list is not complete")),
            _reading(_("A fee within reach"), _("not known"), Mark(None, tone="unknown"), _("nobody has answered yet")),
            _reading(_("In the choir"), _("withheld"), None, _("fewer than 10 students: not shown")),
        ),
    )


def _reading(title: str, value: str, mark: Mark | None, span: str, basis: str = "") -> Reading:
    tone: Tone = mark.tone if mark else "unknown"
    picture = staff(mark, maximum=1, ends=("0%", "100%"), alt=f"{title}: {value}, {span}")
    return Reading("", title, value, span, basis, tone, picture)


def _comparison() -> Block:
    caption = _("A place after school, by group of students")
    rows = [NoteRow(str(label), mark, value, span) for label, mark, value, span in GROUPS]
    rows.append(NoteRow(_("Students who moved this year"), None, _("withheld")))
    return Block(
        heading=_("Figures under each other, with the table behind them"),
        picture=note_rows(
            rows,
            maximum=1,
            ends=("0%", "100%"),
            alt=f"{caption}: " + "; ".join(f"{row.label} {row.text}" for row in rows),
        ),
        tables=(
            Table(
                caption,
                (Column(_("Group")), Column(_("Share"), numeric=True), Column(_("Range"), numeric=True)),
                tuple((row.label, row.text, row.range) for row in rows),
                folded=True,
            ),
        ),
    )


def _bars() -> Block:
    rows = (
        BarRow(_("Instruments"), (("met", 0.61), ("unmet", 0.14), ("unknown", 0.25)), "61%"),
        BarRow(_("Private lessons and coaching"), (("met", 0.21), ("unmet", 0.49), ("unknown", 0.3)), "21%"),
    )
    return Block(
        heading=_("Parts of a whole"),
        picture=stacked_bars(rows, alt="; ".join(f"{row.label}: {row.text}" for row in rows)),
        key=(
            (key_mark("bar_met", ""), _("met")),
            (key_mark("bar_unmet", ""), _("unmet")),
            (key_mark("bar_unknown", ""), _("not known")),
        ),
        tables=(
            Table(
                _("Needs this year"),
                (
                    Column(_("Contribution")),
                    Column(_("Asked"), numeric=True),
                    Column(_("Met"), numeric=True),
                    Column(_("Unmet"), numeric=True),
                    Column(_("Not known"), numeric=True),
                ),
                (
                    (_("Instruments"), "2,100", "1,281", "294", "525"),
                    (_("Private lessons and coaching"), "3,400", "714", "1,666", "1,020"),
                ),
            ),
        ),
    )


def _steps() -> Block:
    return Block(
        heading=_("Steps, in their order"),
        entries=(
            Entry(_("Ask the nine schools that are alone"), _("They have no partner this year.")),
            Entry(_("Ask eight schools that have not answered"), _("Their answers would narrow the range the most.")),
        ),
        numbered=True,
    )


def _definitions() -> Block:
    return Block(
        heading=_("Terms, with their source"),
        entries=(
            Entry(
                _("Within reach"),
                _("At most 30 minutes on foot from school."),
                "https://example.org/reach",
            ),
        ),
    )


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Name of the program"), help_text=gettext_lazy("As families know it."))
    seats = forms.IntegerField(
        label=gettext_lazy("Places"), required=False, help_text=gettext_lazy("Leave empty if you do not know.")
    )
    fee = forms.ChoiceField(
        label=gettext_lazy("Does it cost anything?"),
        widget=forms.RadioSelect,
        choices=(
            ("no", gettext_lazy("No, it is free")),
            ("yes", gettext_lazy("Yes")),
            ("unknown", gettext_lazy("I don't know")),
        ),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish"))),
    )
    season = forms.ChoiceField(
        label=gettext_lazy("Season"),
        choices=(("autumn", gettext_lazy("Autumn")), ("spring", gettext_lazy("Spring"))),
    )
    about = forms.CharField(label=gettext_lazy("In a few words"), required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(
        label=gettext_lazy("This may be shown to everybody"), help_text=gettext_lazy("You can change it later.")
    )


class ExampleFilters(forms.Form):
    """What a list may be narrowed by."""

    instrument = forms.CharField(label=gettext_lazy("Instrument"), required=False)
    age = forms.IntegerField(label=gettext_lazy("Age"), required=False)
    day = forms.ChoiceField(
        label=gettext_lazy("Day"),
        required=False,
        choices=(("", gettext_lazy("any day")), ("mon", gettext_lazy("Monday")), ("tue", gettext_lazy("Tuesday"))),
    )


def wrong_form() -> ExampleForm:
    """The same form, sent with mistakes."""
    return ExampleForm({"name": "", "seats": "many"}, prefix="wrong")
