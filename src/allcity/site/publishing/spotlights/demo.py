"""The spotlight of the sample city: the draft that is made from its data, finished as an editor would."""

from django.db import transaction
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.media.demo import SAMPLES
from allcity.site.publishing.models import Picture, SpotlightPage
from allcity.site.publishing.spotlights.building import make_draft

DRUMS = SAMPLES[0]


@transaction.atomic
def add(*, city: City, coordinator: User, member: User) -> None:  # noqa: ARG001 - samples take the same people
    """Add it, once."""
    tree = plant_tree(city=city)
    if SpotlightPage.objects.descendant_of(tree).exists():
        return
    page = make_draft(city=city, user=coordinator)
    page.title = f"{city.display_name()}: count first, then lend a hand"
    page.introduction = (
        "A city counted which students have no music in reach before it asked anybody for help. What partners brought "
        "since then went where the count said."
    )
    page.cover = Picture.objects.filter(collection=tree.collection, title=DRUMS.title).first()
    page.strategies = ["data", "alliance"]
    page.sections = ["inequities", "partnerships"]
    page.conditions = ["meaningful", "additive"]
    said = [
        (
            "text",
            (
                "<p>It began with a map that nobody liked: the schools with fewest programs in reach stood where most "
                "families have little money. The first meeting was about that map, and about nothing else.</p>"
            ),
        ),
        (
            "quote",
            {
                "words": "I asked for hands, and I got hands. The lessons are still mine.",
                "name": "Marta Lindqvist",
                "role": "music teacher",
                "agreed_on": timezone.localdate(),
                "agreed": True,
            },
        ),
    ]
    for block in reversed(said):
        page.body.insert(0, block)
    page.save_revision(user=coordinator).publish()
