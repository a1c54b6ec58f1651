"""Who may do what at the addresses of stories: a part of the table in `permissions`."""

from tests.factories.stories import a_story, with_picture, words
from tests.site.permissions_world import COORDINATORS, EVERYBODY, NOBODY, STAFF, Page, World

from allcity.site.cities.models import City
from allcity.site.publishing.models import Story
from allcity.site.publishing.stories import domain, reviewing, telling

WAITS, PUBLISHED, UNCONFIRMED = "Waits to be looked at", "Everybody reads it", "Nobody confirmed it"


def waiting(city: City | None) -> Story:
    return Story.objects.filter(city=city, title=WAITS).first() or a_story(city, title=WAITS)


def published(world: World, city: City | None) -> Story:
    found = Story.objects.filter(city=city, title=PUBLISHED).first()
    if found is None:
        found = a_story(city, title=PUBLISHED)
        assert reviewing.approve(story=found, user=world.people["coordinator"])
    return found


def unconfirmed(_world: World) -> dict[str, object]:
    story = Story.objects.filter(title=UNCONFIRMED).first()
    story = story or domain.tell_story(
        city=None, words=words(title=UNCONFIRMED, place_name="Faraway"), email="a@example.org"
    )
    return {"secret": telling.secret_of(story)}


def by_token(world: World) -> dict[str, object]:
    return {"token": waiting(world.city).token}


def an_item(world: World) -> dict[str, object]:
    story = waiting(world.city)
    picture = story.pictures.first() or with_picture(story)
    return {"token": story.token, "item": picture.public_id}


PAGES: dict[str, Page] = {
    "city:stories": Page(EVERYBODY, NOBODY),
    "city:stories-feed": Page(EVERYBODY, NOBODY),
    "city:story": Page(EVERYBODY, NOBODY, lambda world: {"story": published(world, world.city).public_id}),
    "city:story-review": Page(COORDINATORS, COORDINATORS, lambda world: {"story": waiting(world.city).public_id}),
    "city:stories-two": Page(NOBODY, COORDINATORS),
    # Whoever tells a story needs no account; the link in their mail is the key to it.
    "city:story-new": Page(EVERYBODY, EVERYBODY),
    "stories:new": Page(EVERYBODY, EVERYBODY),
    "stories:sent": Page(EVERYBODY, NOBODY),
    "stories:confirm": Page(EVERYBODY, EVERYBODY, unconfirmed),
    **dict.fromkeys(("stories:mine",), Page(EVERYBODY, NOBODY, by_token)),
    **dict.fromkeys(
        ("stories:change", "stories:add-picture", "stories:add-video"), Page(EVERYBODY, EVERYBODY, by_token)
    ),
    **dict.fromkeys(("stories:answer",), Page(NOBODY, EVERYBODY, by_token)),
    "stories:withdraw": Page(NOBODY, EVERYBODY, by_token),
    "stories:item": Page(NOBODY, EVERYBODY, an_item),
    "stories:all": Page(EVERYBODY, NOBODY),
    "stories:feed": Page(EVERYBODY, NOBODY),
    "stories:one": Page(EVERYBODY, NOBODY, lambda world: {"story": published(world, None).public_id}),
    # Staff who are off duty are led to where it begins.
    "stories:waiting": Page(STAFF, NOBODY),
    "stories:review": Page(STAFF, STAFF, lambda _world: {"story": waiting(None).public_id}),
}
"""One line for every address."""
