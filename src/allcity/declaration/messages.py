"""Sentences for people that are made below the site, in English, and can be told in another language later."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

Translate = Callable[[str], str]
Shape = Literal["as it stands", "sentence", "clause"]


class Message(str):
    """An English text that remembers what it was made of: a template and the values in its fields.

    `Message("The table {name} is empty.", name="schools")` is a text like any other. `told` puts it into another
    language. Values may be messages themselves. Translators find the templates by the name of this class.
    """

    template: str
    values: Mapping[str, str]
    shape: Shape

    def __new__(cls, template: str, /, shape: Shape = "as it stands", **values: object) -> "Message":
        texts = {name: value if isinstance(value, str) else str(value) for name, value in values.items()}
        message = super().__new__(cls, _made(template, texts, shape))
        message.template, message.values, message.shape = template, texts, shape
        return message


def told(text: str, translate: Translate) -> str:
    """The text in another language, where it is a message; `translate` gives a template in that language."""
    if not isinstance(text, Message):
        return text
    values = {name: told(value, translate) for name, value in text.values.items()}
    return _made(translate(text.template), values, text.shape)


def sentence(text: str) -> str:
    """The text with a capital and a full stop. What begins with a value begins as the value does."""
    return _shaped(text, "sentence")


def clause(text: str) -> str:
    """The text as a part of a sentence: without its capital and its full stop."""
    return _shaped(text, "clause")


def listed(names: Sequence[str]) -> str:
    """One or more names in a row, with "and" before the last."""
    *others, last = names
    return Message("{others} and {last}", others=", ".join(others), last=last) if others else last


def to_json(text: str) -> Any:
    """The text as JSON can hold it, from which `from_json` makes it again."""
    if not isinstance(text, Message):
        return text
    return [text.template, text.shape, {name: to_json(value) for name, value in text.values.items()}]


def from_json(stored: Any) -> str:
    """The text that `to_json` was given."""
    if not isinstance(stored, list):
        return str(stored)
    template, shape, values = stored
    return Message(template, shape, **{name: from_json(value) for name, value in values.items()})


def _shaped(text: str, shape: Shape) -> str:
    if isinstance(text, Message):
        return Message(text.template, shape, **text.values)
    return _made(text, {}, shape)


def _made(template: str, values: Mapping[str, str], shape: Shape) -> str:
    if shape == "as it stands":
        return template.format(**values) if values else template
    template = re.sub(
        r"^[¿¡]?\w", lambda first: first[0].upper() if shape == "sentence" else first[0].lower(), template
    )
    text = template.format(**values) if values else template
    if shape == "clause":
        return text.removesuffix(".")
    return text if text.endswith((".", "?", "!")) else f"{text}."
