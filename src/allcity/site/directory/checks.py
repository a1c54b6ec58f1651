"""What must hold of a record's values, in words that say what to do. Forms show them, and writes insist on them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEB = ("http://", "https://")

_ORDERED = (
    ("start_date", "end_date", _("The last day is before the first. Change one of the two.")),
    ("start_time", "end_time", _("It ends before it begins. Change one of the two times.")),
    ("minimum_age", "maximum_age", _("The oldest age is under the youngest. Change one of the two.")),
    ("minimum_fee", "maximum_fee", _("The highest fee is under the lowest. Change one of the two.")),
)


def web_address(text: str) -> str:
    """A web address, begun with https:// where nobody wrote how it begins.

    Raises ValidationError for any other kind of address.
    """
    text = text.strip()
    if not text or text.lower().startswith(WEB):
        return text
    host = text.split("/", 1)[0]
    if ":" in host or "." not in host or any(letter.isspace() for letter in text):
        raise ValidationError(_("Write a web address that begins with https:// or http://."), code="scheme")
    return f"https://{text}"


def check_values(values: Mapping[str, Any]) -> None:
    """Raises ValidationError by field for values that cannot all be true."""
    errors: dict[str, Any] = {}
    for first, second, message in _ORDERED:
        low, high = values.get(first), values.get(second)
        if low is not None and high is not None and low > high:
            errors[second] = message
    if values.get("seats") == 0:
        errors["seats"] = _("With 0 seats nobody can join. Write how many there are, or choose “I don't know”.")
    if ("latitude" in values or "longitude" in values) and (values.get("latitude") is None) != (
        values.get("longitude") is None
    ):
        missing = "latitude" if values.get("latitude") is None else "longitude"
        errors[missing] = _("A place on the map needs both numbers. Write the other one too, or leave both empty.")
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = values.get(name)
        if value is not None and abs(value) > limit:
            errors[name] = _("This is not on earth: write a number between −%(limit)s and %(limit)s.") % {
                "limit": limit
            }
    if values.get("website"):
        try:
            web_address(values["website"])
        except ValidationError as error:
            errors["website"] = error
    if errors:
        raise ValidationError(errors)
