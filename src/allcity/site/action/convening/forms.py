"""Forms with which a session is planned, step by step."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from allcity.site.action import readings
from allcity.site.action.convening import checks, times, words
from allcity.site.action.convening.checks import Point
from allcity.site.action.convening.firsts import FIRSTS
from allcity.site.action.models import AgendaItem, PlanningSession, PollDate, Series
from allcity.site.cities.models import City

BLANK_POINTS, BLANK_DATES = 3, 3


def refused(form: forms.Form, error: ValidationError, names: dict[str, str] | None = None) -> None:
    """Put a refusal beside the fields that it is about. `names` says what fields are called here."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = (names or {}).get(name, name)
        form.add_error(field if field in form.fields else None, ValidationError(errors))


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _hour() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


def _sections(city: City) -> list[tuple[str, str]]:
    return [("", _("none")), *((each.id, each.title.in_language(words.language())) for each in words.sections_of(city))]


def _figures(city: City) -> list[tuple[str, str]]:
    return [("", _("none")), *readings.choices(city)]


class PurposeForm(forms.Form):
    """What a session is for, and who may see it."""

    title = forms.CharField(label=gettext_lazy("What is the session about?"), max_length=200)
    purpose = forms.CharField(
        label=gettext_lazy("What should it come to?"),
        help_text=gettext_lazy("Those who are asked read it, and calendars show it."),
        required=False,
        max_length=4000,
        widget=area(4),
    )
    section = forms.ChoiceField(label=gettext_lazy("Section of the self-examination"), required=False)
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may see that it takes place?"),
        choices=PlanningSession.Audience.choices,
        initial=PlanningSession.Audience.INVITED,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, city: City, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["section"]
        field.choices = _sections(city)


class NewForm(PurposeForm):
    """Beginning to plan: from nothing, or from one of the first sessions of a coalition."""

    template = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        help_text=gettext_lazy(
            "The first three sessions of a new coalition have a purpose and an agenda already. Change what you like."
        ),
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ("template",)

    def __init__(self, data: Any = None, *, city: City, initial: Any = None) -> None:
        super().__init__(data, city=city, initial=initial)
        field: Any = self.fields["template"]
        field.choices = [
            ("", _("an empty agenda")),
            *((each.id, f"{number}. {each.title}") for number, each in enumerate(FIRSTS.values(), 1)),
        ]
        self.fields["title"].required = False
        self.fields["title"].help_text = _("Leave title and purpose empty to take those of the first session.")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("title") and not said.get("template"):
            self.add_error("title", _("Say in a few words what the session is about."))
        return said


