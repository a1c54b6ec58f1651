from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "allcity.site.exchange"
    verbose_name = _("Exchange")

    def ready(self) -> None:
        """Have files removed that nobody needs, and imports let go whose work was cut off; list them in the workspace."""
        from allcity.site.cities import workspace
        from allcity.site.cities.start import discarding
        from allcity.site.exchange.domain import forget_city, hindrances_to_discarding
        from allcity.site.exchange.tasks import clear_up_imports
        from allcity.site.worker import daily

        daily(clear_up_imports)
        discarding.register(forget_city, hindrances_to_discarding)
        workspace.register(
            _("Imports"),
            "city:imports",
            "cities.manage_city",
            _("Bring in spreadsheets, exports of others or a whole city folder, and take them back."),
        )
