"""What this part has other features know of it."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership
from allcity.site.cities.rules import Person
from allcity.site.notices.models import Notice


def register() -> None:
    """Called once, when the site starts."""
    from django.db.models.signals import post_delete

    from allcity.site.accounts import personal_data
    from allcity.site.cities import workspace
    from allcity.site.components.navigation import CityPage, city_pages
    from allcity.site.conversations import moderation
    from allcity.site.conversations.moderation.registry import Kind
    from allcity.site.notices import visibility
    from allcity.site.notices import work as waiting
    from allcity.site.publishing.models import Resource
    from allcity.site.publishing.resources import domain, moderating, queries, tasks, telling, work
    from allcity.site.publishing.stocking import after_migrating
    from allcity.site.worker import daily

    moderation.register(
        Kind(
            id=queries.KIND,
            name=_("Resource"),
            find=moderating.find,
            may_read=moderating.may_read,
            take_down=domain.decline,
            restore=domain.let_through,
            new=_("new suggestion"),
        )
    )
    personal_data.register("resources", queries.personal_data, domain.erase)
    daily(tasks.check_links, hour=5)
    daily(tasks.forget_unconfirmed_suggestions, hour=3)
    waiting.register(work.dead_links)
    visibility.register(_for_keepers, telling.DEAD)
    visibility.register(_for_staff, telling.DEAD_FOR_ALL)
    city_pages.append(CityPage("city:resources", _("Resources"), _is_public))
    workspace.register(
        _("Resources of the city"),
        "city:resources-kept",
        "publishing.keep_resources",
        _("Guides, templates and links of your own, beside the library for all cities."),
    )
    post_delete.connect(domain.forget_file, sender=Resource, dispatch_uid="resources.file")
    after_migrating("Resource", "ResourceInCollection", plant=domain.stock_library)


def _for_keepers(user: User, notices: Collection[Notice]) -> Iterator[Notice]:
    """Notices of dead links are for whoever looks after a city's resources."""
    from allcity.site.publishing.resources.telling import LOOK_AFTER

    cities = set(Membership.objects.filter(user=user, role__in=LOOK_AFTER).values_list("city", flat=True))
    return (notice for notice in notices if notice.city_id in cities)


def _for_staff(user: User, notices: Collection[Notice]) -> Iterator[Notice]:
    return iter(notices if user.is_staff else ())


def _is_public(_user: Person, city: City) -> bool:
    return city.is_public
