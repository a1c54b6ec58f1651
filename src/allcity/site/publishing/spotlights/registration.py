"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.cities import workspace
    from allcity.site.notices import work as waiting
    from allcity.site.publishing.models import SpotlightPage
    from allcity.site.publishing.spotlights import known, work
    from allcity.site.publishing.spotlights.forms import SpotlightForm
    from allcity.site.publishing.stocking import after_migrating

    after_migrating("SpotlightPage", "SiteTree", plant=known.stock)
    SpotlightPage.base_form_class = SpotlightForm
    waiting.register(work.to_look_at)
    workspace.register(
        _("City spotlight"),
        "city:spotlight-workshop",
        "publishing.edit_pages",
        _("What your city did, and what came of it, on one page that begins from your data."),
    )
