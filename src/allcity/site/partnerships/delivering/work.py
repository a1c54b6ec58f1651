"""What sessions have waiting for people: planned ones to confirm, and partnerships of which nothing was told for long."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.models import Membership
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.delivering.reminding import logged_here, silent_since
from allcity.site.partnerships.models import Delivery, Partnership, Session


def sessions(user: User) -> Iterator[WorkItem]:
    """Each partnership of the person's places with planned sessions to confirm, or without a word for four weeks."""
    own = Membership.objects.filter(user=user, place__isnull=False).values("place")
    planned = dict(_planned(own))
    given = Partnership.objects.filter(organizations__public_id__in=own, organizations__archived_at=None)
    latest = timezone.now().date() + timedelta(days=1)
    silent = {each.pk: each.last for each in logged_here(Partnership.objects.filter(pk__in=given.values("pk")), latest)}
    both = Partnership.objects.filter(pk__in={*planned, *silent}).select_related("city").order_by("name", "pk")
    for partnership in both:
        today = today_in(partnership.city)
        days = [day for day in planned.get(partnership.pk, ()) if day <= today]
        title = ""
        if days:
            title = ngettext(
                "%(number)s planned session: did it take place?",
                "%(number)s planned sessions: did they take place?",
                len(days),
            ) % {"number": len(days)}
        elif partnership.pk in silent and silent_since(partnership, silent[partnership.pk], today):
            title = _("Was there no session for four weeks?")
        if title:
            yield WorkItem(
                title,
                reverse("city:partnership-sessions", args=[partnership.city.slug, partnership.public_id]),
                detail=partnership.name,
                due_on=min(days, default=None),
                city=partnership.city,
                weight=25,
            )


def _planned(own: Any) -> Iterator[tuple[int, list[date]]]:
    """The days of planned sessions that people of some places are to confirm, by partnership."""
    account = Delivery.Account
    theirs = Q(account=account.ORGANIZATION, organization__public_id__in=own, organization__archived_at=None) | Q(
        account=account.SCHOOL, school__public_id__in=own, school__archived_at=None
    )
    latest = timezone.now().date() + timedelta(days=1)
    rows = Session.objects.filter(theirs, state=Session.State.PLANNED, date__lte=latest)
    rows = rows.exclude(partnership__stage__in=Partnership.HIDDEN).order_by("partnership", "date")
    for partnership, days in groupby(rows.values_list("partnership", "date"), key=itemgetter(0)):
        yield partnership, [day for _partnership, day in days]
