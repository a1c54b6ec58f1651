"""Writing to those whom a call would help: each at most every three days, by the mail that fits why they are on the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_name
from allcity.site.directory.models import Organization
from allcity.site.directory.words import listing
from allcity.site.needs.models import Letter
from allcity.site.needs.overview.queries import Call, Standing
from allcity.site.needs.survey.reminding import EVERY, SURVEY_REMINDER, remind
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind

NEED_UNANSWERED = Kind(
    "need-unanswered",
    _("Nobody on record can answer a need of your school"),
    _(
        "%(school)s: needs that nobody on record can answer yet: %(needs)s. Are they still needed as they stand? The "
        "page says why nobody can, and what may help."
    ),
    Delivery.AT_ONCE,
)
FREE_PLACES = Kind(
    "free-places",
    _("Your organization has free places that answer no need on record"),
    _(
        "%(organization)s: free places that answer no need on record: %(seats)s. Are ages, days and places still as "
        "they stand? The more they say, the more needs are found."
    ),
    Delivery.AT_ONCE,
)


@dataclass(frozen=True)
class Planned:
    """A mail to those who look after a place: its kind with what fills its text, and the page it leads to."""

    call: Call
    kind: Kind
    values: dict[str, str | int | float | None]
    url: str

    @property
    def text(self) -> str:
        """What it says, in the language of the moment."""
        return self.kind.words(self.values)

    @property
    def names(self) -> str:
        """Whom it goes to."""
        return listing(user.get_full_name() for user in self.call.people)


@dataclass(frozen=True)
class Written:
    """How many schools and organizations were written to, and how many were within the last three days."""

    places: int = 0
    resting: int = 0


def planned(standing: Standing, call: Call) -> Planned | None:
    """The mail that fits why somebody is on the list; None where there is nobody to write to, or nothing to ask by mail."""
    city, place, year = standing.city, call.place, standing.year
    if not call.people:
        return None
    if isinstance(place, Organization):
        url = reverse("city:needs-for", args=[city.slug, place.slug])
        return Planned(call, FREE_PLACES, {"organization": place.name, "seats": call.seats}, url)
    if call.is_silent and standing.takes_answers:
        url = reverse("city:survey-school", args=[city.slug, year, place.slug])
        return Planned(call, SURVEY_REMINDER, {"school": place.name, "year": year_name(year)}, url)
    if call.needs:
        url = reverse("city:offers-for", args=[city.slug, place.slug])
        return Planned(call, NEED_UNANSWERED, {"school": place.name, "needs": call.needs}, url)
    return None


def is_resting(call: Call, now: datetime | None = None) -> bool:
    """Whether they were written to within the last three days."""
    return call.written_at is not None and call.written_at > (now or timezone.now()) - EVERY


def write_to(*, standing: Standing, calls: Iterable[Call], now: datetime | None = None) -> Written:
    """Send each the mail that is planned for them, unless they had one within three days."""
    now = now or timezone.now()
    places = resting = 0
    for call in calls:
        mail = planned(standing, call)
        if mail is None:
            continue
        if not is_resting(call, now) and _send(standing, mail, now):
            places += 1
        else:
            resting += 1
    return Written(places, resting)


@transaction.atomic
def _send(standing: Standing, mail: Planned, now: datetime) -> bool:
    """Whether the mail was sent: of two who press at once, one sends it."""
    place = mail.call.place
    if mail.kind is SURVEY_REMINDER and standing.survey and not isinstance(place, Organization):
        return bool(remind(survey=standing.survey, school=place, now=now).schools)
    to: dict[str, Any] = {"organization" if isinstance(place, Organization) else "school": place}
    try:
        with transaction.atomic():
            Letter.objects.create(city=standing.city, sent_at=now, **to)
    except IntegrityError:
        if not Letter.objects.filter(sent_at__lte=now - EVERY, **to).update(sent_at=now):
            return False
    for user in mail.call.people:
        notify(user=user, kind=mail.kind, city=standing.city, values=mail.values, url=mail.url)
    return True
