"""Forms of spotlights: what somebody looks for, and the lists by which editors say what one is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from allcity.site.publishing.spotlights.queries import Asked, regions
from allcity.site.publishing.spotlights.words import SIZES, known

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


class SearchForm(forms.Form):
    """What somebody looks for."""

    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    size = forms.ChoiceField(label=_("Size of the city"), required=False)
    region = forms.ChoiceField(label=_("State or region"), required=False)
    contribution = forms.ChoiceField(label=_("What partners brought"), required=False)
    strategy = forms.ChoiceField(label=_("What the city did"), required=False)
    condition = forms.ChoiceField(label=_("What makes its partnerships good"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        terms = known()
        choices: dict[str, list[tuple[str, Any]]] = {
            "size": [(name, words) for name, (_least, _below, words) in SIZES.items()],
            "region": [(name, name) for name in regions()],
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
