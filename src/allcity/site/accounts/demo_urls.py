"""The demonstration's own pages: whom to sign in as, and the mail that it would have sent."""

from django.urls import path

from allcity.site.accounts import demo_views

app_name = "demo"
urlpatterns = [
    path("", demo_views.people, name="people"),
    path("sign-in/<int:pk>/", demo_views.sign_in, name="sign-in"),
    path("mail/", demo_views.mail, name="mail"),
]
