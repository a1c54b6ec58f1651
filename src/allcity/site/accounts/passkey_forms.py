"""The form that adds a passkey. It is apart because allauth reads `forms` before it has forms of its own."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskey(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name"), required=False, help_text=_("So that you can tell it from others later: “my phone”, say.")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without a code by mail"),
        required=False,
        initial=True,
        help_text=_("Not every security key can do this. If yours fails, clear the box and try again."),
    )
