"""Every address of the site. Pages of a city are under its short name and have the namespace `city`."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtail_admin
from wagtail.documents import urls as wagtail_documents

from allcity.site.action.urls import CITY_URLS as ACTION
from allcity.site.cities.people.urls import CITY_URLS as PEOPLE
from allcity.site.cities.settings.urls import CITY_URLS as SETTINGS
from allcity.site.cities.start.urls import CITY_URLS as START
from allcity.site.conversations.urls import CITY_URLS as CONVERSATIONS
from allcity.site.directory.urls import CITY_URLS as DIRECTORY
from allcity.site.exchange.urls import CITY_URLS as EXCHANGE
from allcity.site.finder.urls import CITY_URLS as FINDER
from allcity.site.insight.home_urls import FOR_MACHINES
from allcity.site.insight.urls import CITY_URLS as INSIGHT
from allcity.site.needs.families.urls import CITY_URLS as FAMILIES
from allcity.site.needs.ledger.urls import CITY_URLS as LEDGER
from allcity.site.needs.matching.urls import CITY_URLS as MATCHING
from allcity.site.needs.overview.urls import CITY_URLS as OVERVIEW
from allcity.site.needs.proposals.urls import CITY_URLS as PROPOSALS
from allcity.site.needs.survey.urls import CITY_URLS as SURVEY
from allcity.site.notices.urls import CITY_URLS as NOTICES
from allcity.site.partnerships.urls import CITY_URLS as PARTNERSHIPS
from allcity.site.publishing.media.urls import FILES as MEDIA_FILES
from allcity.site.publishing.media.urls import PAGES as MEDIA_PAGES
from allcity.site.publishing.urls import CITY_URLS as PUBLISHING

CITY_URLS = [
    *PEOPLE,
    *SETTINGS,
    *START,
    *NOTICES,
    *CONVERSATIONS,
    *DIRECTORY,
    *SURVEY,
    *LEDGER,
    *FAMILIES,
    *MATCHING,
    *PROPOSALS,
    *OVERVIEW,
    *PARTNERSHIPS,
    *FINDER,
    *PUBLISHING,
    *EXCHANGE,
    *ACTION,
    *INSIGHT,
]
"""Pages of one city; each feature lists its own."""

urlpatterns: list[URLPattern | URLResolver] = [
    *FOR_MACHINES,
    path("editors/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("editors/", include(wagtail_admin)),
    path("documents/", include(wagtail_documents)),
    # The server of single sign-on is told one address to come back to, so it has no language in it.
    path("sign-in/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("mail/", include("allcity.site.accounts.report_urls")),
    *MEDIA_FILES,
    *i18n_patterns(
        *MEDIA_PAGES,
        path("", include("allcity.site.insight.home_urls")),
        path("", include("allcity.site.cities.people.urls")),
        path("", include("allcity.site.cities.start.urls")),
        path("", include("allcity.site.notices.urls")),
        path("", include("allcity.site.publishing.editorial.urls")),
        path("", include("allcity.site.conversations.urls")),
        path("account/", include("allcity.site.accounts.urls")),
        path("account/survey/", include("allcity.site.needs.survey.urls")),
        path("account/check-in/", include("allcity.site.partnerships.checking.urls")),
        path("answer/", include("allcity.site.action.examining.urls")),
        path("session/", include("allcity.site.action.convening.urls")),
        path("here/", include("allcity.site.action.meeting.urls")),
        path("endorsement/", include("allcity.site.action.endorsing.urls")),
        path("resources/", include("allcity.site.publishing.resources.urls")),
        path("stories/", include("allcity.site.publishing.stories.urls")),
        path("spotlights/", include("allcity.site.publishing.spotlights.urls")),
        path("still-true/", include("allcity.site.directory.urls")),
        path("took-place/", include("allcity.site.partnerships.delivering.urls")),
        path("demo/", include("allcity.site.accounts.demo_urls")),
        path("look/", include("allcity.site.components.urls")),
        path("<slug:city>/", include((CITY_URLS, "city"))),
    ),
]
