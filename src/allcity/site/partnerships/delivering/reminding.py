"""What is done each day so that sessions are told of while somebody remembers: at most one reminder a week."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from allcity.site.cities.models import RecordQuerySet
from allcity.site.needs.proposals.queries import attended
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.domain import notify
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.delivering import links, telling
from allcity.site.partnerships.delivering.domain import SIDES
from allcity.site.partnerships.delivering.queries import of_parties, to_confirm
from allcity.site.partnerships.models import Agreement, Partnership, Session, Side
from allcity.site.partnerships.parties import Party, parties, people_of
from allcity.site.partnerships.phases import Phase, phase_of
from allcity.site.partnerships.reminding import Unattended
from allcity.site.worker import each_by_itself

A_WEEK = timedelta(days=7)
SILENCE = timedelta(days=28)
"""After how long without a session, or a reminder, those who log are asked whether there was none."""


def remind_to_log(*, now: datetime | None = None) -> int:
    """Ask after planned sessions, and after partnerships of which nothing is told. Gives how many partnerships."""
    now = now or timezone.now()
    latest = now.date() + timedelta(days=1)  # for cities where it is tomorrow already
    planned = Session.objects.filter(partnership=OuterRef("pk"), state=Session.State.PLANNED, date__lte=latest)
    found = Partnership.objects.filter(Q(asked_on=None) | Q(asked_on__lte=latest - A_WEEK)).current()
    found = found.filter(Q(Exists(planned)) | Q(pk__in=logged_here(found, latest).values("pk")))
    unattended = Unattended()
    pks = list(found.order_by("pk").values_list("pk", flat=True))
    done = each_by_itself(pks, lambda pk: _look_at(pk, now, unattended))
    unattended.tell()
    return done


def logged_here(partnerships: RecordQuerySet, today: date) -> RecordQuerySet:
    """Of some partnerships those that are under way and whose sessions are told of here, with the day of the last as `last`.

    A partnership that only an import brought, and of which nobody has ever logged anything, is not.
    """
    signed = Agreement.objects.filter(partnership=OuterRef("pk"), state=Agreement.State.SIGNED)
    held = Q(sessions__state=Session.State.HELD)
    found: RecordQuerySet = partnerships.current().annotate(last=Max("sessions__date", filter=held))
    found = found.filter(Q(last__isnull=False) | Q(Exists(signed)), start_date__lte=today)
    return found.filter(Q(end_date=None) | Q(end_date__gte=today)).filter(
        Q(end_date__isnull=False) | Q(planned_end_date=None) | Q(planned_end_date__gte=today)
    )


def silent_since(partnership: Partnership, last: date | None, today: date) -> date | None:
    """The day since which nothing was told, where that is four weeks or more ago while it was under way."""
    since = max(partnership.start_date, last or partnership.start_date)
    is_long = today - since >= SILENCE and phase_of(partnership, today) == Phase.RUNNING
    return since if is_long else None


def _look_at(pk: int, now: datetime, unattended: Unattended) -> bool:
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("city")
    partnership: Partnership | None = (
        rows.prefetch_related("organizations", "schools", "districts").filter(pk=pk).first()
    )
    if partnership is None:
        return False
    today = today_in(partnership.city, now)
    if partnership.asked_on and today - partnership.asked_on < A_WEEK:
        return False
    logging = [party for party in parties(partnership) if party.side in SIDES and party.is_there]
    told = [party for party in logging if _ask_after_planned(partnership, party, today)]
    if not told and (partnership.asked_on is None or today - partnership.asked_on >= SILENCE):
        told = list(_ask_in_silence(partnership, logging, today, unattended))
    if told:
        partnership.asked_on = today
        partnership.save(update_fields=["asked_on"])
    return bool(told)


def _ask_after_planned(partnership: Partnership, party: Party, today: date) -> bool:
    if not to_confirm(partnership, [party], until=today):
        return False
    for user in people_of(party):
        url = reverse("delivering:planned", args=[links.make_token(partnership, user, today)])
        notify(
            user=user,
            kind=telling.PLANNED,
            city=partnership.city,
            values={"partnership": partnership.name, "day": date_format(today)},
            url=in_language(url, "en"),
        )
    return True


def _ask_in_silence(
    partnership: Partnership, logging: Iterable[Party], today: date, unattended: Unattended
) -> Iterator[Party]:
    """Ask whoever logged before, or the organizations where nobody has."""
    held = Session.objects.filter(partnership=partnership, state=Session.State.HELD)
    last = held.aggregate(last=Max("date"))["last"]
    if silent_since(partnership, last, today) is None:
        return
    if last is None and not partnership.agreements.filter(state=Agreement.State.SIGNED).exists():
        return
    url = in_language(reverse("city:partnership-sessions", args=[partnership.city.slug, partnership.public_id]), "en")
    for party in logging:
        logs = held.filter(of_parties([party])).exists() or (last is None and party.side == Side.ORGANIZATION)
        if not logs:
            continue
        if attended([party.place]):
            for user in people_of(party):
                values = {"partnership": partnership.name}
                notify(user=user, kind=telling.SILENT, city=partnership.city, values=values, url=url)
        else:
            unattended.note(partnership)
        yield party
