from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "allcity.site.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed, email_confirmed
        from allauth.mfa.signals import authenticator_added
        from anymail.signals import tracking
        from django.contrib.auth.signals import user_logged_in

        from allcity.site.accounts import domain, personal_data, queries, reports, second_factor, staff, unsent

        authenticator_added.connect(second_factor.count_as_given)
        user_logged_in.connect(unsent.stay_signed_in)
        authentication_step_completed.connect(reports.lift_after_code)
        email_confirmed.connect(reports.lift_when_confirmed)
        tracking.connect(reports.hear)
        personal_data.register("account", queries.personal_data, domain.erase_account)
        personal_data.register("staff", staff.personal_data, staff.forget)
