"""Who may do what at the addresses of endorsements and of sharing: a part of the table in `permissions`."""

from collections.abc import Callable

from django.utils import timezone
from tests.site.permissions_world import EVERYBODY, NOBODY, Page, World

from allcity.site.action.models import Endorsement


def by_token(token: str = "of-an-endorsement") -> Callable[[World], dict[str, object]]:
    """The link of one that stands."""

    def parameters(world: World) -> dict[str, object]:
        told = {"name": "Ada", "participant": "families", "email": f"{token}@example.org"}
        stands = {"confirmed_at": timezone.now(), "withdrawn_at": None}
        Endorsement.objects.update_or_create(city=world.city, token=token, defaults={**told, **stands})
        return {"token": token}

    return parameters


PAGES: dict[str, Page] = {
    "city:endorse": Page(EVERYBODY, EVERYBODY),
    **dict.fromkeys(
        ("city:endorse-sent", "city:share", "city:share-code", "city:share-badge", "city:share-poster"),
        Page(EVERYBODY, NOBODY),
    ),
    "city:share-summary": Page(EVERYBODY, NOBODY),
    "city:share-preview": Page(EVERYBODY, NOBODY, lambda _world: {"of": "endorse"}, is_of_a_record=False),
    "endorsement:link": Page(EVERYBODY, EVERYBODY, by_token()),
    "endorsement:change": Page(EVERYBODY, EVERYBODY, by_token()),
    "endorsement:withdraw": Page(NOBODY, EVERYBODY, by_token("to-withdraw")),
}
