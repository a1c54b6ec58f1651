"""What people told, as a feed (Atom, RFC 4287): words, and the pictures that everybody may see now."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Enclosure
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.feeds import NEWEST, answer_with, feed_of
from allcity.site.publishing.media import renditions
from allcity.site.publishing.models import Picture, Story
from allcity.site.publishing.stories import queries


def path_of(story: Story) -> str:
    """Where a story is read."""
    if story.city:
        return reverse("city:story", args=[story.city.slug, story.public_id])
    return reverse("stories:one", args=[story.public_id])


def newest(city: City | None) -> HttpResponse:
    """The newest stories. What was taken down or withdrawn is in it no longer from that moment on."""
    if city:
        title = _("Stories from %(city)s") % {"city": city.display_name()}
        link, itself = reverse("city:stories", args=[city.slug]), reverse("city:stories-feed", args=[city.slug])
    else:
        title, link, itself = _("Stories"), reverse("stories:all"), reverse("stories:feed")
    feed = feed_of(title, page=link, itself=itself)
    stories = list(queries.published(city)[:NEWEST])
    seen = queries.seen_among(stories)
    for story in stories:
        feed.add_item(
            title=story.title,
            link=settings.SITE_ADDRESS + path_of(story),
            description="\n\n".join(filter(None, (story.before, story.happened, story.now))),
            unique_id=story.public_id.urn,
            pubdate=story.published_at,
            updateddate=story.changed_at,
            author_name=story.shown_name or _("without a name"),
            enclosures=_enclosures(queries.cover_of(story, seen)),
        )
    return answer_with(feed)


def _enclosures(picture: Picture | None) -> list[Enclosure]:
    """A picture of a story, in the size for pages. Whoever asks for it is looked at each time, as on the page."""
    if picture is None:
        return []
    rendition = renditions.shown(picture, [800])[0].plain
    return [Enclosure(settings.SITE_ADDRESS + rendition.url, str(rendition.file.size), renditions.PLAIN)]
