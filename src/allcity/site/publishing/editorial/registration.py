"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from wagtail.signals import page_published, page_unpublished

    from allcity.site.cities import workspace
    from allcity.site.notices import work as waiting
    from allcity.site.publishing.editorial import tasks, work
    from allcity.site.publishing.editorial.figures import keep
    from allcity.site.publishing.editorial.publishing import hide_items, show_items
    from allcity.site.publishing.models.pages import revision_asked
    from allcity.site.worker import hourly

    workspace.register(
        _("Pages in your own words"),
        "city:editing",
        "publishing.edit_pages",
        _("Write what the figures cannot say: who you are, what you plan, what is new."),
    )
    revision_asked.connect(keep)
    page_published.connect(show_items)
    page_unpublished.connect(hide_items)
    waiting.register(work.to_look_at)
    hourly(tasks.publish_what_is_due)
