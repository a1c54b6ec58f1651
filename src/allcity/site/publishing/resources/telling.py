"""What people are told of resources. Nothing that somebody typed goes into a mail to an address that nobody has confirmed."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.conversations.telling import tell
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.notices.models import Notice
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import queries

DEAD = register(
    Kind(
        "resource-dead",
        _("A link in your city's resources does not answer any more"),
        _("A link in your city's resources does not answer any more. Put in another, or archive it."),
    )
)
DEAD_FOR_ALL = register(
    Kind(
        "resource-dead-for-all",
        _("A link in the library for all cities does not answer any more"),
        _("A link in the library for all cities does not answer any more. Put in another, or archive it."),
    )
)
LOOK_AFTER = (Role.EDITOR, Role.COORDINATOR)


def mail_link(resource: Resource) -> None:
    """Send the link that confirms a suggestion."""
    city = resource.city
    mail.send(
        "publishing/resources/mail/confirm",
        to=resource.email,
        language=get_language() or settings.LANGUAGE_CODE,
        city=city.display_name() if city else "",
        link=settings.SITE_ADDRESS + reverse("resources:suggestion", args=[queries.token_of(resource)]),
    )


def tell_of_dead(cities: list[City], *, for_all: bool) -> None:
    """Tell those who look after a city's resources, and staff of the library for all, that a link is dead; once each."""
    for city in cities:
        people = User.objects.filter(memberships__city=city, memberships__role__in=LOOK_AFTER, is_active=True)
        tell(people.distinct(), DEAD, city=city, url=reverse("city:resources-kept", args=[city.slug]))
    if for_all:
        url = in_language(reverse("resources:kept"), "en")
        told = Notice.objects.filter(kind=DEAD_FOR_ALL.id, read_at=None).values("user")
        for user in User.objects.filter(is_staff=True, is_active=True).exclude(pk__in=told):
            notify(user=user, kind=DEAD_FOR_ALL, url=url)
