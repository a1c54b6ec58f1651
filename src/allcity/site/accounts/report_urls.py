from django.urls import path

from allcity.site.accounts import reports

app_name = "mail"
urlpatterns = [path("reports/<slug:provider>/", reports.report, name="report")]
