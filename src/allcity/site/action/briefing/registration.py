"""What this part has other features know of it."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from allcity.site.accounts import personal_data
    from allcity.site.action.briefing import queries
    from allcity.site.cities import workspace

    personal_data.register("briefs", queries.personal_data, queries.erase)
    workspace.register(
        _("Briefs"),
        "city:briefs",
        "action.brief",
        _("The city's figures on two pages, for a school board, a council, a principal, a funder or families."),
    )
