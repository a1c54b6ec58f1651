"""Forms of a self-examination: opening it, asking people, answering a section, writing what it comes to, adding evidence."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.declaration.framework import Section
from allcity.site.action import participants, readings
from allcity.site.action.examining import documents
from allcity.site.action.examining.answering import Said
from allcity.site.action.examining.reviewing import Judged
from allcity.site.action.examining.words import levels_of
from allcity.site.action.models import AnswerLink, Evidence, QuestionReview, Rating, SectionReview, SelfExamination
from allcity.site.cities.models import City, Role

DONT_KNOW = "0"


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ChangeForm(forms.Form):
    """The words, the day, and whether answers have names."""

    is_anonymous = forms.TypedChoiceField(
        label=gettext_lazy("Do answers have names?"),
        help_text=gettext_lazy("This cannot change once somebody has begun to answer."),
        choices=[
            ("yes", gettext_lazy("No: nobody can tell who said what. Answers are seen once it is closed.")),
            ("no", gettext_lazy("Yes: the team sees who said what. Students never have names.")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    due_on = forms.DateField(
        label=gettext_lazy("Answers are due on"),
        required=False,
        widget=_day(),
        help_text=gettext_lazy("Who was asked by mail and has not answered is reminded once, three days before."),
    )
    message = forms.CharField(
        label=gettext_lazy("Words to those who are asked"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )


class OpenForm(ChangeForm):
    """Opening it for a school year."""

    year = forms.TypedChoiceField(label=gettext_lazy("School year"), coerce=int)
    field_order = ("year",)

    def __init__(self, data: Any = None, *, years: list[int], usual: int) -> None:
        super().__init__(data)
        field: Any = self.fields["year"]
        field.choices = [(year, year_name(year)) for year in years]
        field.initial = usual


class _AmongParticipants(forms.Form):
    """A form with a choice of a type of participant."""

    participant = forms.ChoiceField(label=gettext_lazy("Who they are"), required=False)

    def __init__(self, data: Any = None, *, city: City, empty: str = "") -> None:
        super().__init__(data)
        field: Any = self.fields["participant"]
        field.choices = [("", empty or _("choose")), *participants.choices(city)]


class AskForm(_AmongParticipants):
    """Asking by mail."""

    lines = forms.CharField(
        label=gettext_lazy("Mail addresses, one on each line"),
        help_text=gettext_lazy(
            "Where they are of several kinds, write after a comma who somebody is: ana@example.org, Families."
        ),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
    )


class RolesForm(forms.Form):
    """Telling members of the city by their role."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Everybody who is …"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )


