"""What all forms of records have: the version they began from, conflicts told in words, and names that are there already."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.cities.models import Area, City, Kept
from allcity.site.directory.checks import check_values
from allcity.site.directory.domain import EditConflictError
from allcity.site.directory.kinds import KINDS, described
from allcity.site.directory.queries.histories import in_words
from allcity.site.directory.queries.similar import has_name_like

REGION = "similar-names"
_OF_VERSIONS = ("version", "seen")


class VersionedForm(forms.Form):
    """A form that changes something stored. It carries the version it began from, so that two who change it notice each
    other: each field that both changed tells what the other wrote, and nothing is lost.
    """

    asked_as: Mapping[str, str] = {}
    """The fields of the form that ask for fields of the model under another name."""

    def begin_from(self, stored: Any) -> None:
        """Have the form change this, as it now is. It has a history."""
        for name in _OF_VERSIONS:
            self.fields[name] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        newest = stored.history.first()
        self.initial["version"] = newest.history_id if newest else 0

    def values(self) -> dict[str, Any]:
        """What the form says, by field of its model."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _OF_VERSIONS}

    @property
    def base_version(self) -> int | None:
        return self.cleaned_data.get("version") or None

    def in_words(self, name: str, value: Any) -> str:
        """A value of a field as a person reads it, empty where nothing is known."""
        raise NotImplementedError

    def tell_of(self, conflict: EditConflictError) -> None:
        """Say beside each field what somebody else wrote meanwhile; saved once more, what is written here counts."""
        who = (conflict.who.get_full_name() if conflict.who else "") or _("Somebody")
        for name, (theirs, _mine) in conflict.fields.items():
            text = _(
                "%(who)s changed this to “%(theirs)s” while you were writing. Save again to keep what you wrote, or "
                "write theirs."
            ) % {"who": who, "theirs": self.in_words(name, theirs) or _("not known")}
            self._add(name, text)
        sent: Any = self.data
        self.data = MultiValueDict({**dict(sent.lists()), "seen": [str(conflict.version)]})

    def _add(self, name: str, error: Any) -> None:
        name = self.asked_as.get(name, name)
        self.add_error(name if name in self.fields else None, error)


class RecordForm(VersionedForm):
    """A form of a record, or of a part of one. `record` is the one that is changed, None for a new one.

    `looks_for` is the kind among which a name is looked for, so that nothing is entered twice.
    """

    looks_for = ""
    similar: list[Kept]

    def __init__(
        self, data: MultiValueDict[str, Any] | None = None, *, city: City, record: Kept | None = None, **kwargs: Any
    ) -> None:
        self.city, self.record, self.similar = city, record, []
        self.described: Any = described(record) if record else None
        super().__init__(data, **kwargs)
        self.prepare()
        if self.described is not None:
            for name, field in self.fields.items():
                if hasattr(self.described, name):
                    self.initial.setdefault(name, shown(getattr(self.described, name), field))
            self.begin_from(self.described)
        if self.looks_for:
            self.fields["name"].widget.attrs |= {
                "data-similar-names": f"{reverse('city:similar', args=[city.slug])}?kind={self.looks_for}",
                "data-similar-region": REGION,
                "autocomplete": "off",
            }

    def prepare(self) -> None:
        """Give choices to fields, from the city and the record."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            check_values(self.values())
        except ValidationError as error:
            for name, found in error.error_dict.items():
                self._add(name, found)
        name = self.cleaned_data.get("name", "")
        if self.looks_for and name and "anyway" not in self.data and name != getattr(self.described, "name", None):
            self.similar = has_name_like(self.city, KINDS[self.looks_for], name, but=getattr(self.record, "pk", None))
            if self.similar:
                self.add_error("name", _("There is already a record with this name or one like it. Look at it first."))
        return cleaned

    def in_words(self, name: str, value: Any) -> str:
        return in_words(self.described, name, value)


def shown(value: Any, field: forms.Field) -> Any:
    """A stored value as a field begins with it."""
    if isinstance(field, forms.TypedChoiceField) and field.empty_value is None:
        return {True: "yes", False: "no", None: ""}[value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def area_field(city: City) -> forms.ModelChoiceField:
    """The areas of a city."""
    return forms.ModelChoiceField(
        Area.objects.of(city).order_by("name"),
        label=gettext_lazy("Neighborhood"),
        required=False,
        empty_label=_("I don't know"),
    )
