from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "allcity.site.partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        """Have schools asked after what partners report."""
        from allcity.site.needs.survey import steps
        from allcity.site.partnerships.survey_step import ADDER

        steps.register(ADDER)
