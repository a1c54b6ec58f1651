"""Forms of the ledger: what a list is narrowed to, a need, and moving one from state to state."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.cities.models import Area, City, District, Group
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.forms.base import VersionedForm
from allcity.site.directory.models import School
from allcity.site.directory.words import DAYS, contribution_title, language_name, listing
from allcity.site.needs.ledger import queries
from allcity.site.needs.ledger.domain import MOST_WORDS, NEXT, REASONS
from allcity.site.needs.models import Need
from allcity.site.needs.survey.questions import bands

Choices = Sequence[tuple[Any, Any]]


class LedgerFilter(forms.Form):
    """Its values stand in the address. A choice that there is not any more is left out, so that old addresses work."""

    q = forms.CharField(
        label=gettext_lazy("Words in the name of the school or district"), required=False, max_length=100
    )
    year = forms.ChoiceField(label=gettext_lazy("School year"), required=False)
    contribution = forms.ChoiceField(label=gettext_lazy("What is asked for"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("How far it is"), required=False)
    show = forms.ChoiceField(label=gettext_lazy("Show"), required=False)

    def __init__(self, data: Any, *, city: City) -> None:
        super().__init__(data, auto_id="filter_%s")
        used = dict.fromkeys(Need.objects.of(city).order_by("contribution").values_list("contribution", flat=True))
        choices: dict[str, Choices] = {
            "year": [(str(year), year_name(year)) for year in queries.years_of(city)],
            "contribution": [(code, contribution_title(city, code)) for code in used],
            "area": list(Area.objects.of(city).order_by("name").values_list("key", "name")),
            "group": [(group.key, str(group)) for group in Group.objects.of(city).order_by("name")],
            "state": Need.State.choices,
            "show": [("stale", _("not confirmed for a year")), ("unmatched", _("nobody found who could answer"))],
        }
        for name, values in choices.items():
            if values:
                self.fields[name].choices = [("", _("all")), *values]  # type: ignore[attr-defined] # of a ChoiceField
            else:
                del self.fields[name]
        self.full_clean()

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, by field; nothing where nothing is, or nothing that there is."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class NeedForm(VersionedForm):
    """A need."""

    year = forms.TypedChoiceField(label=gettext_lazy("School year"), coerce=int)
    school = forms.ModelChoiceField(School.objects.none(), label=gettext_lazy("School"), required=False)
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=gettext_lazy("District"),
        required=False,
        help_text=gettext_lazy("Only where the district itself asks, for no one school."),
    )
    contribution = forms.ChoiceField(label=gettext_lazy("What is needed?"))
    amount = forms.FloatField(
        label=gettext_lazy("How much?"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Students, teachers, items or hours, as stands beside what is needed."),
    )
    dosage_hours = forms.FloatField(
        label=gettext_lazy("How many hours for each, in the year?"), required=False, min_value=0, max_value=2000
    )
    grade_band = forms.ChoiceField(label=gettext_lazy("For which grades?"), required=False)
    group = forms.ModelChoiceField(Group.objects.none(), label=gettext_lazy("For a group of students?"), required=False)
    days = forms.MultipleChoiceField(
        label=gettext_lazy("On which days would it suit?"),
        required=False,
        choices=[(day, capfirst(name)) for day, name in DAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    times = forms.MultipleChoiceField(
        label=gettext_lazy("At what time would it suit?"),
        required=False,
        choices=[(time.value, capfirst(time.label)) for time in Need.Time],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("In which languages?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("How pressing is it?"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("not said")),
            (1, gettext_lazy("Very")),
            (2, gettext_lazy("Somewhat")),
            (3, gettext_lazy("It would be good to have")),
        ],
    )
    description = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Name no student: everybody may read this."),
    )

    def __init__(
        self, data: MultiValueDict[str, Any] | None = None, *, city: City, user: User, need: Need | None = None
    ) -> None:
        self.city, self.need = city, need
        super().__init__(data)
        fields: Any = self.fields
        years = queries.years_of(city)
        fields["year"].choices = [(year, year_name(year)) for year in years]
        schools = queries.schools_of(user, city)
        fields["school"].queryset = schools
        fields["district"].queryset = District.objects.of(city).order_by("name")
        fields["group"].queryset = Group.objects.of(city).order_by("name")
        for name in ("school", "district", "group"):
            fields[name].empty_label = _("none")
        contributions = city.settings.framework.contributions
        units = dict(Need.Unit.choices)
        fields["contribution"].choices = [
            (code, f"{contribution_title(city, code)} ({units[entry.unit]})") for code, entry in contributions.items()
        ]
        fields["grade_band"].choices = [("", _("All grades")), *bands(city.settings.framework, ())]
        spoken = dict.fromkeys((*city.settings.city.languages, *(need.languages if need else ())))
        fields["languages"].choices = [(code, language_name(code)) for code in spoken]
        if not is_coordinator(user, city):
            del fields["district"]
            fields["school"].required = True
            if len(schools) == 1:
                self.initial["school"] = schools[0]
        if need:
            if need.contribution not in contributions:  # the city uses it no more: it is to be changed, and told
                fields["contribution"].choices += [(need.contribution, contribution_title(city, need.contribution))]
            self.initial = {name: getattr(need, name) for name in fields}
            for name in ("amount", "dosage_hours"):
                value = self.initial[name]
                self.initial[name] = int(value) if value is not None and value == int(value) else value
            self.begin_from(need)

    def in_words(self, name: str, value: Any) -> str:
        choices: Mapping[Any, Any] = dict(getattr(self.fields.get(name), "choices", ()))
        if value is None:
            return ""
        if isinstance(value, list):
            return listing(str(choices.get(item, item)) for item in value)
        return f"{value:g}" if isinstance(value, float) else str(choices.get(value, value))


class MoveForm(forms.Form):
    """Moving a need by hand, with why."""

    state = forms.ChoiceField(label=gettext_lazy("It is now"))
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=[("", gettext_lazy("choose one")), *REASONS.items()])
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=MOST_WORDS,
        help_text=gettext_lazy("Only those who keep the ledger read this."),
    )

    def __init__(self, data: Any = None, *, need: Need) -> None:
        super().__init__(data)
        labels = dict(Need.State.choices)
        self.fields["state"].choices = [(state, labels[state]) for state in NEXT[need.state]]  # type: ignore[attr-defined] # a field of choices
