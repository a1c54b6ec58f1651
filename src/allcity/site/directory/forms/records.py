"""Forms of organizations, programs, places and schools."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import GRADES
from allcity.site.directory.forms.base import RecordForm, area_field
from allcity.site.directory.forms.fields import WebAddressField, coordinate, long_text, time_of_day
from allcity.site.directory.words import contribution_title

IN_SCHOOLS = frozenset({"students", "music_educators", "general_teachers", "school_leaders"})
"""The kinds of participants that are people at schools, and so are no organizations."""


class OrganizationForm(RecordForm):
    looks_for = "organizations"
    name = forms.CharField(label=_("Name"), max_length=300, help_text=_("As people know it."))
    participant_type = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, required=False)
    description = long_text(_("What does it do?"), help_text=_("A few sentences that a family would understand."))
    website = WebAddressField()

    def prepare(self) -> None:
        language = get_language() or "en"
        types = [
            (
                key,
                format_html(
                    "{}<br><small>{}</small>", kind.title.in_language(language), kind.description.in_language(language)
                ),
            )
            for key, kind in self.city.settings.framework.participants.items()
            if key not in IN_SCHOOLS
        ]
        self.fields["participant_type"].choices = [*types, ("", _("I don't know"))]  # type: ignore[attr-defined] # a field of choices
        self.fields["area"] = area_field(self.city)


class ProgramNameForm(RecordForm):
    looks_for = "programs"
    name = forms.CharField(label=_("Name of the program"), max_length=300)
    description = long_text(
        _("What do students do in it?"), help_text=_("A few sentences that a family would understand.")
    )
    website = WebAddressField(help_text=_("Of the program, where it has a page of its own."))


class ContributionsForm(RecordForm):
    contributions = forms.MultipleChoiceField(
        label=_("What does it give?"),
        help_text=_("Choose all that are true. Leave it empty if none is."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def prepare(self) -> None:
        own = getattr(self.record, "contributions", None) or []
        codes = [*self.city.settings.framework.contributions, *own]
        choices = [(code, contribution_title(self.city, code)) for code in dict.fromkeys(codes)]
        self.fields["contributions"].choices = choices  # type: ignore[attr-defined] # a field of choices


class ProgramForm(ProgramNameForm, ContributionsForm):
    field_order = ("name", "description", "contributions", "website")

    def prepare(self) -> None:
        ContributionsForm.prepare(self)


class LocationForm(RecordForm):
    looks_for = "locations"
    name = forms.CharField(label=_("Name of the place"), max_length=300)
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    latitude = coordinate(_("Latitude"), help_text=_("As a map shows it, such as 41.88."))
    longitude = coordinate(_("Longitude"), help_text=_("As a map shows it, such as −87.63."))

    def prepare(self) -> None:
        self.fields["area"] = area_field(self.city)


class SchoolForm(RecordForm):
    """A school in its newest year."""

    name = forms.CharField(label=_("Name"), max_length=300)
    school_type = forms.CharField(label=_("Kind of school"), max_length=200, required=False)
    grades = forms.MultipleChoiceField(
        label=_("Grades"),
        choices=[(grade, grade) for grade in GRADES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the grades that the school has.")},
    )
    address = forms.CharField(label=_("Address"), max_length=500, required=False)
    latitude = coordinate(_("Latitude"))
    longitude = coordinate(_("Longitude"))
    dismissal_time = time_of_day(_("End of the school day"))
    website = WebAddressField()

    def prepare(self) -> None:
        self.fields["area"] = area_field(self.city)
