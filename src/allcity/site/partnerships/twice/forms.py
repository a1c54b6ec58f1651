"""What a coordinator says of two accounts."""

from typing import Any

from django import forms

from allcity.site.cities.models import City
from allcity.site.partnerships.models import Delivery
from allcity.site.partnerships.twice.queries import BEHIND

ONE, TWO = "one", "two"


class PairForm(forms.Form):
    """A school's account, a partner's, and whether they are of one delivery."""

    own = forms.ModelChoiceField(Delivery.objects.none())
    told = forms.ModelChoiceField(Delivery.objects.none())
    are = forms.ChoiceField(choices=[(ONE, ONE), (TWO, TWO)])

    def __init__(self, data: Any, *, city: City) -> None:
        super().__init__(data)
        fields: Any = self.fields
        for name, account in (("own", Delivery.Account.SCHOOL), ("told", Delivery.Account.ORGANIZATION)):
            fields[name].queryset = Delivery.objects.of(city).filter(account=account).select_related(*BEHIND)
