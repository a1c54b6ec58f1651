"""Stories, told through the doors through which people tell them."""

from typing import Any

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.models import Media, Story
from allcity.site.publishing.stories import domain, reviewing
from allcity.site.publishing.stories.checks import Words

SAID = {
    "title": "Drums in room nine",
    "before": "There was no music.",
    "happened": "A drummer came every week.",
    "now": "Everybody plays.",
    "language": "en",
    "shown_name": "Ada Able",
}


def words(**more: Any) -> Words:
    return Words(**{**SAID, **more})


def a_story(city: City | None, email: str = "ada@example.org", **more: Any) -> Story:
    """A story that waits to be looked at."""
    more = more if city else {"place_name": "Faraway", "country": "US", **more}
    return domain.confirm(story=domain.tell_story(city=city, words=words(**more), email=email, is_mailed=False))


def with_picture(story: Story, people: str = Media.People.NOBODY, **more: Any) -> Any:
    from tests.factories.media import photograph

    said = {"description": "A drum on a stage", "caption": "Before the concert", **more}
    return domain.add_picture(story=story, file=photograph(), people=people, **said)


def a_published_story(city: City | None, by: User, **more: Any) -> Story:
    story = a_story(city, **more)
    assert reviewing.approve(story=story, user=by)
    story.refresh_from_db()
    return story
