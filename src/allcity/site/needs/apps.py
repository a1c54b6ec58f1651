from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "allcity.site.needs"
    verbose_name = _("Needs")

    def ready(self) -> None:
        """Have what waits in surveys found, their pages listed, and what is due each day done."""
        from allcity.site.accounts import personal_data
        from allcity.site.cities import workspace
        from allcity.site.needs.matching import work as matching_work
        from allcity.site.needs.survey import helping as survey_help
        from allcity.site.needs.survey import queries as survey_queries
        from allcity.site.needs.survey import tasks as survey_tasks
        from allcity.site.needs.survey import work as survey_work
        from allcity.site.notices import work
        from allcity.site.worker import daily

        work.register(survey_work.surveys)
        work.register(matching_work.new_needs)
        workspace.register(
            _("The yearly survey"),
            "city:survey",
            "needs.answer_survey",
            _("What your school has and needs, in about 15 minutes."),
        )
        workspace.register(
            _("Run the yearly survey"),
            "city:surveys",
            "needs.run_survey",
            _("Open it, see which schools have answered, remind, close it."),
        )
        workspace.register(
            _("The need ledger"),
            "city:needs-ledger",
            "needs.keep_ledger",
            _("What is asked for, how far it is, and how much of it is met."),
        )
        workspace.register(
            _("Ask families"),
            "city:family-forms",
            "needs.ask_families",
            _("A form of two minutes without names, with a link and a poster."),
        )
        personal_data.register("survey", survey_queries.personal_data, survey_help.forget_person)
        daily(survey_tasks.remind_of_surveys, hour=12)
        daily(survey_tasks.forget_addresses, hour=3)
