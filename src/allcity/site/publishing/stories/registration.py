"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City
from allcity.site.cities.rules import Person


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.components.navigation import CityPage, city_pages
    from allcity.site.conversations import moderation
    from allcity.site.conversations.moderation.registry import Kind
    from allcity.site.notices import work as waiting
    from allcity.site.publishing.stories import domain, moderating, queries, tasks, work
    from allcity.site.worker import daily

    moderation.register(
        Kind(
            id=moderating.KIND,
            name=_("Story"),
            find=moderating.find,
            may_read=moderating.may_read,
            take_down=moderating.take_down,
            restore=moderating.restore,
            new=_("new story"),
            reasons=moderating.REASONS,
        )
    )
    personal_data.register("stories", queries.personal_data, domain.erase)
    waiting.register(work.from_elsewhere)
    daily(tasks.forget_unconfirmed, hour=3)
    city_pages.append(CityPage("city:stories", _("Stories"), _is_public))


def _is_public(_user: Person, city: City) -> bool:
    return city.is_public
