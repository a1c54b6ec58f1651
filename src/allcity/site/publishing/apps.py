from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "allcity.site.publishing"
    verbose_name = _("Publishing")

    def ready(self) -> None:
        """Open a city's pages to its editors whenever roles change, and let kept pages go when one of them does."""
        from wagtail.signals import page_published, page_unpublished

        from allcity.site.cities.domain import ROLE_LISTENERS
        from allcity.site.publishing.domain import note_page, seat_editors

        ROLE_LISTENERS.append(lambda city: seat_editors(city=city))
        for signal in (page_published, page_unpublished):
            signal.connect(note_page)
