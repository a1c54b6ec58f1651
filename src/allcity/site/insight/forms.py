"""Filters of lists: plain forms whose values stand in the address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allcity.site.needs.models import Need

Choices = Sequence[tuple[str, Any]]

ORDERS = (
    ("name", _("name")),
    ("-students", _("most students")),
    ("reach", _("fewest with a program in reach")),
    ("-reach", _("most with a program in reach")),
    ("placed", _("fewest placed")),
    ("-placed", _("most placed")),
)
ORDERS_BACK = (("-name", ""), ("students", ""), ("seats_per_100", ""), ("-seats_per_100", ""))
"""Orders that the heads of columns have and the field does not name."""


class Filter(forms.Form):
    """What a list is narrowed to. Values that no choice has are left out, so that an old address still shows the list."""

    q = forms.CharField(label=_("Words in the name"), required=False, max_length=100)
    year = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, choices: dict[str, Choices]) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("all")), *values]
            if not values:
                del self.fields[name]
        self.full_clean()

    def value(self, name: str) -> str:
        """What is chosen; empty where nothing is, or nothing that there is."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(self.value(name) for name in self.fields if name not in ("year", "sort"))


class SchoolFilter(Filter):
    area = forms.ChoiceField(label=_("Area"), required=False)
    sort = forms.ChoiceField(label=_("In the order of"), required=False, choices=ORDERS)


class EcosystemFilter(Filter):
    kind = forms.ChoiceField(label=_("Who"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    contribution = forms.ChoiceField(label=_("What it gives"), required=False)
    partner = forms.ChoiceField(label=_("Partners this year"), required=False)


class NeedFilter(Filter):
    q = forms.CharField(label=_("Words in the name of the school or district"), required=False, max_length=100)
    area = forms.ChoiceField(label=_("Area"), required=False)
    contribution = forms.ChoiceField(label=_("What is asked for"), required=False)
    group = forms.ChoiceField(label=_("For whom"), required=False)
    state = forms.ChoiceField(label=_("How far it is"), required=False, choices=Need.State.choices)


class PartnershipFilter(Filter):
    q = forms.CharField(label=_("Words in the name"), required=False, max_length=100)
    contribution = forms.ChoiceField(label=_("What is given"), required=False)
