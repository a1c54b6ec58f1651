from django.contrib.sitemaps import views as sitemaps
from django.urls import path
from django.views.generic import TemplateView

from allcity.site.insight import home
from allcity.site.insight.sitemaps import SITEMAPS

app_name = "home"
urlpatterns = [
    path("", home.home, name="front"),
    path("declaration/", home.declaration, name="declaration"),
    path("declaration/<str:section>/", home.section, name="section"),
]
"""Pages of no city, in every language."""

FOR_MACHINES = [
    path("robots.txt", TemplateView.as_view(template_name="robots.txt", content_type="text/plain; charset=utf-8")),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"}),
    path("sitemap-<str:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
"""What search engines ask for, which has no language."""
