"""What this part has other features know of it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.action.models import Commitment


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.committing import domain, linking, needing, queries, tasks, telling, work
    from allcity.site.cities import workspace
    from allcity.site.components.navigation import CityPage, city_pages
    from allcity.site.conversations import outcomes
    from allcity.site.notices import mine, visibility
    from allcity.site.notices import work as waiting
    from allcity.site.worker import daily

    waiting.register(work.commitments)
    mine.register(work.mine)
    visibility.register(visibility.of_records("commitment", readable=_readable), *telling.KINDS)
    personal_data.register("commitments", queries.personal_data, domain.erase)
    daily(tasks.remind_of_commitments, hour=12)
    outcomes.register(needing.NEED)
    outcomes.register(linking.COMMITMENT)
    city_pages.append(CityPage("city:plan", _("Plan"), queries.plan_is_for))
    workspace.register(
        _("Commitments"),
        "city:commitments",
        "action.commit",
        _("What is to be done, who does it, and by when; and the city's plan of it."),
    )


def _readable(user: User, commitments: Collection[UUID]) -> Iterable[UUID]:
    return Commitment.objects.for_user(user).filter(public_id__in=commitments).values_list("public_id", flat=True)
