"""What a list of needs is narrowed to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class MatchFilter(forms.Form):
    """Its values stand in the address. A choice that there is not any more is left out, so that old addresses work."""

    contribution = forms.ChoiceField(label=_("What is asked for"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    minutes = forms.ChoiceField(label=_("How far"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Any, *, choices: dict[str, Sequence[tuple[str, Any]]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name, values in choices.items():
            if values:
                self.fields[name].choices = [("", _("all")), *values]  # type: ignore[attr-defined] # of a ChoiceField
            else:
                del self.fields[name]
        self.full_clean()

    def value(self, name: str) -> str:
        """What is chosen; empty where nothing is, or nothing that there is."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_used(self) -> bool:
        return any(self.value(name) for name in self.fields)
