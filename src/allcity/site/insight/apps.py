from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "allcity.site.insight"
    verbose_name = _("Insight")

    def ready(self) -> None:
        """Have figures made anew whenever a city's data has changed."""
        from allcity.site.cities.domain import CHANGE_LISTENERS
        from allcity.site.insight.tasks import ask_for_figures

        CHANGE_LISTENERS.append(ask_for_figures)
