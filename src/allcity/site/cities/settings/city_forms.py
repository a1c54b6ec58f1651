"""Forms over who the city is, and over its targets."""

from functools import cache
from typing import Any, get_args
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.declaration.framework import Targets
from allcity.site.cities.settings.document import Path, at
from allcity.site.cities.settings.domain import defaults, overrides, text_of
from allcity.site.cities.settings.forms import LONGEST, SettingsForm, typed
from allcity.site.cities.settings.parts import CHOICES
from allcity.site.cities.settings.words import in_language, language_name, reader

LEAST_THRESHOLD = 5
MOST_STEPS = 5
OPTIONAL = frozenset({"students_per_certified_teacher", "fee_limit", "seats_cap_unknown", "catchment_step_weights"})
"""Targets that may be left unset."""
WHOLE = frozenset({"sustained_sessions", "sustained_days", "suppression_threshold", "seats_cap_unknown"})
LEAST: dict[str, Any] = {"suppression_threshold": LEAST_THRESHOLD, "walking_detour": 1, "fee_limit": 0}
TARGETS = tuple(Targets.model_fields)


@cache
def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by continent, those of the United States first; none that is no place, as "Etc/GMT+8", 8 hours behind."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        continent, _slash, place = name.partition("/")
        if place and continent not in ("posix", "right", "SystemV", "Etc"):
            groups.setdefault(continent, []).append((name, place.replace("_", " ")))
    first = [group for group in ("US", "America") if group in groups]
    return [(group, groups[group]) for group in (*first, *(group for group in groups if group not in first))]


