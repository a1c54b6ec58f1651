"""The form of an offering, and the steps that it falls into on a phone."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.cities.models import City
from allcity.site.directory import words
from allcity.site.directory.forms.base import RecordForm
from allcity.site.directory.forms.fields import UNKNOWN, age, day, time_of_day, whole_number, yes_or_no
from allcity.site.directory.kinds import KINDS
from allcity.site.directory.models import Location, Offering
from allcity.site.directory.queries.similar import has_name_like

NEW = "new"
FEES = (
    ("free", gettext_lazy("It is free")),
    ("paid", gettext_lazy("There is a fee")),
    ("", UNKNOWN),
)


class WhereForm(RecordForm):
    """The place: one that there is, a new one by its name, or nobody knows."""

    mode = forms.ChoiceField(
        label=gettext_lazy("How is it held?"),
        choices=Offering.Mode.choices,
        widget=forms.RadioSelect,
        initial=Offering.Mode.IN_PERSON,
    )
    location = forms.ChoiceField(label=gettext_lazy("Where?"), required=False)
    new_name = forms.CharField(
        label=gettext_lazy("Name of the new place"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only if you chose “A new place”."),
    )
    new_address = forms.CharField(label=gettext_lazy("Address of the new place"), max_length=500, required=False)

    def prepare(self) -> None:
        super().prepare()
        self.places = {place.slug: place for place in Location.objects.of(self.city).current().order_by("name")}
        own = getattr(self.record, "location", None)
        if own is not None:
            self.places.setdefault(own.slug, own)
            self.initial["location"] = own.slug
        self.fields["location"].choices = [  # type: ignore[attr-defined] # a field of choices
            ("", UNKNOWN),
            (NEW, gettext_lazy("A new place")),
            *((slug, place.name) for slug, place in self.places.items()),
        ]

    def clean_new_name(self) -> str:
        name: str = self.cleaned_data["new_name"]
        if self.cleaned_data.get("location") != NEW:
            return ""
        if not name:
            raise ValidationError(_("Write what the new place is called, or choose another place above."))
        if "anyway" not in self.data:
            self.similar = has_name_like(self.city, KINDS["locations"], name)
            if self.similar:
                raise ValidationError(_("There is already a place with this name or one like it. Look at it first."))
        return name

    def values(self) -> dict[str, Any]:
        values = super().values()
        values.pop("new_name", None)
        values.pop("new_address", None)
        if values.get("location") == NEW:
            del values["location"]
        elif "location" in values:
            values["location"] = self.places.get(values["location"])
        return values

    def new_place(self) -> dict[str, str]:
        """What is said of a place that is not there yet; empty where it is."""
        if self.cleaned_data.get("location") != NEW:
            return {}
        return {"name": self.cleaned_data["new_name"], "address": self.cleaned_data["new_address"]}


class WhenForm(RecordForm):
    start_date = day(gettext_lazy("First day"))
    end_date = day(gettext_lazy("Last day"), help_text=gettext_lazy("The same as the first if it is one day."))
    sessions = whole_number(gettext_lazy("How many times does it meet?"), minimum=1)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("On which days of the week?"),
        choices=[(day, capfirst(name)) for day, name in words.DAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    start_time = time_of_day(gettext_lazy("It begins at"))
    end_time = time_of_day(gettext_lazy("It ends at"))

    def clean_days(self) -> list[str]:
        return [code for code in words.DAYS if code in self.cleaned_data["days"]]


class WhoForm(RecordForm):
    seats = whole_number(gettext_lazy("How many students have room?"))
    minimum_age = age(gettext_lazy("How old is the youngest it is for?"))
    maximum_age = age(gettext_lazy("How old is the oldest it is for?"))


class TermsForm(RecordForm):
    """Fee, languages, and what helps students to come. Fees are asked in whole units, and kept in minor ones."""

    asked_as = {"minimum_fee": "lowest", "maximum_fee": "highest"}
    fee = forms.ChoiceField(
        label=gettext_lazy("What does a family pay?"), choices=FEES, widget=forms.RadioSelect, required=False
    )
    lowest = forms.DecimalField(
        label=gettext_lazy("The least that a family pays"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    highest = forms.DecimalField(
        label=gettext_lazy("The most that a family pays"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=gettext_lazy("Leave it empty if nobody knows. Write the same twice if everybody pays that."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    accommodations = forms.MultipleChoiceField(
        label=gettext_lazy("What is there for students with disabilities?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    transport = yes_or_no(gettext_lazy("Does it bring students there?"))
    food = yes_or_no(gettext_lazy("Does it give students food?"))

    def prepare(self) -> None:
        super().prepare()
        self.currency = getattr(self.record, "currency", "") or self.city.settings.city.currency
        for name, codes, say in (
            ("languages", language_codes(self.city), words.language_name),
            ("accommodations", accommodation_codes(self.city), words.accommodation_name),
        ):
            codes = dict.fromkeys([*codes, *(getattr(self.record, name, None) or [])])
            self.fields[name].choices = [(code, say(code)) for code in codes]  # type: ignore[attr-defined] # a field of choices
        for name in ("lowest", "highest"):
            self.fields[name].label = f"{self.fields[name].label} ({self.currency})"
        if self.record is not None:
            low, high = self.record.minimum_fee, self.record.maximum_fee  # type: ignore[attr-defined] # of an offering
            known = [amount for amount in (low, high) if amount is not None]
            self.initial["fee"] = "" if not known else "paid" if any(known) or len(known) == 1 else "free"
            if self.initial["fee"] == "paid":
                for name, amount in (("lowest", low), ("highest", high)):
                    self.initial[name] = None if amount is None else words.major(amount, self.currency)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        unsaid = cleaned.get("lowest") is None and cleaned.get("highest") is None
        if cleaned.get("fee") == "paid" and unsaid and not {"lowest", "highest"} & self.errors.keys():
            self.add_error("lowest", _("Write the fee, or choose “I don't know” above."))
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        fee = values.pop("fee", "")
        low, high = values.pop("lowest", None), values.pop("highest", None)
        if fee != "paid":
            low = high = Decimal(0) if fee == "free" else None
        values["minimum_fee"] = None if low is None else words.minor(low, self.currency)
        values["maximum_fee"] = None if high is None else words.minor(high, self.currency)
        return values


class OfferingForm(WhereForm, WhenForm, WhoForm, TermsForm):
    field_order = (
        *("mode", "location", "new_name", "new_address"),
        *("start_date", "end_date", "sessions", "days", "start_time", "end_time"),
        *("seats", "minimum_age", "maximum_age"),
        *("fee", "lowest", "highest", "languages", "accommodations", "transport", "food"),
    )


def language_codes(city: City) -> Iterable[str]:
    """Languages to choose from: the city's own first, then by name."""
    others = sorted(words.LANGUAGES, key=lambda code: str(words.LANGUAGES[code]))
    return dict.fromkeys([*city.settings.city.languages, *others])


def accommodation_codes(city: City) -> Iterable[str]:
    """Accommodations to choose from: the usual ones, and the codes that the city's offerings have."""
    lists = Offering.objects.of(city).exclude(accommodations=[]).values_list("accommodations", flat=True).distinct()
    return dict.fromkeys([*words.ACCOMMODATIONS, *sorted({code for codes in lists for code in codes})])
