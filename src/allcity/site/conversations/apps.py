from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "allcity.site.conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Have posts moderated, conversations listed in the workspace, and what waits in them told."""
        from allcity.site.accounts import personal_data
        from allcity.site.cities import workspace
        from allcity.site.components.navigation import CityPage, city_pages
        from allcity.site.conversations import contributions, domain, moderation, providers, queries, visibility
        from allcity.site.notices import mine, work

        moderation.register(contributions.POSTS)
        personal_data.register("conversations", queries.personal_data, domain.erase)
        city_pages.append(CityPage("city:conversations", _("Conversations"), queries.are_for))
        work.register(providers.to_moderate)
        work.register(providers.escalated)
        work.register(providers.to_read)
        mine.register(providers.followed)
        visibility.register()
        workspace.register(
            _("Conversations"),
            "city:conversations",
            "conversations.start",
            _("What people of the city talk about: read, answer, or start a topic."),
        )
        workspace.register(
            _("What people wrote"),
            "city:moderation",
            "conversations.moderate",
            _(
                "Whatever was reported or is new: posts, stories, endorsements, resources. Let it stand, or take it down."
            ),
        )
