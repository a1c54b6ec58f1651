from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "allcity.site.publishing"
    verbose_name = _("Publishing")

    def ready(self) -> None:
        """Open a city's pages to its editors whenever roles change, and let kept pages go when one of them does."""
        from django.contrib.auth import get_user_model
        from django.db.models.signals import post_delete, post_save
        from wagtail.models import PageViewRestriction
        from wagtail.signals import page_published, page_unpublished

        from allcity.site.cities.domain import ROLE_LISTENERS
        from allcity.site.cities.start import discarding
        from allcity.site.publishing.domain import note_page, note_privacy, seat_editors, seat_staff, uproot_tree
        from allcity.site.publishing.editorial import registration as editorial
        from allcity.site.publishing.media import registration as media
        from allcity.site.publishing.queries import hindrances_to_discarding
        from allcity.site.publishing.resources import registration as resources
        from allcity.site.publishing.spotlights import registration as spotlights
        from allcity.site.publishing.stories import registration as stories

        discarding.register(uproot_tree, hindrances_to_discarding)
        ROLE_LISTENERS.append(lambda city: seat_editors(city=city))
        for signal in (page_published, page_unpublished):
            signal.connect(note_page)
        post_save.connect(seat_staff, sender=get_user_model())
        for change in (post_save, post_delete):
            change.connect(note_privacy, sender=PageViewRestriction)
        editorial.register()
        spotlights.register()
        media.register()
        resources.register()
        stories.register()
