"""How far the needs are that partnerships answer: one place says so from the records, whatever has changed in them."""

from collections.abc import Iterable

from django.db.models import Q

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.needs.ledger.domain import NEXT, move_need, reason_of
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Delivery, Partnership

_State = Need.State


def lock_needs(partnership: Partnership) -> None:
    """Have nobody else move the partnership's needs until the write is done. Whoever locks both locks them before the city."""
    rows = Need.objects.select_for_update(of=("self",)).filter(pk__in=partnership.needs.values("pk"))
    list(rows.order_by("pk").values_list("pk"))


def settle(needs: Iterable[Need], user: User | None) -> list[Need]:
    """Have needs be where their partnerships and deliveries say. Gives those that are being answered from now on.

    One that was closed stays closed, whoever closed it. It is called where a write is under way, and locks the needs.
    """
    rows = Need.objects.select_for_update(of=("self",)).select_related("city")
    begun = []
    for need in rows.filter(pk__in=[need.pk for need in needs]).order_by("pk"):
        state = state_of(need)
        if state == need.state or state not in NEXT[need.state]:
            continue
        move_need(need=need, state=state, user=user, reason=reason_of("ended") if state == _State.STATED else "")
        if state == _State.DELIVERING:
            begun.append(need)
    return begun


def state_of(need: Need) -> str:
    """Where a need is: answered if something was given, agreed if a partnership goes on for it or was handed to the school.

    Where none does, it is open again as long as its school year goes on; one that nobody had agreed on stays as it is.
    """
    if need.state == _State.CLOSED:
        return need.state
    today = today_in(need.city)
    goes_on = Q(end_date=None) | Q(end_date__gt=today) | Q(stage=Partnership.Stage.HANDED_OVER)
    answering = Partnership.objects.current().filter(goes_on, needs=need)
    if answering.exists():
        given = Delivery.objects.filter(Q(partnership=None) | Q(partnership__in=answering), need=need)
        return _State.DELIVERING if given.exists() else _State.AGREED
    is_left = need.state in (_State.AGREED, _State.DELIVERING) and need.year >= year_of(today)
    return _State.STATED if is_left else need.state
