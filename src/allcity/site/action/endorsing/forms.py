"""The form of an endorsement, and the one that changes it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from allcity.site.action.endorsing.checks import LONGEST_NAME, LONGEST_ORGANIZATION, LONGEST_STATEMENT, choices
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City, Role
from allcity.site.cities.places import all_places

PERSON, ORGANIZATION = "person", "organization"


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Show every refusal at its field, or above the form where it has none."""
    for one in error.error_list:
        form.add_error(one.code if one.code in form.fields else None, ValidationError(one.messages))


class WordsForm(forms.Form):
    """What somebody says, and whether it is shown."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    participant = forms.ChoiceField(label=gettext_lazy("What describes you best?"))
    statement = forms.CharField(
        label=gettext_lazy("Why does it matter to you?"),
        required=False,
        max_length=LONGEST_STATEMENT,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("A sentence or two. Name no student."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language did you write it?"), choices=settings.LANGUAGES, required=False
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Show my name and my words on this page"),
        required=False,
        help_text=gettext_lazy("Otherwise you are counted, and nobody is told that it is you."),
    )

    def __init__(self, data: Any = None, *, city: City, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"language": get_language(), **(initial or {})})
        fields: Any = self.fields
        fields["participant"].choices = [("", _("choose")), *choices(city)]

    @classmethod
    def of(cls, data: Any, endorsement: Endorsement) -> "WordsForm":
        """The form filled with what was said."""
        names = ("name", "participant", "statement", "is_public")
        initial = {name: getattr(endorsement, name) for name in names}
        initial["language"] = endorsement.language or get_language()
        return WordsForm(data, city=endorsement.city, initial=initial)


class EndorseForm(WordsForm):
    """An endorsement, for oneself or for an organization of the directory or any other.

    `website` is a trap: people do not see it, programs that fill in all they find do.
    """

    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("We send one link, to confirm that it is you. It is never shown."),
    )
    for_whom = forms.ChoiceField(
        label=gettext_lazy("For whom do you endorse it?"),
        choices=[
            (PERSON, gettext_lazy("For myself")),
            (ORGANIZATION, gettext_lazy("On behalf of an organization")),
        ],
        widget=forms.RadioSelect,
        initial=PERSON,
    )
    place = forms.ChoiceField(label=gettext_lazy("Which organization?"), required=False)
    organization = forms.CharField(
        label=gettext_lazy("Or write its name"),
        required=False,
        max_length=LONGEST_ORGANIZATION,
        widget=forms.TextInput({"autocomplete": "organization"}),
        help_text=gettext_lazy("Where it is not in the list."),
    )
    is_adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or older"),
        help_text=gettext_lazy("We keep nothing about students. Whoever is younger can ask an adult to endorse it."),
        error_messages={"required": gettext_lazy("Only adults are asked to endorse it.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}))
    field_order = (
        *("for_whom", "place", "organization", "name", "participant", "email", "statement", "language"),
        *("is_public", "is_adult", "website"),
    )

    def __init__(self, data: Any = None, *, city: City, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, city=city, initial=initial)
        fields: Any = self.fields
        places = [(str(place.public_id), place.name) for place in all_places(city, Role.MANAGER)]
        fields["place"].choices = [("", _("choose")), *places]
        if not places:
            del fields["place"]
            fields["organization"].label = _("Which organization?")
            fields["organization"].help_text = ""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("for_whom") == ORGANIZATION:
            if not said.get("place") and not said.get("organization", "").strip():
                self.add_error("organization", _("Choose the organization, or write its name."))
        else:
            said["place"] = said["organization"] = ""
        return said

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.cleaned_data.get("website"))

    def said(self) -> dict[str, Any]:
        """What was filled in, as the domain takes it."""
        left_out = ("for_whom", "is_adult", "website")
        said = {name: value for name, value in self.cleaned_data.items() if name not in left_out}
        place = said.pop("place", "")
        return {**said, "place": UUID(place) if place else None}
