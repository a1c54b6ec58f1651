"""How many have answered, as it may be told."""

from django.utils.translation import gettext as _

from allcity.site.directory.words import catalogue
from allcity.site.needs.models import FamilyForm


def received(form: FamilyForm) -> str:
    """How many replies came; under the city's threshold only that they are fewer."""
    if form.received == 0:
        return _("nobody so far")
    if form.received < form.city.threshold:
        return _("fewer than %(number)s") % {"number": form.city.threshold}
    return catalogue().number(form.received)
