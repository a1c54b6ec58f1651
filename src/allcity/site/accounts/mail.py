"""Mail in plain text and HTML from one text, in the language of whoever gets it."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from allcity.site.accounts.queries import is_stopped


class Mail(EmailMultiAlternatives):
    """A message to one address. It is not sent where mail to the address is stopped.

    A code that somebody asked for just now (`is_asked_for`) is sent all the same: without it nobody whose mail once came
    back could sign in, and whoever enters it has shown that the address works again.
    """

    is_asked_for = False

    def send(self, *args: Any, **kwargs: Any) -> int:
        """Send it, as Django does. Gives how many were sent: none to an address that is stopped."""
        if not self.is_asked_for and is_stopped(self.to[0]):
            return 0
        return super().send(*args, **kwargs)


def compose(*, to: str, subject: str, text: str, code: str = "") -> Mail:
    """A message whose HTML is its text, paragraph by paragraph, with links that work and the `code` made to stand out."""
    message = Mail(subject=" ".join(subject.split()), body=text, to=[to])
    message.is_asked_for = bool(code)
    paragraphs = [paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip()]
    context = {"subject": message.subject, "paragraphs": paragraphs, "code": code}
    message.attach_alternative(render_to_string("accounts/mail.html", context), "text/html")
    return message


def send(template: str, *, to: str, language: str, **context: object) -> None:
    """Send `<template>_subject.txt` and `<template>_message.txt` once the transaction stands."""
    with translation.override(language):
        message = compose(
            to=to,
            subject=render_to_string(f"{template}_subject.txt", context),
            text=render_to_string(f"{template}_message.txt", context).strip(),
        )
    transaction.on_commit(message.send, robust=True)
