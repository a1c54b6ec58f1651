from django.urls import path

from allcity.site.cities.people import views

CITY_URLS = [
    path("workspace/people/", views.people, name="people"),
    path("workspace/people/invite/", views.invite, name="invite"),
    path("workspace/people/invitations/<int:pk>/again/", views.send_again, name="invitation-again"),
    path("workspace/people/invitations/<int:pk>/withdraw/", views.withdraw, name="invitation-withdraw"),
    path("workspace/people/roles/<int:pk>/", views.role, name="role"),
    path("workspace/people/requests/<int:pk>/", views.decide, name="request"),
    path("join/", views.join, name="join"),
    path("claim/<uuid:place>/", views.claim, name="claim"),
    path("leave/", views.leave, name="leave"),
]

app_name = "people"
urlpatterns = [
    path("account/invitation/<str:token>/", views.invitation, name="invitation"),
    path("account/requests/<int:pk>/withdraw/", views.withdraw_request, name="withdraw-request"),
]
