"""Who is told of consents: the city's coordinators, and whoever gave one gets the link that takes it back."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from allcity.site.accounts import mail
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Kind
from allcity.site.notices.models import Notice
from allcity.site.publishing.media.queries import city_of
from allcity.site.publishing.models import Consent, Picture, Video


def mail_link(consent: Consent) -> None:
    """Send whoever agreed the link with which they take it back. Nothing that somebody typed is in it."""
    if consent.email:
        mail.send(
            "publishing/media/mail/consent", to=consent.email, language=get_language() or "en", link=address_of(consent)
        )


def address_of(consent: Consent) -> str:
    """The whole web address of the link, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("consent", args=[consent.token])


def tell_coordinators(of: Picture | Video, kind: Kind, *, once_in: timedelta | None = None) -> None:
    """Tell the coordinators of the city in whose collection it is; not those who were told of it within a time already."""
    city = city_of(of)
    if city is None:
        return
    url = reverse("city:media-item", args=[city.slug, of.public_id])
    people = coordinators_of(city).distinct()
    if once_in:
        since = timezone.now() - once_in
        told = Notice.objects.filter(kind=kind.id, url=url, created_at__gte=since).values("user")
        people = people.exclude(pk__in=told)
    for user in people:
        notify(user=user, kind=kind, city=city, url=url)