class FindingsForm(forms.Form):
    """What lies on the table: figures of the city, and questions of its self-examination."""

    figures = forms.MultipleChoiceField(
        label=gettext_lazy("Figures of the city"), required=False, widget=forms.CheckboxSelectMultiple
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions of the self-examination"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data)
        city, language = session.city, words.language()
        figures: Any = self.fields["figures"]
        questions: Any = self.fields["questions"]
        figures.choices = readings.choices(city)
        questions.choices = [
            (
                f"{section.id}/{question.id}",
                f"{section.title.in_language(language)}: {question.text.in_language(language)}",
            )
            for section in words.sections_of(city)
            for question in section.questions.values()
            if not session.section or section.id == session.section or _is_on_table(session, section.id, question.id)
        ]
        figures.initial = [each["figure"] for each in session.findings if "figure" in each]
        questions.initial = [
            f"{each.get('section')}/{each['question']}" for each in session.findings if "question" in each
        ]
        self.session = session
        if not figures.choices:
            del self.fields["figures"]

    def findings(self) -> list[dict[str, Any]]:
        """What was chosen. A question that lay there keeps its year."""
        there = {(each.get("section"), each["question"]): each for each in self.session.findings if "question" in each}
        found: list[dict[str, Any]] = [{"figure": figure} for figure in self.cleaned_data.get("figures", ())]
        for chosen in self.cleaned_data["questions"]:
            section, _slash, question = chosen.partition("/")
            found.append(there.get((section, question), {"question": question, "section": section}))
        return found


def _is_on_table(session: PlanningSession, section: str, question: str) -> bool:
    return any(each.get("section") == section and each.get("question") == question for each in session.findings)


class PointForm(forms.Form):
    """A point of the agenda. Without a title it is none."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    order = forms.IntegerField(label=gettext_lazy("Place"), required=False, min_value=1, max_value=99)
    title = forms.CharField(label=gettext_lazy("Point"), required=False, max_length=200)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=600)
    lead = forms.CharField(label=gettext_lazy("Led by"), required=False, max_length=200)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    figure_id = forms.ChoiceField(label=gettext_lazy("Figure on the table"), required=False)

    def __init__(self, *args: Any, sections: Sequence[Any], figures: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("section", sections), ("figure_id", figures)):
            field: Any = self.fields[name]
            now = (self.initial or {}).get(name)
            extra = [(now, now)] if now and now not in dict(choices) else []
            field.choices = [*choices, *extra]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("title") and not said.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Say how many minutes it takes."))
        return said


PointForms: Any = forms.formset_factory(PointForm, extra=BLANK_POINTS, max_num=checks.MOST_POINTS + BLANK_POINTS)


def agenda_forms(data: Any, session: PlanningSession) -> Any:
    """A form for each point of the agenda, and some that are empty."""
    items: Iterable[AgendaItem] = session.agenda.all()
    initial = [
        {
            "number": item.pk,
            "order": place,
            "title": item.title,
            "minutes": item.minutes,
            "lead": item.lead,
            "section": item.section,
            "figure_id": item.figure_id,
        }
        for place, item in enumerate(items, 1)
    ]
    choices = {"sections": _sections(session.city), "figures": _figures(session.city)}
    return PointForms(data, initial=initial, form_kwargs=choices, prefix="points")


def points_in(formset: Any) -> list[Point]:
    """The points that were written, in their order: those without a place come last."""
    said = [form.cleaned_data for form in formset if form.cleaned_data.get("title")]
    said.sort(key=lambda each: each.get("order") or 1000)
    return [
        Point(each["title"], each["minutes"], each["lead"], each["section"], each["figure_id"], each["number"])
        for each in said
    ]


class TimeForm(forms.Form):
    """When and where."""

    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=_day())
    starts = forms.TimeField(label=gettext_lazy("From"), required=False, widget=_hour())
    ends = forms.TimeField(label=gettext_lazy("To"), required=False, widget=_hour())
    place_name = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=200)
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=300)
    online_url = forms.CharField(
        label=gettext_lazy("Link to join online"),
        help_text=gettext_lazy("Only those who come get it: in their calendar, and on their page a day before."),
        required=False,
        max_length=1000,
        widget=forms.URLInput,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"),
        help_text=gettext_lazy("Empty: everybody who is asked may come. With a number, others wait, and move up."),
        required=False,
        min_value=1,
        max_value=100_000,
    )
    NAMES = {"starts_at": "starts", "ends_at": "ends"}

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        initial: dict[str, Any] = {
            name: getattr(session, name) for name in ("place_name", "address", "online_url", "capacity")
        }
        if session.starts_at and session.ends_at:
            begins, ends = times.here(session, session.starts_at), times.here(session, session.ends_at)
            initial |= {"day": begins.date(), "starts": begins.time(), "ends": ends.time()}
        super().__init__(data, initial=initial)
        self.zone = ZoneInfo(session.time_zone)
        self.fields["day"].help_text = _("Times are those of the city: %(zone)s.") % {
            "zone": session.time_zone.replace("_", " ")
        }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("day", "starts", "ends") if said.get(name) is not None]
        said["starts_at"] = said["ends_at"] = None
        if given and len(given) < len(("day", "starts", "ends")) and not self.errors:
            for name in ("day", "starts", "ends"):
                if name not in given:
                    self.add_error(name, _("Set the day and both times, or none of them."))
        elif given and not self.errors:
            said["starts_at"] = moment_of(self, "starts", said["day"], self.zone)
            said["ends_at"] = moment_of(self, "ends", said["day"], self.zone)
        return said

    def said(self) -> dict[str, Any]:
        """What is said of the session, by the names of its fields."""
        names = ("starts_at", "ends_at", "place_name", "address", "online_url", "capacity")
        return {name: self.cleaned_data[name] for name in names}


def moment_of(form: forms.Form, name: str, day: Any, zone: ZoneInfo) -> datetime | None:
    """The moment that a field means on a day; None where clocks leap over it, which is said beside it."""
    try:
        return times.moment(day, form.cleaned_data[name], zone)
    except ValidationError as error:
        form.add_error(name, error)
        return None


class AccessForm(forms.Form):
    """What lets everybody take part."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the session"))
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Other languages in which people may speak"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    interpretation = forms.CharField(
        label=gettext_lazy("Interpretation"),
        help_text=gettext_lazy("For example: Spanish and sign language, without asking for it before."),
        required=False,
        max_length=500,
        widget=area(2),
    )
    childcare = forms.CharField(label=gettext_lazy("Childcare"), required=False, max_length=500, widget=area(2))
    access = forms.CharField(
        label=gettext_lazy("Access"),
        help_text=gettext_lazy("Steps, lifts, rest rooms, hearing loops, parking, the nearest bus."),
        required=False,
        max_length=500,
        widget=area(2),
    )

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        names = ("language", "languages", "interpretation", "childcare", "access")
        super().__init__(data, initial={name: getattr(session, name) for name in names})
        codes = dict.fromkeys(
            [*(code for code, _name in settings.LANGUAGES), *session.city.settings.city.languages, session.language]
        )
        choices = [(code, language_name(code)) for code in codes if code]
        for name in ("language", "languages"):
            field: Any = self.fields[name]
            field.choices = choices


