from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionConfig(AppConfig):
    name = "allcity.site.action"
    verbose_name = _("Action")

    def ready(self) -> None:
        """Have each part listed where people look for it, reminded of, and shown among what waits for somebody."""
        from allcity.site.action.briefing import registration as briefing
        from allcity.site.action.committing import registration as committing
        from allcity.site.action.convening import registration as convening
        from allcity.site.action.endorsing import registration as endorsing
        from allcity.site.action.examining import registration as examining
        from allcity.site.action.meeting import registration as meeting

        for part in (committing, examining, convening, meeting, endorsing, briefing):
            part.register()
