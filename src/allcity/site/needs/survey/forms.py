"""Forms of the survey: the questions of a step, asking somebody for help, and the survey itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.directory.forms.fields import UNKNOWN as DO_NOT_KNOW
from allcity.site.directory.forms.fields import KnownWidget, day
from allcity.site.needs.models import Survey
from allcity.site.needs.survey.domain import Conflict, Saying
from allcity.site.needs.survey.questions import NOTHING, UNKNOWN, Choice, Given, Question
from allcity.site.needs.survey.reading import check_value, in_words, read_value, typed
from allcity.site.needs.survey.sheet import Line, Sheet

QUESTION = "q-"
ALL_OF_STEP = "*"
_NOT_KNOWN, _NONE = "?", "-"
"""What the options "I don't know" and "None of these" send."""
_MANY = 12
"""Of more choices than these, one is chosen in a list that opens."""


class KnownText(KnownWidget):
    """A text or number, and beside it a box that says that nobody knows."""

    def decompress(self, value: Any) -> list[Any]:
        return value if isinstance(value, list) else [value, False]


class QuestionField(forms.Field):
    """A question. Cleaned it is what was given: a value, "I don't know", or nothing."""

    def __init__(self, line: Line, *, students: int | None, help_text: Any) -> None:
        self.question, self.students, self.began = line.question, students, line.shown
        super().__init__(
            widget=_widget(line.question),
            label=line.question.label,
            help_text=help_text,
            initial=line.shown,
            required=not line.question.is_optional,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Given):
            return value
        match self.question.kind:
            case "codes":
                return [_NOT_KNOWN] if value.is_unknown else [_NONE] if value.value == [] else value.value
            case "choice":
                return _NOT_KNOWN if value.is_unknown else value.value
            case "text":
                return value.value
        return [typed(self.question, value.value), value.is_unknown]

    def clean(self, value: Any) -> Given:
        """What was given. Raises ValidationError."""
        match self.question.kind:
            case "codes":
                return self._codes(list(value or ()))
            case "choice":
                return self._codes([value] if value else [], single=True)
            case "text":
                text = str(value or "").strip()
                return Given(read_value(self.question, text)) if text else NOTHING
        text, unknown = str((value or [""])[0] or "").strip(), bool(value and value[1])
        if text and unknown and self.began.is_unknown:
            unknown = False  # the box was ticked before, and the answer is new
        elif text and unknown and text == typed(self.question, self.began.value):
            text = ""  # the answer stood there before, and the tick is new
        if text and unknown:
            raise ValidationError(_("There is an answer and “I don't know”. Leave one of them."))
        if not text:
            return UNKNOWN if unknown else NOTHING
        found = read_value(self.question, text)
        check_value(self.question, found, students=self.students)
        return Given(found)

    def _codes(self, codes: list[str], *, single: bool = False) -> Given:
        known = {each.code for each in self.question.choices}
        if set(codes) - known - {_NOT_KNOWN, _NONE}:
            raise ValidationError(_("Choose one of those that are there."))
        if len(codes) > 1:  # where one that stands alone was there before, or is new, what is new counts
            before = set(self.prepare_value(self.began) or ()) & set(codes) if not single else set()
            new = [code for code in codes if code not in before]
            codes = new if {_NOT_KNOWN, _NONE} & before or new in ([_NOT_KNOWN], [_NONE]) else codes
        if len(codes) > 1 and {_NOT_KNOWN, _NONE} & set(codes):
            raise ValidationError(_("“I don't know” and “none” stand alone. Leave them, or leave the others."))
        if not codes:
            return NOTHING
        if codes == [_NOT_KNOWN]:
            return UNKNOWN
        return Given(codes[0] if single else [code for code in codes if code != _NONE])


def _widget(question: Question) -> forms.Widget:
    match question.kind:
        case "codes":
            none = [Choice(_NONE, question.none)] if question.none else []
            return forms.CheckboxSelectMultiple(choices=_options([*question.choices, *none]))
        case "choice" if len(question.choices) > _MANY:
            return forms.Select(choices=[("", ""), *_options(question.choices)])
        case "choice":
            return forms.RadioSelect(choices=_options(question.choices))
        case "text":
            return forms.Textarea(attrs={"rows": 3})
        case "date":
            return KnownText(forms.DateInput(attrs={"type": "date", "aria-label": question.label}))
    mode = "numeric" if question.kind == "whole" else "decimal"
    return KnownText(
        forms.TextInput(
            attrs={"inputmode": mode, "class": "short", "autocomplete": "off", "aria-label": question.label}
        )
    )


def _options(choices: Iterable[Choice]) -> list[tuple[str, Any]]:
    shown = [
        (each.code, format_html("{}<br><small>{}</small>", each.title, each.note) if each.note else each.title)
        for each in choices
    ]
    return [*shown, (_NOT_KNOWN, DO_NOT_KNOW)]


class StepForm(forms.Form):
    """Some questions of a school's survey.

    `version` holds for each question the version and the answer that the form began from, so that what others have said
    meanwhile is noticed, question by question.
    """

    use_required_attribute = False

    def __init__(self, data: Any = None, *, lines: Sequence[Line], sheet: Sheet) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            self.fields[f"{QUESTION}{line.question.id}"] = QuestionField(
                line, students=sheet.students, help_text=_help(line, sheet)
            )
        began = {line.question.id: [line.version, _state(line.shown)] for line in lines}
        self.fields["version"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=json.dumps(began, separators=(",", ":"))
        )

    def parts(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields, those of one thing together under its name and what it means."""
        found: list[tuple[str, str, list[forms.BoundField]]] = []
        for line in self.lines:
            field = self[f"{QUESTION}{line.question.id}"]
            if not found or found[-1][0] != line.question.part:
                found.append((str(line.question.part), str(line.question.part_help), []))
            found[-1][2].append(field)
        return found

    def sayings(self) -> dict[str, Saying]:
        """What was said, by question, of those that are filled in rightly; each with what the form began from."""
        self.is_valid()
        began = self._began()
        return {
            line.question.id: Saying(self.cleaned_data[name], *began.get(line.question.id, (0, NOTHING)))
            for line in self.lines
            if (name := f"{QUESTION}{line.question.id}") in self.cleaned_data
        }

    def tell_of(self, conflicts: Mapping[str, Conflict]) -> None:
        """Say beside each question what somebody else answered meanwhile. Saved once more, what is written here counts."""
        lines = {line.question.id: line for line in self.lines}
        for question, conflict in conflicts.items():
            words = _(
                "%(who)s answered “%(theirs)s” while you were writing. Save again to keep what you wrote, or write theirs."
            )
            said = {"who": conflict.who or _("Somebody"), "theirs": in_words(lines[question].question, conflict.theirs)}
            self.add_error(f"{QUESTION}{question}", words % said)

    def begin_anew(self, questions: Iterable[str], now: Sheet) -> None:
        """Have the form begin from what stands `now` at these questions: what it saved itself, or was told of."""
        began = {key: [version, _state(state)] for key, (version, state) in self._began().items()}
        for key in questions:
            began[key] = [now.lines[key].version, _state(now.lines[key].now)]
        data = MultiValueDict(dict(self.data.lists()))  # type: ignore[attr-defined] # what a browser sends
        data["version"] = json.dumps(began, separators=(",", ":"))
        self.data = data

    def _began(self) -> dict[str, tuple[int, Given]]:
        """What the form says that it began from. Whoever changes that deceives nobody but themselves."""
        try:
            told = json.loads(self.data.get("version") or "{}")
            return {str(key): (int(version), _given(state)) for key, (version, state) in told.items()}
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return {}


