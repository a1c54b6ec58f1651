"""The forms of resources: the search, a suggestion, and what those who look after them fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources.checks import LONGEST, LONGEST_LINE, Entry
from allcity.site.publishing.resources.queries import Asked
from allcity.site.publishing.resources.words import KINDS, name_of_language, terms

PARTS = ("sections", "contributions", "audiences")
LONGEST_SEARCH = 100
_TEXT = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("What it is"),
    "use": gettext_lazy("How a city can use it"),
}
_HELP: dict[str, Any] = {
    "title": "",
    "summary": gettext_lazy("A sentence or two in your own words, nothing copied."),
    "use": gettext_lazy("For example: read it before a first meeting."),
}


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Show every refusal at its field, or above the form where it has none."""
    for one in error.error_list:
        form.add_error(one.code if one.code in form.fields else None, ValidationError(one.messages))


def all_languages() -> list[tuple[str, str]]:
    """Every language by its name, those of the site first."""
    own = dict(settings.LANGUAGES)
    others = [(code, name_of_language(code)) for code, info in LANG_INFO.items() if "name" in info and code not in own]
    return [*((code, name_of_language(code)) for code in own), *sorted(others, key=lambda pair: pair[1])]


class SearchForm(forms.Form):
    """What somebody looks for. A choice that there is not, is none."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=LONGEST_SEARCH)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section of the Declaration"), required=False)
    contribution = forms.ChoiceField(label=gettext_lazy("Contribution"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("For whom"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, data: Any, *, city: City | None, languages: Iterable[str]) -> None:
        super().__init__(data, auto_id="search_%s", use_required_attribute=False)
        known = terms(city)
        choices = {
            "kind": KINDS.items(),
            "section": known["sections"].items(),
            "contribution": known["contributions"].items(),
            "audience": known["audiences"].items(),
            "language": [(code, name_of_language(code)) for code in languages],
        }
        fields: Any = self.fields
        for name, each in choices.items():
            fields[name].choices = [("", _("all")), *each]

    def asked(self) -> Asked:
        """What is looked for, by what of it makes sense."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if isinstance(value, str)}
        return Asked(words=found.pop("q", "").strip(), **found)


class SuggestForm(forms.Form):
    """A suggestion, by somebody with an account or without one.

    `website` is a trap: people do not see it, programs that fill in all they find do.
    """

    url = forms.CharField(
        label=gettext_lazy("Link"),
        max_length=1000,
        widget=forms.TextInput({"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )
    title = forms.CharField(label=_TEXT["title"], max_length=LONGEST["title"])
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    summary = forms.CharField(
        label=_TEXT["summary"],
        max_length=LONGEST["summary"],
        widget=forms.Textarea({"rows": 3}),
        help_text=_HELP["summary"],
    )
    use = forms.CharField(
        label=_TEXT["use"],
        required=False,
        max_length=LONGEST["use"],
        widget=forms.Textarea({"rows": 3}),
        help_text=_HELP["use"],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the resource"))
    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We send one link, to confirm that it is you. It is never shown, and erased once decided."
        ),
    )
    is_adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or older"),
        error_messages={"required": gettext_lazy("Only adults are asked. Ask one to suggest it.")},
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off", "aria-hidden": "true"})
    )

    def __init__(self, data: Any = None, *, is_known: bool) -> None:
        super().__init__(data, initial={"language": get_language()})
        fields: Any = self.fields
        fields["kind"].choices = [("", _("choose")), *KINDS.items()]
        fields["language"].choices = all_languages()
        if is_known:
            for name in ("email", "is_adult"):
                del self.fields[name]

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.cleaned_data.get("website"))

    def entry(self) -> Entry:
        """What was filled in, said in the language of the page."""
        said = self.cleaned_data
        words = {(get_language() or settings.LANGUAGE_CODE): {part: said[part] for part in LONGEST}}
        return Entry(said["kind"], words, language=said["language"])


class KeepForm(forms.Form):
    """A resource as those who look after it write it: what it is, and what they say of it in each language of the site."""

    url = SuggestForm.base_fields["url"]
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("PDF, DOCX, ODT, XLSX, CSV or TXT, where there is no link."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the resource"), required=False)
    publisher = forms.CharField(label=gettext_lazy("Published by"), required=False, max_length=LONGEST_LINE)
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False)
    licence = forms.CharField(
        label=gettext_lazy("Licence or terms of use"),
        required=False,
        max_length=LONGEST_LINE,
        help_text=gettext_lazy("Leave it empty where you do not know."),
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections of the Declaration"), required=False, widget=forms.CheckboxSelectMultiple
    )
    contributions = forms.MultipleChoiceField(
        label=gettext_lazy("Contributions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("For whom"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, city: City | None, resource: Resource | None = None
    ) -> None:
        super().__init__(data, files, initial=self._initial(resource))
        fields: Any = self.fields
        fields["url"].required = False
        fields["kind"].choices = [("", _("choose")), *KINDS.items()]
        fields["language"].choices = [("", _("choose")), *all_languages()]
        known = terms(city)
        for part in PARTS:
            dropped = [each for each in getattr(resource, part, []) if each not in known[part]]
            fields[part].choices = [*known[part].items(), *((each, each) for each in dropped)]
        for code, _name in settings.LANGUAGES:
            for part, longest in LONGEST.items():
                widget = (
                    forms.TextInput({"lang": code}) if part == "title" else forms.Textarea({"rows": 3, "lang": code})
                )
                fields[f"{part}_{code}"] = forms.CharField(
                    label=_TEXT[part], required=False, max_length=longest, widget=widget, help_text=_HELP[part]
                )

    @staticmethod
    def _initial(resource: Resource | None) -> dict[str, Any]:
        if resource is None:
            return {"language": get_language()}
        names = ("url", "kind", "language", "publisher", "year", "licence", *PARTS)
        initial = {name: getattr(resource, name) for name in names}
        for code, texts in resource.words.items():
            initial |= {f"{part}_{code}": texts.get(part, "") for part in LONGEST}
        return initial

    def by_language(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields of each language with its code and its own name."""
        return [
            (code, get_language_info(code)["name_local"].capitalize(), [self[f"{part}_{code}"] for part in LONGEST])
            for code, _name in settings.LANGUAGES
        ]

    def said(self) -> dict[str, Any]:
        """What was filled in, as the domain takes it."""
        said = self.cleaned_data
        words = {code: {part: said[f"{part}_{code}"] for part in LONGEST} for code, _name in settings.LANGUAGES}
        ids: dict[str, Any] = {part: tuple(said[part]) for part in PARTS}
        line: dict[str, Any] = {name: said[name] for name in ("language", "publisher", "year", "licence")}
        file = said["file"]
        return {
            "entry": Entry(said["kind"], words, **line, **ids),
            "url": said["url"],
            "file": file or None,
            "file_name": file.name if file else "",
        }
