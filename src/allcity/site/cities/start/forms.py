"""Forms of starting a city."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.names import LONGEST
from allcity.site.cities.settings.city_forms import LEAST, OPTIONAL, WHOLE, default_value, time_zones
from allcity.site.cities.settings.document import Path, at
from allcity.site.cities.settings.domain import defaults, overrides, text_of
from allcity.site.cities.settings.forms import SettingsForm, typed
from allcity.site.cities.settings.words import in_language

FEW = ("students_per_certified_teacher", "reach_minutes", "fee_limit", "suppression_threshold")
"""The targets that are asked for at the start."""


class StartForm(forms.Form):
    """What a city cannot do without."""

    name = forms.CharField(label=_("Name of the city"), max_length=200)
    state = forms.CharField(label=_("State"), help_text=_("Such as IL."), max_length=100, required=False)
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country"),
        help_text=_("The two letters of ISO 3166, such as US."),
        error_messages={"invalid": _("Write two capital letters, such as US.")},
        initial="US",
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, initial="America/New_York")
    short_name = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        label=_("Short name"),
        help_text=_(
            "It stands in the address of every page of the city and stays. Left empty, it is made of the name."
        ),
        error_messages={"invalid": _("Use small letters a to z, digits, and single hyphens between them.")},
        max_length=LONGEST,
        required=False,
    )


class DiscardForm(forms.Form):
    certain = forms.BooleanField(
        label=_("Yes, discard this city"),
        error_messages={"required": _("Tick the box if you want the city discarded.")},
    )


class FewTargetsForm(SettingsForm):
    """The few targets that decide most."""

    def prepare(self) -> None:
        for name in FEW:
            entry = at(self.before, ("targets", name))
            kind = forms.IntegerField if name in WHOLE else forms.FloatField
            self.fields[name] = kind(
                label=in_language(entry["title"]),
                help_text=in_language(entry["explanation"]),
                min_value=LEAST.get(name, 1 if name in WHOLE else 0.001),
                max_value=10**7,
                required=name not in OPTIONAL,
            )
            self.initial[name] = entry.get("value")
            self.paths[name] = ("targets", name)

    def values(self) -> dict[Path, Any]:
        """What the city's file is to say: its own words of a target stay where the value does."""
        own = overrides(text_of(self.city, self.base_version)).get("targets", {})
        values: dict[Path, Any] = {}
        for name in FEW:
            value = typed(self.cleaned_data[name])
            if value == at(self.before, ("targets", name, "value")):
                values["targets", name] = own.get(name)
            elif value == default_value(name):
                values["targets", name] = None
            else:
                values["targets", name] = {"enabled": False} if value is None else value
        return values

    def sources(self) -> list[tuple[str, str, list[str]]]:
        """For each target its name, the default, and where that comes from."""
        return [
            (
                in_language(usual["title"]),
                str(usual.get("value", "")),
                [in_language(source["text"]) for source in usual.get("sources", [])],
            )
            for usual in (at(defaults(), ("targets", name)) for name in FEW)
        ]
