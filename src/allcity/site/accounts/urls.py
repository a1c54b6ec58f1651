"""Pages of one's account. allauth's views stand under names that it knows; none of its pages for passwords is here."""

from allauth.account import views as entrance
from django.urls import include, path
from django.views.generic import RedirectView

from allcity.site.accounts import staff_views, unsent_views, views

own = [
    path("", views.profile, name="me"),
    path("data/", views.data, name="data"),
    path("delete/", views.delete, name="delete"),
    path("privacy/", views.privacy, name="privacy"),
    path("unsent/", unsent_views.kept, name="unsent"),
    path("second-step/", views.second_step, name="second-factor"),
    path("staff/", staff_views.staff, name="staff"),
    path("mail/again/", views.mail_again, name="mail-again"),
    path("sessions/end/", views.end_sessions, name="end-sessions"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("sign-in/", entrance.login, name="account_login"),
    path(
        "sign-in/code/request/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="account_request_login_code",
    ),
    path("sign-in/code/", entrance.confirm_login_code, name="account_confirm_login_code"),
    path("sign-out/", entrance.logout, name="account_logout"),
    path("sign-up/", entrance.signup, name="account_signup"),
    path("sign-up/code/", entrance.email_verification_sent, name="account_email_verification_sent"),
    path("closed/", entrance.account_inactive, name="account_inactive"),
    path("mail/", entrance.email, name="account_email"),
    path("security/", include("allauth.mfa.urls")),
    path("single-sign-on/", include("allauth.socialaccount.urls")),
]
