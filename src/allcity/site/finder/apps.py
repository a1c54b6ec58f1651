from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinderConfig(AppConfig):
    name = "allcity.site.finder"
    verbose_name = _("Program finder")
