"""Forms about a city's people."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City, Role
from allcity.site.cities.models.people import OF_A_PLACE
from allcity.site.cities.places import all_places

WHAT_ROLES_DO: dict[Role, str | Promise] = {
    Role.MEMBER: _("takes part, and sees what is not public yet"),
    Role.LIAISON: _("says what one school has and needs"),
    Role.MANAGER: _("looks after one organization and its programs"),
    Role.EDITOR: _("writes the city's articles and stories"),
    Role.COORDINATOR: _("may do everything in this city"),
}


class RoleForm(forms.Form):
    """Which role, and for a liaison or manager which school or organization."""

    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        choices=lambda: [(role, f"{capfirst(str(role.label))}: {does}") for role, does in WHAT_ROLES_DO.items()],
    )
    place = forms.TypedChoiceField(
        label=_("School or organization"),
        help_text=_("Only for a school liaison or an organization manager."),
        required=False,
        coerce=UUID,
        empty_value=None,
    )

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {Role.LIAISON: gettext("Schools"), Role.MANAGER: gettext("Organizations")}
        self.fields["place"].choices = [  # type: ignore[attr-defined] # a field of choices
            ("", gettext("none")),
            *(
                (names[role], [(str(place.public_id), place.name) for place in all_places(city, role)])
                for role in OF_A_PLACE
            ),
        ]


class InviteForm(RoleForm):
    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ("email", "role", "place")


class MessageForm(forms.Form):
    message = forms.CharField(
        label=_("Who are you, and what do you do with music and students?"),
        help_text=_("The city's coordinators read this. Name no students."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=_("A word to the person"),
        help_text=_("If you decline, say why, so that they know what to do."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=2000,
    )
