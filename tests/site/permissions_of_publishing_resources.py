"""Who may do what at the addresses of resources: a part of the table in `permissions`."""

from io import BytesIO

from tests.factories.resources import a_resource, a_suggestion, an_entry
from tests.site.permissions_world import EDITORS, EVERYBODY, NOBODY, STAFF, Page, World

from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource, ResourceCollection
from allcity.site.publishing.resources import domain, queries

LINK, FILE, SUGGESTED = "How to lend violins", "Who lends what", "Suggested without an account"


def a_link(city: City | None) -> Resource:
    return Resource.objects.filter(city=city, words__en__title=LINK).first() or a_resource(city, LINK)


def a_file(world: World, city: City | None) -> Resource:
    found = Resource.objects.filter(city=city, words__en__title=FILE).first()
    return found or domain.add(
        city=city,
        user=world.people["coordinator"],
        entry=an_entry(FILE),
        file=BytesIO(b"instrument,how many\nviolin,12\n"),
        file_name="lends.csv",
    )


def of_city(world: World) -> dict[str, object]:
    return {"resource": a_link(world.city).public_id}


def for_all(_world: World) -> dict[str, object]:
    return {"resource": a_link(None).public_id}


def a_token(world: World) -> dict[str, object]:
    found = Resource.objects.filter(words__en__title=SUGGESTED).first()
    return {"token": queries.token_of(found or a_suggestion(world.city, SUGGESTED, email="somebody@example.org"))}


def a_collection(_world: World) -> dict[str, object]:
    return {"collection": ResourceCollection.objects.filter(resources__city=None).earliest("pk").key}


PAGES: dict[str, Page] = {
    "city:resources": Page(EVERYBODY, NOBODY),
    "city:resources-feed": Page(EVERYBODY, NOBODY),
    "city:resource": Page(EVERYBODY, NOBODY, of_city),
    "city:resource-file": Page(EVERYBODY, NOBODY, lambda world: {"resource": a_file(world, world.city).public_id}),
    # Whoever suggests one needs no account; the link in their mail is the key to it.
    "city:resource-suggest": Page(EVERYBODY, EVERYBODY),
    "city:resource-sent": Page(EVERYBODY, NOBODY),
    "resources:suggestion": Page(EVERYBODY, EVERYBODY, a_token),
    "resources:take-back": Page(NOBODY, EVERYBODY, a_token),
    "city:resources-kept": Page(EDITORS, NOBODY),
    "city:resource-new": Page(EDITORS, EDITORS),
    "city:resource-change": Page(EDITORS, EDITORS, of_city),
    "city:resource-archive": Page(NOBODY, EDITORS, of_city),
    "city:resource-restore": Page(NOBODY, EDITORS, of_city),
    "resources:library": Page(EVERYBODY, NOBODY),
    "resources:feed": Page(EVERYBODY, NOBODY),
    "resources:suggest": Page(EVERYBODY, NOBODY),
    "resources:collection": Page(EVERYBODY, NOBODY, a_collection),
    "resources:one": Page(EVERYBODY, NOBODY, for_all),
    "resources:file": Page(EVERYBODY, NOBODY, lambda world: {"resource": a_file(world, None).public_id}),
    # Staff who are off duty are led to where it begins.
    "resources:kept": Page(STAFF, NOBODY),
    "resources:new": Page(STAFF, STAFF),
    "resources:change": Page(STAFF, STAFF, for_all),
    "resources:archive": Page(NOBODY, STAFF, for_all),
    "resources:restore": Page(NOBODY, STAFF, for_all),
}
"""One line for every address."""
