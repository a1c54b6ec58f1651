"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City
from allcity.site.cities.rules import Person


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.endorsing import domain, moderating, queries, tasks
    from allcity.site.cities import workspace
    from allcity.site.components.navigation import CityPage, city_pages
    from allcity.site.conversations import moderation
    from allcity.site.conversations.moderation.registry import Kind
    from allcity.site.worker import daily

    moderation.register(
        Kind(
            id=moderating.KIND,
            name=_("Endorsement"),
            find=moderating.find,
            may_read=moderating.may_read,
            take_down=domain.take_down,
            restore=domain.let_through,
            new=_("new endorsement"),
        )
    )
    personal_data.register("endorsements", queries.personal_data, domain.erase)
    daily(tasks.forget_unconfirmed, hour=3)
    city_pages.append(CityPage("city:endorse", _("Endorse"), _is_public))
    workspace.register(
        _("Share the Declaration"),
        "city:share",
        "action.endorse",
        _("A link, a poster, a page to hand out and a badge, with the city's own figures."),
    )


def _is_public(_user: Person, city: City) -> bool:
    return city.is_public
