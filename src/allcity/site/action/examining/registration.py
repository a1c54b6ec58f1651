"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.examining import queries, subject, tasks, telling, work
    from allcity.site.cities import workspace
    from allcity.site.conversations import subjects
    from allcity.site.notices import visibility
    from allcity.site.notices import work as waiting
    from allcity.site.worker import daily

    visibility.register(visibility.for_members, telling.ASKED)
    visibility.register(visibility.for_coordinators, telling.NOT_FOR_THEM)
    subjects.register(subject.SECTION, subject.find, is_open=True)
    waiting.register(work.examinations)
    personal_data.register("self_examinations", queries.personal_data, queries.erase)
    daily(tasks.remind_of_examinations, hour=12)
    daily(tasks.forget_asked, hour=3)
    workspace.register(
        _("Self-examination"),
        "city:self-examinations",
        "action.answer",
        _("How the city stands, section by section: what people say, and what the team makes of it."),
    )
