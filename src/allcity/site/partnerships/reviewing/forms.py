"""What is typed in a review: the coordinator's question, an answer, and how it is decided."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allcity.site.partnerships.models import Answer, Review
from allcity.site.partnerships.reviewing.queries import Voice

LONGEST = 3000


def _words(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AskForm(forms.Form):
    """What the coordinator wants to know."""

    words = _words(
        _("What do you want to ask?"),
        _("In your own words, kindly: they may know what no record tells. Name no student and no teacher."),
    )
    due_on = forms.DateField(
        label=_("By when do you hope for an answer?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AnswerForm(forms.Form):
    """What somebody answers. `seen` tells which wording they began with."""

    reason = forms.ChoiceField(label=_("Was there a reason?"), required=False, widget=forms.RadioSelect)
    words = _words(_("In your own words"), _("Name no student and no teacher."), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, voice: Voice, standing: Answer | None, seen: str) -> None:
        initial = {"reason": standing.reason, "words": standing.words} if standing else {}
        super().__init__(data, initial={**initial, "seen": seen})
        reasons = self.fields["reason"]
        assert isinstance(reasons, forms.ChoiceField)
        unsaid = Answer.Reason.DOCUMENT if voice.side == Answer.Voice.ORGANIZATION else None
        reasons.choices = [
            *(each for each in Answer.Reason.choices if each[0] != unsaid), ("", _("none, or none that is known")),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not found.get("reason") and not found.get("words"):
            self.add_error("words", _("Choose a reason, or say it in a few words."))
        return found


class ShareForm(forms.Form):
    """What the coordinator says beside what is shared."""

    words = _words(_("What do you say to it?"), _("It stands beside the answers."), required=False)


class CloseForm(forms.Form):
    """Why a review is closed."""

    reason = forms.ChoiceField(label=_("Why do you close it?"), choices=Review.Reason.choices, widget=forms.RadioSelect)
    words = _words(_("In your own words"), _("Those who were asked read it."), required=False)


class YearFilter(forms.Form):
    """Which school year the list is of. A year that there is not is left out."""

    year = forms.TypedChoiceField(label=_("School year"), coerce=int, empty_value=None, required=False)

    def __init__(self, data: Any, *, years: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = years
        self.full_clean()

    @property
    def chosen(self) -> int | None:
        """The year that is chosen, None where none is."""
        year: int | None = self.cleaned_data.get("year")
        return year
