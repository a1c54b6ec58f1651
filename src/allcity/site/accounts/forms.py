"""Forms of a person's own account. Those of signing in are allauth's."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts import domain
from allcity.site.accounts.models import User


class ProfileForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Mail reaches you in this language.")
    )


class SignUpFields(ProfileForm):
    """What is asked beside the mail address, whether one signs up here or with single sign-on."""

    old_enough = forms.BooleanField(
        label=_("I am 13 or older"),
        help_text=_(
            "Nobody under 13 may have an account, and there are no accounts for students: we keep nothing about children."
        ),
        error_messages={"required": _("Only people who are 13 or older may have an account.")},
    )
    field_order = ("email", "first_name", "last_name", "language", "old_enough")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": get_language(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002 - the signature is the base class's
        domain.complete_sign_up(user=user, language=self.cleaned_data["language"])


class DeleteForm(forms.Form):
    certain = forms.BooleanField(
        label=_("Yes, delete my account"),
        error_messages={"required": _("Tick the box if you want your account deleted.")},
    )
