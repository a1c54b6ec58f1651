from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "allcity.site.partnerships"
    verbose_name = _("Partnerships")

    def ready(self) -> None:
        """Have schools asked after what partners report, and coordinators after what may be told twice."""
        from allcity.site.cities import workspace
        from allcity.site.needs.survey import steps
        from allcity.site.notices import work
        from allcity.site.partnerships.twice.survey_step import ADDER
        from allcity.site.partnerships.twice.work import told_twice

        steps.register(ADDER)
        work.register(told_twice)
        workspace.register(
            _("One delivery or two?"),
            "city:deliveries-told-twice",
            "partnerships.join_accounts",
            _("What a school and an organization each told of, so that nobody is counted twice."),
        )
