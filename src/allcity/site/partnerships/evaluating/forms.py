"""How a party says how it sees a year, and what it wishes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allcity.site.partnerships.evaluating.domain import LONGEST, version_of
from allcity.site.partnerships.models import Evaluation, View


class ViewForm(forms.Form):
    """What one party makes of a year. `seen` tells whether somebody else has said something for it meanwhile."""

    stance = forms.ChoiceField(
        label=_("What stands here"),
        choices=View.Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you see it.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("What do you see otherwise, what was good, what is missing here? All parties read it."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    wish = forms.ChoiceField(
        label=_("What we wish to come next"),
        help_text=_("You can change it until all parties have said. When all wish the same, it is decided."),
        choices=Evaluation.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what you wish to come next. You can change it until all have said.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, view: View | None, prefix: str) -> None:
        initial = {"seen": version_of(view)}
        if view:
            initial |= {"stance": view.stance, "words": view.words, "wish": view.wish}
        super().__init__(data, initial=initial, prefix=prefix)
