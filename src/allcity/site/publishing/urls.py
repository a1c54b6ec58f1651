from allcity.site.publishing.editorial.urls import CITY_URLS as EDITORIAL
from allcity.site.publishing.media.urls import CITY_URLS as MEDIA
from allcity.site.publishing.resources.urls import CITY_URLS as RESOURCES
from allcity.site.publishing.spotlights.urls import CITY_URLS as SPOTLIGHTS
from allcity.site.publishing.stories.urls import CITY_URLS as STORIES

CITY_URLS = [*MEDIA, *RESOURCES, *STORIES, *EDITORIAL, *SPOTLIGHTS]
