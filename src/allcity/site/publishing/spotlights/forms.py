"""Forms of spotlights: what somebody looks for, and the lists by which editors say what one is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from allcity.analysis.likeness import DIMENSIONS, SHARES, PublicFigures
from allcity.site.cities.models import City
from allcity.site.publishing.spotlights.alike import public_figures
from allcity.site.publishing.spotlights.queries import Asked, regions
from allcity.site.publishing.spotlights.words import SIZES, known


def _whole(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=50_000_000, widget=widget)


def _percent(label: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
    return forms.FloatField(label=label, required=False, min_value=0, max_value=100, widget=widget)


LISTS = ("sections", "contributions", "conditions", "strategies")


class SpotlightForm(WagtailAdminPageForm):
    """What editors fill in in Wagtail."""

    sections = forms.MultipleChoiceField(
        label=_("Parts of the Declaration"), required=False, widget=forms.CheckboxSelectMultiple
    )
    contributions = forms.MultipleChoiceField(
        label=_("What partners brought"), required=False, widget=forms.CheckboxSelectMultiple
    )
    conditions = forms.MultipleChoiceField(
        label=_("What makes its partnerships good"), required=False, widget=forms.CheckboxSelectMultiple
    )
    strategies = forms.MultipleChoiceField(
        label=_("What the city did"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = known()
        for name in LISTS:
            field: Any = self.fields.get(name)
            if field is not None:
                field.choices = list(terms[name].items())


class AlikeForm(forms.Form):
    """The city that others are compared with: one that is here, or any other by its numbers. Shares are of a hundred."""

    city = forms.ChoiceField(label=_("A city that is here"), required=False)
    population = _whole(_("Population"))
    students = _whole(_("Students in its schools"))
    low_income = _percent(_("Of a hundred students, how many are from low-income families?"))
    staffed = _percent(_("How many are in schools with enough certified music teachers?"))
    reach = _percent(_("How many have a program in reach that fits them?"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.cities = {city.slug: city for city in City.objects.public()}
        names = sorted(((slug, city.display_name()) for slug, city in self.cities.items()), key=lambda pair: pair[1])
        field: Any = self.fields["city"]
        field.choices = [("", _("another city")), *names]

    def chosen(self) -> City | None:
        """The city that is here; none where the numbers count."""
        return self.cities.get(self.cleaned_data["city"])

    def figures(self) -> PublicFigures:
        """What the city publishes."""
        city = self.chosen()
        if city:
            return public_figures(city)
        said = {name: self.cleaned_data[name] for name in DIMENSIONS}
        shares = {name: None if said[name] is None else said[name] / 100 for name in SHARES}
        return PublicFigures(**{**said, **shares})


class SearchForm(forms.Form):
    """What somebody looks for."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    size = forms.ChoiceField(label=_("Size of the city"), required=False)
    region = forms.ChoiceField(label=_("State or region"), required=False)
    section = forms.ChoiceField(label=_("Part of the Declaration"), required=False)
    contribution = forms.ChoiceField(label=_("What partners brought"), required=False)
    strategy = forms.ChoiceField(label=_("What the city did"), required=False)
    condition = forms.ChoiceField(label=_("What makes its partnerships good"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        terms = known()
        choices: dict[str, list[tuple[str, Any]]] = {
            "size": [(name, words) for name, (_least, _below, words) in SIZES.items()],
            "region": [(name, name) for name in regions()],
            "section": list(terms["sections"].items()),
            "contribution": list(terms["contributions"].items()),
            "strategy": list(terms["strategies"].items()),
            "condition": list(terms["conditions"].items()),
        }
        for name, rows in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *rows]

    def asked(self) -> Asked:
        """What they look for; what is no choice asks for nothing."""
        self.is_valid()
        return Asked(**{name: self.cleaned_data.get(name, "") for name in self.fields})
