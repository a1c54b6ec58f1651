"""Mail in plain text and HTML from one text, in the language of whoever gets it."""

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation


def compose(*, to: str, subject: str, text: str, code: str = "") -> EmailMultiAlternatives:
    """A message whose HTML is its text, paragraph by paragraph, with links that work and the `code` made to stand out."""
    message = EmailMultiAlternatives(subject=" ".join(subject.split()), body=text, to=[to])
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
