"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.convening import kinds, queries, tasks, threads, work
    from allcity.site.cities import workspace
    from allcity.site.conversations import outcomes
    from allcity.site.notices import mine, visibility
    from allcity.site.notices import work as waiting
    from allcity.site.worker import daily

    waiting.register(work.sessions)
    mine.register(work.mine)
    visibility.register(visibility.of_records("session", readable=work.readable), *kinds.FOR_INVITEES)
    visibility.register(visibility.for_coordinators, *kinds.FOR_COORDINATORS)
    personal_data.register("planning_sessions", queries.personal_data, queries.erase)
    daily(tasks.remind_of_sessions, hour=13)
    daily(tasks.forget_needs, hour=3)
    outcomes.register(threads.SESSION)
    workspace.register(
        _("Planning sessions"),
        "city:planning-sessions",
        "action.meet",
        _("Meetings at which people of the city look at what they found, and decide what they do."),
    )
