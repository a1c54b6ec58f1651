"""Forms over a city.toml. Each says which values it holds, by their paths, and takes back what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.declaration import Problem
from allcity.site.cities.models import City
from allcity.site.cities.settings.document import Path, at
from allcity.site.cities.settings.domain import (
    SettingsConflictError,
    defaults,
    effective,
    overrides,
    text_of,
    version_of,
)
from allcity.site.cities.settings.parts import CHOICES, HELP, LONG, NAMES, Part, inner_of, model_of, parts_of
from allcity.site.cities.settings.words import in_language, language_name, value_words

LONGEST = 5000
_LEVELS = 4


class SettingsForm(forms.Form):
    """A form over values of the settings, as they were in the version that its hidden field names.

    `paths` gives for each field the path of its value. Where several fields make one value, the subclass puts it together.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    paths: dict[str, Path]

    def __init__(self, data: MultiValueDict[str, Any] | None = None, *, city: City, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.city, self.paths = city, {}
        posted = str(data.get("version", "")) if data else ""
        self.base_version = int(posted) if posted.isdecimal() else version_of(city)
        self.initial["version"] = self.base_version
        self.before: Mapping[str, Any] = effective(text_of(city, self.base_version))
        self.prepare()

    def prepare(self) -> None:
        """Make the fields."""

    def values(self) -> dict[Path, Any]:
        """The values of a valid form by path; None for what was left empty."""
        return {path: typed(self.cleaned_data.get(name)) for name, path in self.paths.items()}

    def tell_of(self, conflict: SettingsConflictError) -> None:
        """Say beside each field what somebody else wrote meanwhile; saved once more, what is written here counts."""
        who = (conflict.who.get_full_name() if conflict.who else "") or _("Somebody")
        for path, (theirs, _mine) in conflict.values.items():
            text = _(
                "%(who)s changed this to “%(theirs)s” while you were writing. Save again to keep what you wrote, or "
                "write theirs."
            ) % {"who": who, "theirs": value_words(path, theirs, effective(self.city.settings_text)) or _("nothing")}
            self.add_error(self._field_of(path), text)
        self.start_from(conflict.version)

    def start_from(self, version: int) -> None:
        """Take another version as the one that was looked at."""
        self.data = MultiValueDict({**dict(self.data.lists()), "version": [str(version)]})  # type: ignore[attr-defined] # what a browser sends

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Say beside each field what is wrong with its value; above them all, what is of no field."""
        for problem in problems:
            path = tuple(problem.key.replace('"', "").split("."))
            self.add_error(self._field_of(path), problem.told(_, with_place=False))

    def _field_of(self, path: Path) -> str | None:
        """The field whose value stands at a path, or at the nearest one to it that has a field."""
        for name, own in self.paths.items():
            if own == path[: len(own)] or (path == own[: len(path)] and len(path) > 1):
                return name
        return None


def typed(value: Any) -> Any:
    """What a field gives as TOML has it."""
    if value in ("", [], None):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class EntryForm(SettingsForm):
    """An entry of the framework, or a new one where `entry` is empty."""

    def __init__(self, *args: Any, kind: str, entry: str = "", inner: str = "", above: str = "", **kwargs: Any) -> None:
        self.kind, self.inner, self.entry, self.above = kind, inner, entry, above
        super().__init__(*args, **kwargs)

    @property
    def group(self) -> Path:
        """The table that the entry stands in."""
        return (self.kind, self.above, self.inner) if self.inner else (self.kind,)

    def prepare(self) -> None:
        self.parts = parts_of(model_of(self.kind, self.inner))
        self.entry_path = (*self.group, self.entry)
        for part in self.parts:
            self._add(part)

    def _add(self, part: Part) -> None:
        path, label = (*self.entry_path, *part.path), NAMES[part.name]
        now = at(self.before, path)
        name = "-".join(part.path)
        if part.shape in ("text", "levels"):
            self._add_texts(part, path, label, now)
            return
        self.fields[name] = self._field(part, label)
        self.paths[name] = path
        self.initial[name] = "\n".join(now) if part.shape == "lines" and now else now

    def _add_texts(self, part: Part, path: Path, label: Any, now: Any) -> None:
        first, languages = self._languages()
        for code in languages:
            for number in range(_LEVELS if part.shape == "levels" else 1):
                name = "-".join((*part.path, *([str(number + 1)] if part.shape == "levels" else []), code))
                words = {"field": label, "language": language_name(code), "number": number + 1}
                self.fields[name] = forms.CharField(
                    label=_("%(field)s %(number)s, in %(language)s") % words
                    if part.shape == "levels"
                    else _("%(field)s in %(language)s") % words,
                    required=part.required
                    and code == first
                    and (not now or code in (now[0] if part.shape == "levels" else now)),
                    max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": code})
                    if part.name in LONG
                    else forms.TextInput(attrs={"lang": code}),
                )
                if part.shape == "text":
                    self.paths[name] = (*path, code)
                    self.initial[name] = (now or {}).get(code, "")
                else:
                    self.initial[name] = (now[number] if now else {}).get(code, "")

    def _field(self, part: Part, label: Any) -> forms.Field:
        common: dict[str, Any] = {"label": label, "required": part.required, "help_text": HELP.get(part.name, "")}
        if part.shape in ("id", "ids"):
            named = {id_: in_language(one["title"]) for id_, one in (at(self.before, (part.of,)) or {}).items()}
            choices = list(named.items())
            if part.shape == "id":
                return forms.ChoiceField(choices=choices, **common)
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        options = [(option, CHOICES[option]) for option in part.options]
        if part.shape == "choice":
            return forms.ChoiceField(choices=options, **common)
        if part.shape == "choices":
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
        if part.shape in ("whole", "number"):
            least = part.above + (1 if part.shape == "whole" else 0) if part.above is not None else part.least
            kind: Any = forms.IntegerField if part.shape == "whole" else forms.FloatField
            return kind(min_value=least, max_value=part.most, **common)
        widget = forms.Textarea(attrs={"rows": 3}) if part.shape == "lines" else forms.TextInput()
        return forms.CharField(max_length=LONGEST, widget=widget, **common)

    def _languages(self) -> tuple[str, list[str]]:
        """The first of the city's languages, and all in which texts may be written."""
        own = self.before["city"]["languages"]
        return own[0], list(dict.fromkeys([*own, "en", "es"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, languages = self._languages()
        for part in self.parts:
            stem = "-".join(part.path)
            written = [any(cleaned.get(f"{stem}-{code}") for code in languages)] if part.shape == "text" else []
            written += [bool(one) for one in self._levels(part)] if part.shape == "levels" else []
            name = f"{stem}-1-{first}" if part.shape == "levels" else f"{stem}-{first}"
            if part.required and not all(written) and name not in self.errors:
                self.add_error(name, _("Write it in at least one language."))
        return cleaned

    def _levels(self, part: Part) -> list[dict[str, str]]:
        """The four levels as they were written, each by language."""
        stem, (_first, languages) = "-".join(part.path), self._languages()
        named = [{code: f"{stem}-{number}-{code}" for code in languages} for number in range(1, _LEVELS + 1)]
        return [
            {code: text for code, name in names.items() if (text := self.cleaned_data.get(name, ""))} for names in named
        ]

    def values(self) -> dict[Path, Any]:
        values = super().values()
        for part in self.parts:
            path = (*self.entry_path, *part.path)
            if part.shape == "levels":
                values[path] = self._levels(part)
            elif part.shape == "lines" and values[path]:
                values[path] = values[path].split()
        if self.entry:
            return values
        return {(*self.group, self._new_id(values)): self._table(values)}

    def _table(self, values: Mapping[Path, Any]) -> dict[str, Any]:
        """A new entry as one table, from its values that are there."""
        table: dict[str, Any] = {}
        for path, value in values.items():
            if value is not None:
                here = table
                *above, last = path[len(self.entry_path) :]
                for name in above:
                    here = here.setdefault(name, {})
                here[last] = value
        if not self.inner and inner_of(self.kind):
            table[inner_of(self.kind)] = {}
        return table

    def _new_id(self, values: Mapping[Path, Any]) -> str:
        """An id that no entry of the kind has, dropped ones included, made of the new one's name."""
        taken = set(at(self.before, (self.kind,)) or {}) | set(at(defaults(), (self.kind,)) or {})
        if self.inner:
            groups = [*(self.before.get(self.kind) or {}).values(), *defaults()[self.kind].values()]
            taken = {id_ for group in groups for id_ in group.get(self.inner, {})}
        taken |= set(at(self.own, self.group) or {})
        texts = [value for path, value in values.items() if path[len(self.entry_path)] in ("title", "text") and value]
        name = slugify(str(texts[0]) if texts else "")[:40].replace("-", "_") or "new"
        number = 1
        while (found := name if number == 1 else f"{name}_{number}") in taken:
            number += 1
        return found

    @property
    def own(self) -> Mapping[str, Any]:
        """What the city's own file says today."""
        return overrides(self.city.settings_text)


class ActForm(SettingsForm):
    """Nothing but the version that somebody looked at."""


class TextForm(SettingsForm):
    """The whole city.toml."""

    text = forms.CharField(
        label=gettext_lazy("The city.toml"),
        help_text=gettext_lazy("The reference of city.toml in the documentation lists every key."),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code", "autocapitalize": "off"}),
    )

    def prepare(self) -> None:
        self.initial["text"] = text_of(self.city, self.base_version)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        return text

    def tell_of(self, conflict: SettingsConflictError) -> None:
        who = (conflict.who.get_full_name() if conflict.who else "") or _("Somebody")
        self.add_error(
            "text",
            _(
                "%(who)s changed the settings while you were writing. What stands there now is below; take from it what "
                "you need. Saved again, your text takes its place."
            )
            % {"who": who},
        )
        self.start_from(conflict.version)

    def _field_of(self, _path: Path) -> str:
        return "text"


class ShowForm(forms.Form):
    """Who sees the city."""

    is_public = forms.BooleanField(label=gettext_lazy("Everybody can see this city"), required=False)
    understood = forms.BooleanField(
        label=gettext_lazy("I know which counts are withheld, and that every published figure can be read by anybody"),
        required=False,
    )
    in_totals = forms.BooleanField(label=gettext_lazy("The city counts in the national totals"), required=False)

    def __init__(self, data: Any = None, *, city: City) -> None:
        super().__init__(data, initial={"is_public": city.is_public, "in_totals": city.in_totals})
        self.city = city
        if city.is_public:
            del self.fields["understood"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_public") and not self.city.is_public and not cleaned.get("understood"):
            self.add_error("understood", _("Please confirm this before everybody can see the city."))
        return cleaned


class BoundaryForm(forms.Form):
    """A file with the city's outline."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON file"),
        help_text=gettext_lazy(
            "A polygon in longitude and latitude, at most 5 MB. City and census web sites offer it."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
