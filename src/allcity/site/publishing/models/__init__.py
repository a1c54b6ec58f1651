"""What a city tells: pages, pictures and videos with the consent of those in them, stories, and resources."""

from allcity.site.publishing.models.media import Consent, Media, Picture, Rendition, Subtitles, Video
from allcity.site.publishing.models.pages import ArticlePage, EditorialPage, NewsPage, SpotlightPage
from allcity.site.publishing.models.resources import Resource, ResourceCollection, ResourceInCollection
from allcity.site.publishing.models.stories import Story, StoryPicture, StoryVideo
from allcity.site.publishing.models.trees import CityTree, SiteTree

__all__ = [
    "ArticlePage",
    "CityTree",
    "Consent",
    "EditorialPage",
    "Media",
    "NewsPage",
    "Picture",
    "Rendition",
    "Resource",
    "ResourceCollection",
    "ResourceInCollection",
    "SiteTree",
    "SpotlightPage",
    "Story",
    "StoryPicture",
    "StoryVideo",
    "Subtitles",
    "Video",
]
