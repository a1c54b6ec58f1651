"""Forms of imports: files, the columns of a file, and the text of a mapping."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allcity.formats.schema import SCHEMA
from allcity.site.exchange.matching import (
    ALWAYS,
    AS_IT_IS,
    NOTHING,
    OF_THE_SOURCE,
    FileColumn,
    Values,
    answers,
    is_simple,
    ways,
)
from allcity.site.exchange.words import TABLES, WAYS, column_name, table_name


class SeveralFiles(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. The value is the list of them; what each may be is looked into where it is kept."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002 - as Django's own
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return data


class UploadForm(forms.Form):
    """Files for an import. `whole` stands after them, so that it is missing where the connection was lost on the way."""

    files = FilesField(  # type: ignore[assignment] # a field's declaration, not what came
        label=_("Files"),
        help_text=_(
            "Several at once: CSV, XLSX, Parquet or GeoJSON, mappings (TOML), or a city folder or all of these as one ZIP."
        ),
        error_messages={"required": _("Choose at least one file.")},
    )
    whole = forms.CharField(
        widget=forms.HiddenInput,
        initial="1",
        error_messages={"required": _("The connection was lost before everything had arrived. Send it again.")},
    )

    def uploads(self) -> list[UploadedFile]:
        """The files that came."""
        return list(self.files.getlist("files"))  # type: ignore[attr-defined] # what a browser sends


class TableForm(forms.Form):
    """What each row of a file describes."""

    table = forms.ChoiceField(
        label=_("What does each row of this file describe?"),
        choices=[("", _("what the proposal says")), *((key, name) for key, name in TABLES.items() if key != "sources")],
        required=False,
    )


class MatchForm(forms.Form):
    """Where a file comes from, and which of its columns fills which column of the city's tables."""

    name = forms.CharField(label=_("What is this data called?"), max_length=300)
    publisher = forms.CharField(label=_("Who publishes it?"), max_length=300, required=False)
    url = forms.URLField(label=_("Where on the web is it published?"), assume_scheme="https", required=False)
    licence = forms.CharField(
        label=_("Under which terms may it be used?"),
        help_text=_("A licence such as CC BY 4.0. It travels with the rows into every export."),
        max_length=300,
        required=False,
    )
    attribution = forms.CharField(label=_("Which words do the terms ask for?"), max_length=1000, required=False)
    coverage = forms.ChoiceField(
        label=_("Does it name all of its kind in the city?"),
        choices=[
            ("complete", _("Yes, all of them")),
            ("partial", _("No, a part of them")),
            ("unknown", _("I don't know")),
        ],
        widget=forms.RadioSelect,
    )
    as_of = forms.DateField(
        label=_("On which day was it true?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    year = forms.IntegerField(
        label=_("Which school year are its rows about?"),
        help_text=_(
            "The year in which it begins: 2022 for 2022-23. Leave it empty if a column says so, or if it is about none."
        ),
        min_value=1990,
        max_value=2100,
        required=False,
    )
    SOURCE = ("name", "publisher", "url", "licence", "attribution", "coverage", "as_of", "year")

    def __init__(self, *args: Any, values: Values, columns: list[FileColumn], **kwargs: Any) -> None:
        source = {name: values["source"].get(name) for name in self.SOURCE}
        kwargs["initial"] = {**source, "year": values["file"][0].get("year"), **answers(values)}
        super().__init__(*args, **kwargs)
        self.values = values
        headers = [(column.header, column.header) for column in columns]
        for number, table in enumerate(values["table"]):
            if "rows" in table:
                continue
            for column in SCHEMA[table["name"]].columns:
                if column.name in OF_THE_SOURCE:
                    continue
                mapped = table.get("columns", {}).get(column.name)
                beside: list[tuple[str, Any]] = [(NOTHING, _("nothing"))]
                if mapped is not None and not is_simple(mapped):
                    beside.append((AS_IT_IS, _("as proposed: %(how)s") % {"how": _how(mapped)}))
                field, label = f"{number}-{column.name}", column_name(column.name)
                lost = self.initial.get(f"{field}-from", NOTHING)
                if lost not in {NOTHING, AS_IT_IS, ALWAYS, *(header for header, _label in headers)}:
                    beside.append((lost, _("%(column)s, which is not in the file") % {"column": lost}))
                self.fields[f"{field}-from"] = forms.ChoiceField(
                    label=label, choices=[*beside, (ALWAYS, _("always the same")), *headers], required=False
                )
                self.fields[f"{field}-as"] = forms.ChoiceField(
                    label=_("%(column)s is read as") % {"column": label},
                    choices=[("", WAYS[""]), *((way, WAYS[way]) for way in ways(column))],
                    required=False,
                )
                self.fields[f"{field}-value"] = forms.CharField(
                    label=_("%(column)s is always") % {"column": label}, max_length=300, required=False
                )

    def source_fields(self) -> list[BoundField]:
        """The questions about where the file comes from."""
        return [self[name] for name in self.SOURCE]

    def tables(self) -> Iterator[dict[str, Any]]:
        """For each table: its name, the fields of each of its columns, and what the proposal fills in by itself."""
        for number, table in enumerate(self.values["table"]):
            rows = [] if "rows" in table else self._rows(number, table)
            yield {
                "name": table_name(table["name"]),
                "rows": rows,
                "by_itself": [_how(one) for one in table.get("each", ())]
                + [_how(one) for one in table.get("rows", ())],
            }

    def _rows(self, number: int, table: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "label": column_name(column.name),
                "help": gettext(column.description),
                "required": column.required and column.name != "year",
                "source": self[f"{number}-{column.name}-from"],
                "way": self[f"{number}-{column.name}-as"],
                "value": self[f"{number}-{column.name}-value"],
            }
            for column in SCHEMA[table["name"]].columns
            if f"{number}-{column.name}-from" in self.fields
        ]


class TextForm(forms.Form):
    """A mapping as the text of its file."""

    text = forms.CharField(
        label=_("The mapping"),
        max_length=500_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "code"}),
    )


def _how(mapped: Any) -> str:
    """A complex way to fill a column, in short."""
    if isinstance(mapped, str):
        return mapped
    if "value" in mapped:
        return str(mapped["value"])
    if set(mapped) & {"header", "headers", "first_of"}:
        named = mapped.get("headers") or mapped.get("first_of") or [mapped["header"]]
        return " + ".join(named)
    return ", ".join(f"{column_name(name)}: {_how(one)}" for name, one in mapped.items())