class CityForm(SettingsForm):
    """Who the city is."""

    def prepare(self) -> None:
        city = self.before["city"]
        languages = city["languages"]
        for code in dict.fromkeys([*languages, "en", "es"]):
            self._add(
                f"name-{code}",
                ("city", "name", code),
                forms.CharField(
                    label=_("Name in %(language)s") % {"language": language_name(code)},
                    max_length=200,
                    required=code == languages[0],
                ),
            )
        words: list[tuple[str, forms.Field]] = [
            ("state", forms.CharField(label=_("State"), max_length=100, required=False)),
            (
                "country",
                forms.RegexField(
                    r"^[A-Z]{2}$",
                    label=_("Country"),
                    help_text=_("The two letters of ISO 3166, such as US."),
                    error_messages={"invalid": _("Write two capital letters, such as US.")},
                ),
            ),
            ("time_zone", forms.ChoiceField(label=_("Time zone"), choices=time_zones())),
            (
                "languages",
                forms.RegexField(
                    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*([ ,]+[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)*$",
                    label=_("Languages"),
                    help_text=_("Codes with commas between, the one of the city's records first: en, es."),
                    error_messages={"invalid": _("Write codes of languages with commas between: en, es.")},
                ),
            ),
            (
                "currency",
                forms.RegexField(
                    r"^[A-Z]{3}$",
                    label=_("Currency"),
                    help_text=_("The three letters of ISO 4217, such as USD."),
                    error_messages={"invalid": _("Write three capital letters, such as USD.")},
                ),
            ),
            (
                "population",
                forms.IntegerField(label=_("Population"), min_value=1, max_value=10**9, required=False),
            ),
            (
                "licence",
                forms.CharField(
                    label=_("Licence of the city's own tables"),
                    help_text=_("Such as CC-BY-4.0 or CC0-1.0. Sources of others keep their own terms."),
                    max_length=200,
                    required=False,
                ),
            ),
        ]
        for name, field in words:
            self._add(name, ("city", name), field)
        self.initial["languages"] = ", ".join(languages)
        if city["time_zone"] not in {name for _group, zones in time_zones() for name, _place in zones}:
            zones = self.fields["time_zone"]
            zones.choices = [(city["time_zone"], city["time_zone"]), *time_zones()]  # type: ignore[attr-defined] # a field of choices

    def _add(self, name: str, path: Path, field: forms.Field) -> None:
        self.fields[name], self.paths[name] = field, path
        self.initial[name] = at(self.before, path)

    def values(self) -> dict[Path, Any]:
        codes = self.cleaned_data["languages"].replace(",", " ").split()
        return super().values() | {("city", "languages"): list(dict.fromkeys(codes))}


class TargetForm(SettingsForm):
    """The value of one target, and why the city chose it. `read` what the city's own file says of it."""

    note = forms.CharField(
        label=gettext_lazy("Why the city chose this"),
        help_text=gettext_lazy("A sentence that stands beside the figures."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(label=gettext_lazy("Where it comes from"), max_length=500, required=False)
    url = forms.URLField(label=gettext_lazy("Its web address"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, target: str, **kwargs: Any) -> None:
        self.target = target
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.path = ("targets", self.target)
        now = at(self.before, (*self.path, "value"))
        values: dict[str, forms.Field] = {}
        if self.target == "minutes_per_week":
            for band, entry in self.before["grade_bands"].items():
                values[f"value-{band}"] = forms.FloatField(
                    label=in_language(entry["title"]), min_value=0.1, required=False
                )
                self.initial[f"value-{band}"] = (now or {}).get(band)
        elif self.target == "catchment_step_weights":
            for number in range(MOST_STEPS):
                step = now[number] if now and number < len(now) else {}
                for name, label in (("minutes", _("Up to minutes (%(number)s)")), ("weight", _("Weight (%(number)s)"))):
                    values[f"{name}-{number}"] = forms.FloatField(
                        label=label % {"number": number + 1}, min_value=0.001, required=False
                    )
                    self.initial[f"{name}-{number}"] = step.get(name)
        elif self.target in ("travel_mode", "catchment_method"):
            options = _choices(self.target)
            values["value"] = forms.ChoiceField(
                label=_("Value"), choices=[(option, CHOICES[option]) for option in options], widget=forms.RadioSelect
            )
            self.initial["value"] = now
        else:
            kind = forms.IntegerField if self.target in WHOLE else forms.FloatField
            optional = self.target in OPTIONAL
            values["value"] = kind(
                label=in_language(at(self.before, (*self.path, "unit"))).capitalize(),
                help_text=_("Left empty, it is not set.") if optional else "",
                min_value=LEAST.get(self.target, 1 if self.target in WHOLE else 0.001),
                max_value=10**7,
                required=not optional,
            )
            self.initial["value"] = now
        self.fields = values | self.fields
        # Whatever is wrong with the target is told at its first value.
        self.paths[next(iter(values), "note")] = self.path
        own = at(overrides(text_of(self.city, self.base_version)), self.path)
        if isinstance(own, dict):
            source: dict[str, Any] = next(iter(own.get("sources") or []), {})
            self.initial = {
                **self.initial,
                "note": in_language(own.get("caveat")),
                "source": in_language(source.get("text")),
                "url": source.get("url"),
            }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("url") and not cleaned.get("source"):
            self.add_error("source", _("Say in words what stands at this address."))
        for number in range(MOST_STEPS if self.target == "catchment_step_weights" else 0):
            if (cleaned.get(f"minutes-{number}") is None) != (cleaned.get(f"weight-{number}") is None):
                self.add_error(f"weight-{number}", _("Give both minutes and weight, or neither."))
        return cleaned

    def value(self) -> Any:
        """The value as TOML has it; None for one that is not set."""
        cleaned = self.cleaned_data
        if self.target == "minutes_per_week":
            bands = ((band, typed(cleaned.get(f"value-{band}"))) for band in self.before["grade_bands"])
            return {band: value for band, value in bands if value is not None}
        if self.target == "catchment_step_weights":
            steps = [
                {"minutes": typed(cleaned.get(f"minutes-{n}")), "weight": typed(cleaned.get(f"weight-{n}"))}
                for n in range(MOST_STEPS)
            ]
            return [step for step in steps if step["minutes"] is not None] or None
        return typed(cleaned.get("value"))

    def values(self) -> dict[Path, Any]:
        """What the city's file is to say of the target: nothing where it keeps the default value and has no word on it."""
        value, own = self.value(), at(overrides(text_of(self.city, self.base_version)), self.path)
        cleaned = self.cleaned_data
        words: dict[str, Any] = {}
        if cleaned["note"]:
            note, languages = typed(cleaned["note"]), self.before["city"]["languages"]
            words["caveat"] = note if reader() == languages[0] else {reader(): note}
        if cleaned["source"]:
            address = {"url": cleaned["url"]} if cleaned["url"] else {}
            words["sources"] = [{"text": {reader(): cleaned["source"]}, **address}]
        if not self.has_changed():
            return {self.path: own}
        if value is None:
            return {self.path: {"enabled": False}}
        if value == default_value(self.target) and not words:
            return {self.path: None}
        return {self.path: {"value": value, **words} if words else value}


def default_value(target: str) -> Any:
    """The value of a target where a city has not changed it."""
    return at(defaults(), ("targets", target, "value"))


def _choices(target: str) -> tuple[str, ...]:
    """What a target chooses among."""
    parameters = Targets.model_fields[target].annotation.model_fields["value"].annotation  # type: ignore[union-attr] # a target is a model with a value
    return get_args(parameters)
