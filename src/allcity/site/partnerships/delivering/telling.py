"""What those who log sessions are reminded of."""

from django.utils.translation import gettext_lazy as _

from allcity.site.notices.kinds import Kind, register

PLANNED = register(
    Kind(
        "sessions-planned",
        _("Planned sessions wait for your word whether they took place"),
        _("%(partnership)s: did the sessions planned until %(day)s take place? One press says so."),
    )
)
SILENT = register(
    Kind(
        "sessions-silent",
        _("Nothing was said for four weeks of a partnership that is under way"),
        _("%(partnership)s: no session was told of for four weeks. It takes ten seconds for each."),
    )
)
