from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    name = "allcity.site.directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        """Tell the features below what schools and organizations there are, what is to be done, and what asks every day."""
        from allcity.site.accounts import personal_data
        from allcity.site.cities import places, workspace, years
        from allcity.site.cities.models import Role
        from allcity.site.conversations import subjects
        from allcity.site.directory import work
        from allcity.site.directory.domain.asking import forget
        from allcity.site.directory.queries.upkeep import personal_data as kept_of
        from allcity.site.directory.queries.years import school_years
        from allcity.site.directory.tasks import ask_what_is_still_true
        from allcity.site.notices import mine
        from allcity.site.notices import work as notices_work
        from allcity.site.worker import daily

        subjects.register("school", work.school_subjects, is_open=True)
        subjects.register("organization", work.organization_subjects, is_open=True)
        places.register(Role.LIAISON, work.schools)
        places.register(Role.MANAGER, work.organizations)
        years.register(school_years)
        notices_work.register(work.what_grows_old)
        mine.register(work.own_places)
        workspace.register(
            _("What I look after"),
            "city:mine",
            "directory.look_after",
            _("Schools and organizations with their programs: change them, or say that all is still true."),
        )
        workspace.register(
            _("Records"),
            "city:records",
            "directory.manage",
            _("What is out of date, never confirmed, archived, or there twice."),
        )
        personal_data.register("directory", kept_of, forget)
        daily(ask_what_is_still_true, hour=13)
