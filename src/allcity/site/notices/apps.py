from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "allcity.site.notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Have what waits in cities found, coordinators told, and mail sent each day."""
        from allcity.site.accounts import personal_data
        from allcity.site.accounts.domain import STOP_LISTENERS
        from allcity.site.cities.people.domain import REQUEST_LISTENERS
        from allcity.site.notices import domain, kinds, providers, queries, tasks, visibility, work
        from allcity.site.worker import daily

        personal_data.register("notices", queries.personal_data, domain.erase)
        REQUEST_LISTENERS.append(providers.tell_coordinators)
        STOP_LISTENERS.append(providers.tell_of_stopped)
        visibility.register(providers.still_asked, kinds.ASKED_TO_JOIN)
        visibility.register(visibility.for_coordinators, kinds.MAIL_STOPPED, kinds.INVITATION_STOPPED)
        for provider in (
            providers.requests_to_decide,
            providers.invitations_to_accept,
            providers.invitations_that_ran_out,
            providers.drafts_to_go_on_with,
        ):
            work.register(provider)
        daily(tasks.mail_digests, hour=tasks.DIGEST_HOUR)
