"""Forms of signing in and up. They are apart because allauth reads `forms` before it has forms of its own."""

from typing import Any

from allauth.account.forms import AddEmailForm, LoginForm, RequestLoginCodeForm, SignupForm
from allauth.socialaccount.forms import SignupForm as SingleSignOnForm
from django.utils.translation import gettext_lazy as _


class _MailAddress:
    """Calls the mail address by the same name everywhere, with no second name in the field itself."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"login", "email"} & set(self.fields):
            self.fields[name].label = _("Mail address")
            self.fields[name].widget.attrs.pop("placeholder", None)


class SignIn(_MailAddress, LoginForm):
    pass


class AskForCode(_MailAddress, RequestLoginCodeForm):
    pass


class SignUp(_MailAddress, SignupForm):
    pass


class SignUpElsewhere(_MailAddress, SingleSignOnForm):
    pass


class AddAddress(_MailAddress, AddEmailForm):
    pass
