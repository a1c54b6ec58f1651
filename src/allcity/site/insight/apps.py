from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "allcity.site.insight"
    verbose_name = _("Insight")

    def ready(self) -> None:
        """Have figures made anew whenever a city's data has changed, and partnerships judged by the day."""
        from allcity.site.cities.domain import CHANGE_LISTENERS
        from allcity.site.insight.counts import hides_answers
        from allcity.site.insight.tasks import ask_for_figures, judge_as_days_pass
        from allcity.site.partnerships.checking.queries import HIDDEN_COUNTS
        from allcity.site.worker import daily

        CHANGE_LISTENERS.append(ask_for_figures)
        daily(judge_as_days_pass, hour=2)
        HIDDEN_COUNTS.append(hides_answers)
