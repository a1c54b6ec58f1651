"""What this part has other features know of it."""


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.convening import links
    from allcity.site.action.meeting import attending, leading, tasks, telling, work
    from allcity.site.notices import visibility
    from allcity.site.notices import work as waiting
    from allcity.site.worker import daily

    links.register(leading.pages_of)
    waiting.register(work.minutes)
    visibility.register(visibility.of_records("session", readable=work.readable), telling.MINUTES, telling.CORRECTED)
    visibility.register(visibility.for_coordinators, telling.MISSING)
    personal_data.register("meetings", attending.personal_data, attending.erase)
    daily(tasks.remind_of_minutes, hour=14)
    daily(tasks.forget_names, hour=3)
