from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "allcity.site.needs"
    verbose_name = _("Needs")

    def ready(self) -> None:
        """Have what waits in surveys found, their pages listed, and what is due each day done."""
        from allcity.site.accounts import personal_data
        from allcity.site.cities import workspace
        from allcity.site.cities.domain import ROLE_LISTENERS
        from allcity.site.conversations import subjects
        from allcity.site.needs import visibility
        from allcity.site.needs.ledger import subject as ledger_subject
        from allcity.site.needs.matching import work as matching_work
        from allcity.site.needs.overview import domain as overview
        from allcity.site.needs.proposals import domain as proposals_domain
        from allcity.site.needs.proposals import queries as proposals_queries
        from allcity.site.needs.proposals import subject as proposals_subject
        from allcity.site.needs.proposals import tasks as proposals_tasks
        from allcity.site.needs.proposals import work as proposals_work
        from allcity.site.needs.survey import helping as survey_help
        from allcity.site.needs.survey import queries as survey_queries
        from allcity.site.needs.survey import tasks as survey_tasks
        from allcity.site.needs.survey import work as survey_work
        from allcity.site.notices import kinds, work
        from allcity.site.worker import daily

        work.register(survey_work.surveys)
        work.register(matching_work.new_needs)
        work.register(proposals_work.proposals)
        subjects.register("need", ledger_subject.find, is_open=True)
        subjects.register(proposals_domain.SUBJECT, proposals_subject.find)
        for kind in (overview.NEED_UNANSWERED, overview.FREE_PLACES):
            kinds.register(kind)
        visibility.register()
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
            _("Where the city stands with its needs"),
            "city:needs-overview",
            "needs.coordinate",
            _("Which answers are missing, what nobody can answer, and whom to call."),
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
        workspace.register(
            _("Offers and requests"),
            "city:proposals",
            "needs.propose",
            _("What waits for an answer, what goes on, and what came of it."),
        )
        ROLE_LISTENERS.append(lambda city: proposals_domain.unseat_coordinators(city=city))
        personal_data.register("proposals", proposals_queries.personal_data, proposals_domain.erase)
        personal_data.register("survey", survey_queries.personal_data, survey_help.forget_person)
        daily(survey_tasks.remind_of_surveys, hour=12)
        daily(proposals_tasks.look_after_proposals, hour=12)
        daily(survey_tasks.forget_addresses, hour=3)
