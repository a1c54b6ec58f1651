"""The form of families, the one for hands that were raised in a group, and opening a form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.directory.models import School
from allcity.site.needs.families.questions import (
    BARRIERS,
    CONTEXTS,
    INFORMAL,
    NOTHING,
    WHO,
    WISHES,
    Counted,
    Counts,
    Reply,
)

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class ReplyForm(forms.Form):
    """Two minutes. Only who answers is needed; nothing is written in words."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who is answering?"), choices=list(WHO.items()), widget=forms.RadioSelect
    )
    home, worship, friends = (
        forms.ChoiceField(label=title, choices=YES_NO, required=False, widget=forms.RadioSelect)
        for title in CONTEXTS.values()
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("What would the student like to do?"),
        required=False,
        choices=[*WISHES.items(), (NOTHING, gettext_lazy("None of these"))],
        widget=forms.CheckboxSelectMultiple,
    )
    barriers = forms.MultipleChoiceField(
        label=gettext_lazy("What is in the way of more music?"),
        required=False,
        choices=[*BARRIERS.items(), (NOTHING, gettext_lazy("Nothing is in the way"))],
        widget=forms.CheckboxSelectMultiple,
    )

    def reply(self) -> Reply:
        """What was answered."""
        said = self.cleaned_data
        chosen = {name: frozenset(said[name]) - {NOTHING} if said[name] else None for name in ("wishes", "barriers")}
        contexts = {name: {"yes": True, "no": False}.get(said[name]) for name in CONTEXTS}
        return Reply(said["who"], contexts, chosen["wishes"], chosen["barriers"])


class HandsForm(forms.Form):
    """Hands that were raised in a class. A question that was not asked stays empty."""

    there = forms.IntegerField(label=gettext_lazy("How many students were there?"), min_value=1, max_value=100_000)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.asked = {
            INFORMAL: _("Makes music at home, at a place of worship or with friends (any of them)"),
            **{f"informal.{name}": title for name, title in CONTEXTS.items()},
            **{f"wish.{name}": title for name, title in WISHES.items()},
            **{f"barrier.{name}": title for name, title in BARRIERS.items()},
        }
        for question, title in self.asked.items():
            self.fields[self._name(question)] = forms.IntegerField(label=title, required=False, min_value=0)

    @staticmethod
    def _name(question: str) -> str:
        return question.replace(".", "_")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        there = said.get("there")
        for question in self.asked:
            name = self._name(question)
            if there is not None and (said.get(name) or 0) > there:
                self.add_error(name, _("There were %(number)s students. Write at most as many.") % {"number": there})
        each = [said.get(self._name(f"informal.{name}")) for name in CONTEXTS]
        some = said.get(INFORMAL)
        if some is not None and any(number is not None and number > some for number in each):
            self.add_error(INFORMAL, _("At least as many as for each of the three places."))
        elif some is not None and None not in each and some > sum(filter(None, each)):
            self.add_error(INFORMAL, _("At most as many as for the three places together."))
        return said

    def counts(self) -> Counts:
        """Hands for each question that was asked."""
        said = self.cleaned_data
        numbers = {question: said.get(self._name(question)) for question in self.asked}
        return {question: Counted(number, said["there"]) for question, number in numbers.items() if number is not None}


class OpenForm(forms.Form):
    """Opening a form for a school, or for the whole city."""

    school = forms.ModelChoiceField(School.objects.none(), label=gettext_lazy("For whom"), required=False)

    def __init__(self, data: Any = None, *, schools: Any, for_city: bool) -> None:
        super().__init__(data)
        field: Any = self.fields["school"]
        field.queryset = schools
        field.required = not for_city
        field.empty_label = _("the whole city") if for_city else _("choose a school")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "school" not in said and not self.errors:
            raise ValidationError(_("Choose a school."))
        return said