def language_name(code: str) -> str:
    """A language in the reader's words; its code where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


# --- Dates ---


class DateForm(forms.Form):
    """A date that could be."""

    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=_day())
    starts = forms.TimeField(label=gettext_lazy("From"), required=False, widget=_hour())
    ends = forms.TimeField(label=gettext_lazy("To"), required=False, widget=_hour())

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("day") is None or self.errors:
            return said
        for name in ("starts", "ends"):
            if said.get(name) is None:
                self.add_error(name, _("Set the day and both times, or none of them."))
        if not self.errors:
            said["dates"] = (
                moment_of(self, "starts", said["day"], self.zone),
                moment_of(self, "ends", said["day"], self.zone),
            )
        return said


DateForms: Any = forms.formset_factory(DateForm, extra=BLANK_DATES, max_num=checks.MOST_DATES + BLANK_DATES)


def date_forms(data: Any, session: PlanningSession) -> Any:
    """A form for each date that is proposed, and some that are empty."""
    zone = ZoneInfo(session.time_zone)
    rows: Iterable[PollDate] = session.dates.all()
    initial = [
        {
            "day": row.starts_at.astimezone(zone).date(),
            "starts": row.starts_at.astimezone(zone).time(),
            "ends": row.ends_at.astimezone(zone).time(),
        }
        for row in rows
    ]
    return DateForms(data, initial=initial, form_kwargs={"zone": zone}, prefix="dates")


class SeriesForm(forms.Form):
    """How a session comes again."""

    every = forms.IntegerField(label=gettext_lazy("Every"), min_value=1, max_value=times.MOST_OF_SERIES, initial=1)
    unit = forms.ChoiceField(
        label=gettext_lazy("Weeks or months"),
        choices=[
            (Series.Unit.WEEKS, gettext_lazy("weeks, on the same weekday")),
            (Series.Unit.MONTHS, gettext_lazy("months, on the same weekday of the month")),
        ],
        initial=Series.Unit.MONTHS,
        widget=forms.RadioSelect,
    )
    until = forms.DateField(label=gettext_lazy("Until"), widget=_day())


class CancelForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it cancelled?"),
        help_text=gettext_lazy("Everybody who was asked reads it."),
        max_length=2000,
        widget=area(3),
    )
