from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    name = "allcity.site.cities"
    verbose_name = _("Cities")

    def ready(self) -> None:
        """Have people's roles counted where accounts ask for them, and the page of people listed."""
        from allcity.site.accounts import demo, personal_data, second_factor
        from allcity.site.cities import workspace
        from allcity.site.cities.people import domain, queries

        second_factor.required_for(queries.needs_second_factor)
        demo.describe(queries.role_words)
        personal_data.register("cities", queries.personal_data, domain.erase_person)
        workspace.register(
            _("People"), "city:people", "cities.manage_people", _("Roles, invitations, and requests to be let in.")
        )
        workspace.register(
            _("Settings"),
            "city:settings",
            "cities.manage_city",
            _("Name, targets, questions and all other words and numbers that the city decides for itself."),
        )
        workspace.register(
            _("First steps"),
            "city:start",
            "cities.manage_city",
            _("What a new city needs, step by step, to be public."),
        )