def _state(given: Given) -> Any:
    return {"?": True} if given.is_unknown else given.value


def _given(state: Any) -> Given:
    return UNKNOWN if isinstance(state, dict) else Given(state)


def _help(line: Line, sheet: Sheet) -> Any:
    """What helps to answer: what is meant, what was so before, who said it or was asked."""
    parts = [format_html("{}", line.question.help)] if line.question.help else []
    if line.before.is_said:
        told = in_words(line.question, line.before)
        since = {
            sheet.survey.year: _("In the records of this year: %(told)s"),
            sheet.survey.year - 1: _("Last year: %(told)s"),
        }.get(line.before_year, _("In %(year)s: %(told)s"))
        words = since % {"told": told, "year": year_name(line.before_year)}
        parts.append(format_html('<span class="before">{}</span>', words))
    if line.who:
        parts.append(format_html('<span class="said">{}</span>', _("Answered by %(who)s") % {"who": line.who}))
    elif line.asked:
        parts.append(format_html('<span class="said">{}</span>', _("%(who)s was asked") % {"who": line.asked}))
    return format_html_join(" ", "{}", ((part,) for part in parts))


class HelpForm(forms.Form):
    """Which questions somebody else is asked, and who that is."""

    name = forms.CharField(label=gettext_lazy("Their name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("Their mail address"))
    message = forms.CharField(
        label=gettext_lazy("A note to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, sheet: Sheet, step: str = "") -> None:
        super().__init__(data)
        self.sheet = sheet
        for each in sheet.steps:
            if not each.lines:
                continue
            whole = (ALL_OF_STEP, _("All of these"))
            self.fields[f"step-{each.step.id}"] = forms.MultipleChoiceField(
                label=each.step.title,
                choices=[whole, *((line.question.id, _labelled(line.question)) for line in each.lines)],
                initial=[ALL_OF_STEP] if each.step.id == step else [],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def steps(self) -> list[tuple[forms.BoundField, bool]]:
        """The fields that choose questions, each with whether something in it is chosen."""
        return [(self[name], bool(self[name].value())) for name in self.fields if name.startswith("step-")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["questions"] = [
            line.question.id
            for each in self.sheet.steps
            for line in each.lines
            if {ALL_OF_STEP, line.question.id} & set(cleaned.get(f"step-{each.step.id}", ()))
        ]
        if not cleaned["questions"]:
            raise ValidationError(_("Choose at least one question."))
        return cleaned


def _labelled(question: Question) -> str:
    return f"{question.part}: {question.label}" if question.part else str(question.label)


class SurveyForm(forms.Form):
    """Until when a survey runs, what schools are told, and whether they are reminded."""

    due_on = day(gettext_lazy("Answers are due on"), help_text=gettext_lazy("Later answers count too, and say so."))
    message = forms.CharField(
        label=gettext_lazy("Your words to the schools"),
        help_text=gettext_lazy("Why their answers matter this year, and whom to ask."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reminds = forms.BooleanField(
        label=gettext_lazy("Remind schools that have not handed in by themselves"),
        help_text=gettext_lazy("14 and 3 days before the day, and 3 days after it."),
        required=False,
        initial=True,
    )

    def __init__(self, data: Any = None, *, survey: Survey | None = None) -> None:
        initial = {name: getattr(survey, name) for name in ("due_on", "message", "reminds")} if survey else {}
        super().__init__(data, initial=initial)


class OpenForm(SurveyForm):
    """A new survey, of one of the school years of which the city has schools and no survey."""

    year = forms.TypedChoiceField(label=gettext_lazy("School year"), coerce=int)

    def __init__(self, data: Any = None, *, years: Iterable[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(year, year_name(year)) for year in years]  # type: ignore[attr-defined] # a field of choices
        self.order_fields(["year", "due_on", "message", "reminds"])

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise ValidationError(_("Choose a day that is not over."))
        return due_on
