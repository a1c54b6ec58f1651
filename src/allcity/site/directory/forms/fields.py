"""Fields of the directory's forms: numbers that may be unknown, yes and no, times, and web addresses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.directory.checks import web_address

UNKNOWN = gettext_lazy("I don't know")


class KnownWidget(forms.MultiWidget):
    """A number, and beside it a box that says that nobody knows."""

    template_name = "directory/widgets/known.html"

    def __init__(self, number: forms.Widget) -> None:
        super().__init__({"": number, "unknown": forms.CheckboxInput()})

    def use_required_attribute(self, initial: Any) -> bool:  # noqa: ARG002
        """One of the two is needed, and no browser can say that."""
        return False

    def decompress(self, value: Any) -> list[Any]:
        return [None, True] if value is None else [value, False]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["unknown"] = UNKNOWN
        return context


class KnownField(forms.MultiValueField):
    """A number that somebody says, or says not to know: None. Leaving it empty is neither, and asked about."""

    def __init__(self, number: forms.Field, *, label: Any, **kwargs: Any) -> None:
        number.widget.attrs["aria-label"] = label
        super().__init__(
            (number, forms.BooleanField(required=False)),
            label=label,
            widget=KnownWidget(number.widget),
            require_all_fields=False,
            initial=["", False],  # of a new record nobody has said yet that they don't know
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        number, unknown = (*value, None, None)[:2] if value else (None, None)
        if number in (None, "") and not unknown:
            raise ValidationError(_("Write a number, or choose “I don't know”."), code="unanswered")
        if number not in (None, "") and unknown:
            raise ValidationError(_("There is a number and “I don't know”. Leave one of them."), code="both")
        return super().clean(value)

    def compress(self, values: list[Any]) -> Any:
        return values[0] if values else None


def whole_number(label: Any, *, minimum: int = 0, maximum: int = 100_000, help_text: Any = "") -> KnownField:
    """A whole number that may be unknown."""
    number = forms.IntegerField(
        required=False,
        min_value=minimum,
        max_value=maximum,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    return KnownField(number, label=label, help_text=help_text)


def age(label: Any, *, help_text: Any = "") -> KnownField:
    """An age in years that may be unknown."""
    number = forms.FloatField(
        required=False, min_value=0, max_value=120, widget=forms.NumberInput(attrs={"step": "0.5"})
    )
    return KnownField(number, label=label, help_text=help_text)


def yes_or_no(label: Any) -> forms.TypedChoiceField:
    """Yes, no, or nobody knows: None."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", UNKNOWN)],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class WebAddressField(forms.CharField):
    """A web address: https or http, and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": gettext_lazy("Web address"),
                "max_length": 1000,
                "required": False,
                "widget": forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
                **kwargs,
            }
        )

    def clean(self, value: Any) -> str:
        return web_address(super().clean(value))


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A date, as the device asks for it."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def time_of_day(label: Any) -> forms.TimeField:
    """A time of day that may be left empty."""
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


def long_text(label: Any, **kwargs: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5}), **kwargs
    )


def coordinate(label: Any, **kwargs: Any) -> forms.FloatField:
    """A number of degrees that may be left empty."""
    return forms.FloatField(label=label, required=False, widget=forms.NumberInput(attrs={"step": "any"}), **kwargs)
