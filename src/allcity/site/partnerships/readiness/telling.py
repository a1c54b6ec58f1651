"""What an organization's people are told of what runs out."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Readiness, Side
from allcity.site.partnerships.parties import Party, people_of

SOON = register(
    Kind(
        "readiness-soon",
        _("Something that your organization needs for its work runs out soon"),
        _("%(organization)s: “%(what)s” runs out soon. Say its new last day as soon as you have it."),
        Delivery.AT_ONCE,
    )
)
RAN_OUT = register(
    Kind(
        "readiness-ran-out",
        _("Something that your organization needs for its work has run out"),
        _("%(organization)s: “%(what)s” is not valid any more. If it was renewed, say its new last day."),
        Delivery.AT_ONCE,
    )
)


def tell(readiness: Readiness, kind: Kind) -> None:
    """Tell whoever speaks for the organization; where nobody does, the city's coordinators."""
    organization = readiness.organization
    city = organization.city
    for user in people_of(Party(Side.ORGANIZATION, organization)):
        notify(
            user=user,
            kind=kind,
            city=city,
            values={"organization": organization.name, "what": readiness.requirement.title},
            url=in_language(reverse("city:readiness-of", args=[city.slug, organization.slug]), "en"),
            due_on=readiness.valid_until,
        )
