"""Deliveries in words."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.partnerships.models import Delivery


def numbers(delivery: Delivery) -> str:
    """How much somebody says was given; empty where nobody says."""
    parts = []
    if delivery.sessions is not None:
        words = ngettext("%(number)s session", "%(number)s sessions", delivery.sessions)
        parts.append(words % {"number": number_format(delivery.sessions)})
    if delivery.hours is not None:
        hours = int(delivery.hours) if delivery.hours.is_integer() else round(delivery.hours, 1)
        parts.append(_("%(number)s hours for each student") % {"number": number_format(hours)})
    if delivery.students is not None:
        words = ngettext("%(number)s student", "%(number)s students", delivery.students)
        parts.append(words % {"number": number_format(delivery.students)})
    return ", ".join(parts)
