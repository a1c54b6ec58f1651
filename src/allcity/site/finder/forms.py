"""The finder's form: what somebody may ask for, as it stands in the address of the page."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import GRADES
from allcity.site.cities.models import City
from allcity.site.directory.words import ACCOMMODATIONS, accommodation_name, contribution_title, language_name, minor
from allcity.site.directory.words import DAYS as DAY_NAMES
from allcity.site.finder.index import Index
from allcity.site.finder.query import DAYS, SORTS, TIMES, Origin, Query

WALKS = (10, 15, 20, 30, 45, 60)
TEACHERS = "teachers"


class FinderForm(forms.Form):
    """Everything is optional. Ask `asked` for the question that it makes."""

    what = forms.CharField(
        label=_("What would you like to do?"), max_length=100, required=False,
        help_text=_("For example: guitar, choir, drumline"),
    )  # fmt: skip
    near = forms.CharField(
        label=_("Near where?"), max_length=150, required=False,
        help_text=_("A school, library, neighborhood or ZIP code"),
    )  # fmt: skip
    at = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    age = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=120)
    grade = forms.ChoiceField(label=_("Or grade"), required=False)
    minutes = forms.TypedChoiceField(label=_("How far"), required=False, coerce=int, empty_value=None)
    days = forms.MultipleChoiceField(
        label=_("Days that suit you"), required=False, choices=[(day, DAY_NAMES[day]) for day in DAYS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    times = forms.MultipleChoiceField(
        label=_("Times that suit you"), required=False, choices=list(TIMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    free = forms.BooleanField(label=_("Only free programs"), required=False)
    fee = forms.DecimalField(
        label=_("Or a fee of at most"), required=False, min_value=0, max_value=100_000, decimal_places=2,
        help_text=_("For the whole program"),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), required=False)
    accommodations = forms.MultipleChoiceField(
        label=_("What the student needs"), required=False, widget=forms.CheckboxSelectMultiple
    )
    contribution = forms.ChoiceField(label=_("Kind of program"), required=False)
    mode = forms.ChoiceField(
        label=_("In person or online"), required=False,
        choices=[("", _("Either")), ("in_person", _("In person")), ("online", _("Online"))],
    )  # fmt: skip
    transport = forms.BooleanField(label=_("Brings students there"), required=False)
    food = forms.BooleanField(label=_("Gives food"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False)
    exact = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, city: City, index: Index) -> None:
        super().__init__(data, auto_id="finder_%s")
        self.city = city
        for name, choices in index.remember((get_language(), "choices"), lambda: _choices(city, index)).items():
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a field of choices
        self.fields["fee"].label = _("Or a fee of at most (%(currency)s)") % {"currency": index.currency}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (values.get("lat") is None) != (values.get("lon") is None) and not {"lat", "lon"} & set(self.errors):
            self.add_error("lat", _("Give both numbers, latitude and longitude, or neither."))
        return values

    def asked(self, origin: Origin | None) -> Query:
        """The question, from that place. What is not understood narrows nothing; the form says so."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        limit: Decimal | None = Decimal(0) if values.get("free") else values.get("fee")
        return Query(
            what=values.get("what", ""),
            exact=values.get("exact", False),
            age=values.get("age"),
            grade=values.get("grade", ""),
            days=frozenset(values.get("days", ())),
            times=frozenset(values.get("times", ())),
            fee=None if limit is None else minor(limit, self.city.settings.city.currency),
            language=values.get("language", ""),
            accommodations=frozenset(values.get("accommodations", ())),
            contribution=values.get("contribution", ""),
            mode=values.get("mode", ""),
            transport=values.get("transport", False),
            food=values.get("food", False),
            origin=origin,
            minutes=values.get("minutes"),
            sort=values.get("sort", ""),
        )


def _choices(city: City, index: Index) -> dict[str, list[tuple[str, str]]]:
    """The choices that depend on the city, in the language of the reader."""
    contributions = city.settings.framework.contributions
    for_students = [code for code, one in contributions.items() if one.unit != TEACHERS]
    return {
        "grade": _or_else(_("Any"), ((grade, _grade(grade)) for grade in GRADES)),
        "minutes": _or_else(_("Any distance"), ((str(each), _walk(each, index.travel.mode)) for each in WALKS)),
        "language": _or_else(_("Any"), _named(index.listed["languages"], language_name)),
        "contribution": _or_else(_("Any"), ((code, contribution_title(city, code)) for code in for_students)),
        "sort": _or_else(_("As it suits the search"), SORTS.items()),
        "accommodations": _named({*ACCOMMODATIONS, *index.listed["accommodations"]}, accommodation_name),
    }


def _or_else(nothing: Any, choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [("", str(nothing)), *((code, str(words)) for code, words in choices)]


def _grade(grade: str) -> Any:
    special = {"PK": _("Pre-kindergarten"), "K": _("Kindergarten")}
    return special.get(grade) or _("Grade %(grade)s") % {"grade": grade}


def _walk(minutes: int, mode: str) -> Any:
    words = (
        _("up to about %(minutes)s minutes on foot") if mode == "walking" else _("up to about %(minutes)s minutes away")
    )
    return words % {"minutes": minutes}


def _named(codes: Iterable[str], name: Any) -> list[tuple[str, str]]:
    return sorted(((code, name(code)) for code in codes), key=lambda choice: str(choice[1]))
