"""How somebody wants to hear of each kind of notice."""

from typing import Any

from django import forms

from allcity.site.accounts.models import User
from allcity.site.notices.kinds import Delivery, kinds
from allcity.site.notices.queries import deliveries_of


class PreferencesForm(forms.Form):
    """A choice for each kind in the catalogue."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = deliveries_of(user)
        for kind in kinds().values():
            self.fields[kind.id] = forms.ChoiceField(
                label=str(kind.title), choices=Delivery.choices, initial=now[kind.id], widget=forms.RadioSelect
            )

    def choices(self) -> dict[str, Delivery]:
        return {kind: Delivery(delivery) for kind, delivery in self.cleaned_data.items()}
