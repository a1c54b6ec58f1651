"""What a portfolio is narrowed to. The values stand in the address; one that there is not any more is left out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import Area, City
from allcity.site.directory.words import contribution_titles
from allcity.site.partnerships.phases import Phase
from allcity.site.partnerships.portfolios.words import ORDERS

Choices = Sequence[tuple[Any, Any]]


class PortfolioFilter(forms.Form):
    """By year, contribution, phase and area, and in which order."""

    year = forms.TypedChoiceField(label=_("School year"), coerce=int, empty_value=None, required=False)
    contribution = forms.ChoiceField(label=_("What is given"), required=False)
    phase = forms.ChoiceField(label=_("How far it is"), choices=[("", _("all")), *Phase.choices], required=False)
    area = forms.TypedChoiceField(label=_("Area"), coerce=int, empty_value=None, required=False)
    sort = forms.ChoiceField(label=_("In the order of"), choices=ORDERS, required=False)

    def __init__(self, data: Any, *, city: City, years: Choices, is_told: bool) -> None:
        super().__init__(data, auto_id="filter_%s")
        known = city.settings.framework.contributions
        areas = Area.objects.of(city).order_by("name", "pk").values_list("pk", "name")
        self._choose("year", years)
        self._choose("contribution", [("", _("all")), *zip(known, contribution_titles(city, known), strict=True)])
        self._choose("area", [("", _("all")), *areas])
        if not is_told:  # whoever may not read what they add cannot have them in that order
            self._choose("sort", [each for each in ORDERS if each[0] in ("name", "end")])
        self.full_clean()

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def chosen(self, name: str) -> Any:
        """What is chosen; None or empty where nothing is."""
        return self.cleaned_data.get(name)

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed beyond its year."""
        return any(self.chosen(name) for name in ("contribution", "phase", "area"))
