"""How allauth works here: where people land, how mail reaches them, what keys look like."""

from io import BytesIO
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from allcity.site.accounts import mail, queries, unsent
from allcity.site.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        assert request.user.is_authenticated
        with translation.override(request.user.language):
            if unsent.is_waiting(request):
                return reverse("accounts:unsent")
            return super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        with translation.override(queries.language_of(email)):
            super().send_mail(template_prefix, email, context)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        message = mail.compose(
            to=email if isinstance(email, str) else email[0],
            subject=render_to_string(f"{template_prefix}_subject.txt", context),
            text=render_to_string(f"{template_prefix}_message.txt", context).strip(),
            code=context.get("code", ""),
        )
        message.extra_headers = headers or {}
        return message

    def send_account_already_exists_mail(self, email: str) -> None:
        # The links of allauth's own would lead to forgotten passwords, which nobody has here.
        address = current.request.build_absolute_uri(reverse("account_login"))
        self.send_mail("account/email/account_already_exists", email, {"login_url": address})


class SecondFactorAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        import qrcode  # here, since only this page draws one
        from qrcode.image.svg import SvgPathFillImage

        drawing = BytesIO()
        # On white ground: a camera reads nothing from black on a dark page.
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawing)
        return drawing.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth names it
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey {number}").format(number=count + 1)