class LinkForm(_AmongParticipants):
    """A link to hand around, or for a screen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is the link for?"),
        choices=[
            (AnswerLink.Kind.SHARED, gettext_lazy("To hand around: each answers on their own device")),
            (AnswerLink.Kind.ROOM, gettext_lazy("For one screen in the room: one after the other answers on it")),
        ],
        initial=AnswerLink.Kind.SHARED,
        widget=forms.RadioSelect,
    )
    field_order = ("kind",)


class BeginForm(forms.Form):
    """As whom somebody answers. A link that says so itself does not ask."""

    participant = forms.ChoiceField(label=gettext_lazy("As whom do you answer?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The team sees it beside your answers. Leave it empty if you do not want that."),
    )

    def __init__(self, data: Any = None, *, city: City, asks_type: bool, asks_name: bool, likely: str = "") -> None:
        super().__init__(data)
        field: Any = self.fields["participant"]
        field.choices = participants.choices(city)
        field.initial = likely
        if not asks_type:
            del self.fields["participant"]
        if not asks_name:
            del self.fields["name"]


class AnswerForm(forms.Form):
    """The questions of one section, each with its four levels, “I don't know” and words. All may be left out."""

    def __init__(
        self, data: Any = None, *, city: City, section: Section, participant: str, ratings: Mapping[str, Rating]
    ) -> None:
        super().__init__(data)
        language = get_language() or "en"
        theirs = [each for each in section.questions.values() if participant in each.answered_by]
        others = [each for each in section.questions.values() if participant not in each.answered_by]
        self.questions = [(each, bool(theirs) and each in theirs) for each in [*theirs, *others]]
        for question, _is_theirs in self.questions:
            rating = ratings.get(question.id)
            level = None if rating is None else str(rating.level or DONT_KNOW)
            self.fields[f"{question.id}-level"] = forms.ChoiceField(
                label=question.text.in_language(language),
                help_text=question.help.in_language(language),
                required=False,
                choices=[*levels_of(city, question), (DONT_KNOW, _("I don't know"))],
                initial=level,
                widget=forms.RadioSelect,
            )
            self.fields[f"{question.id}-words"] = forms.CharField(
                label=_("In your words"),
                required=False,
                max_length=2000,
                initial=rating.words if rating else "",
                widget=forms.Textarea({"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for question, _is_theirs in self.questions:
            if said.get(f"{question.id}-words") and not said.get(f"{question.id}-level"):
                self.add_error(f"{question.id}-level", _("Choose a level too, or “I don't know”."))
        return said

    def answers(self) -> dict[str, Said | None]:
        """What was said, by question; None for those that were left out."""
        found: dict[str, Said | None] = {}
        for question, _is_theirs in self.questions:
            level = self.cleaned_data[f"{question.id}-level"]
            found[question.id] = Said(int(level) or None, self.cleaned_data[f"{question.id}-words"]) if level else None
        return found


class ReviewForm(forms.Form):
    """What a section comes to, and each of its questions."""

    met = forms.CharField(
        label=gettext_lazy("What is met"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    unmet = forms.CharField(
        label=gettext_lazy("What is as yet unmet"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    is_left_open = forms.BooleanField(label=gettext_lazy("Leave this section open this year"), required=False)
    why_open = forms.CharField(
        label=gettext_lazy("Why it is left open"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        city: City,
        section: Section,
        review: SectionReview | None,
        judged: Mapping[str, QuestionReview],
    ) -> None:
        initial = (
            {name: getattr(review, name) for name in ("met", "unmet", "is_left_open", "why_open")} if review else {}
        )
        super().__init__(data, initial=initial)
        self.section = section
        for question in section.questions.values():
            there = judged.get(question.id)
            self.fields[f"{question.id}-level"] = forms.ChoiceField(
                label=_("Where the city is"),
                required=False,
                choices=[*levels_of(city, question), ("", _("We do not say"))],
                initial=str(there.level) if there and there.level else "",
                widget=forms.RadioSelect,
            )
            self.fields[f"{question.id}-words"] = forms.CharField(
                label=_("Why"),
                required=False,
                max_length=2000,
                initial=there.words if there else "",
                widget=forms.Textarea({"rows": 2}),
            )
            self.fields[f"{question.id}-priority"] = forms.BooleanField(
                label=_("This comes first"), required=False, initial=bool(there and there.is_priority)
            )

    def of_section(self) -> dict[str, Any]:
        """What was written of the section."""
        return {name: self.cleaned_data[name] for name in ("met", "unmet", "is_left_open", "why_open")}

    def judged(self) -> dict[str, Judged]:
        """How each question is seen."""
        said = self.cleaned_data
        return {
            question: Judged(
                int(said[f"{question}-level"]) if said[f"{question}-level"] else None,
                said[f"{question}-words"],
                said[f"{question}-priority"],
            )
            for question in self.section.questions
        }


class EvidenceForm(forms.Form):
    """A link, a document, or a figure of the city: whichever of the three is filled in."""

    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    url = forms.URLField(label=gettext_lazy("A web address"), required=False, max_length=1000, assume_scheme="https")
    file = forms.FileField(
        label=gettext_lazy("Or a document"),
        required=False,
        help_text=gettext_lazy("PDF, a picture, or an office document without macros; at most 10 megabytes."),
        widget=forms.FileInput({"accept": documents.KINDS}),
    )
    figure_id = forms.ChoiceField(label=gettext_lazy("Or a figure of the city"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, city: City) -> None:
        super().__init__(data, files, prefix="evidence")
        field: Any = self.fields["figure_id"]
        field.choices = [("", _("none")), *readings.choices(city)]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("url", "file", "figure_id") if said.get(name)]
        if not self.errors and len(given) != 1:
            raise ValidationError(_("Give one of the three: a web address, a document or a figure."))
        return said

    def evidence(self) -> dict[str, Any]:
        """What `add_evidence` takes."""
        said = self.cleaned_data
        kind = Evidence.Kind.LINK if said["url"] else Evidence.Kind.DOCUMENT if said["file"] else Evidence.Kind.FIGURE
        return {**{name: said[name] for name in ("title", "url", "file", "figure_id")}, "kind": kind}


def open_form(data: Any, years: list[int], this: int) -> OpenForm:
    """A form to open one, set to this school year where that is free."""
    return OpenForm(data, years=years, usual=this if this in years else next(iter(years), this))


def change_form(data: Any, examination: SelfExamination) -> ChangeForm:
    """A form to change one."""
    form = ChangeForm(data)
    form.initial = {
        "is_anonymous": "yes" if examination.is_anonymous else "no",
        "due_on": examination.due_on,
        "message": examination.message,
    }
    return form
