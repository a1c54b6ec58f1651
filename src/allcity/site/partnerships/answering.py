"""How far the needs are that partnerships answer: one place says so from the records, whatever has changed in them."""

from collections.abc import Iterable

from django.db.models import Q

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.needs.ledger.domain import NEXT, move_need, reason_of
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Agreement, Delivery, Partnership

_State = Need.State


def lock_needs(which: Q) -> None:
    """Have nobody else move some needs until the write is done. Whoever locks both locks them before the city."""
    list(Need.objects.select_for_update(of=("self",)).filter(which).order_by("pk").values_list("pk"))


def of_it(partnership: Partnership) -> Q:
    """Which needs a partnership answers, or is to answer by a version that waits for signatures."""
    waiting = partnership.agreements.filter(state=Agreement.State.SIGNING)
    documents = waiting.exclude(document=None).values_list("document", flat=True)
    named = [each["need"] for document in documents for each in document.get("needs", ())]
    return Q(pk__in=partnership.needs.values("pk")) | Q(city=partnership.city_id, public_id__in=named)


def settle(needs: Iterable[Need], user: User | None) -> list[Need]:
    """Have needs be where their partnerships and deliveries say. Gives those that are being answered from now on.

    One that was closed stays closed, whoever closed it. It is called where a write is under way, and locks the needs.
    """
    rows = Need.objects.select_for_update(of=("self",)).select_related("city", "school")
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
    answering = Partnership.objects.current().filter(goes_on, _is_in_it(need), needs=need)
    if answering.exists():
        given = Delivery.objects.filter(Q(partnership=None) | Q(partnership__in=answering), need=need)
        return _State.DELIVERING if given.exists() else _State.AGREED
    is_left = need.state in (_State.AGREED, _State.DELIVERING) and need.year >= year_of(today)
    return _State.STATED if is_left else need.state


def _is_in_it(need: Need) -> Q:
    """Whether the one whose need it is takes part: a school itself or by its district, a district itself or by a school of it.

    A party that leaves takes no part any more, while what it was given stays on record.
    """
    if need.school is None:
        is_in_it = Q(schools__years__district=need.district_id, schools__years__year=need.year)
        return Q(districts=need.district_id) | is_in_it
    its_district = need.school.years.filter(year=need.year).exclude(district=None).values("district")
    return Q(schools=need.school_id) | Q(districts__in=its_district)
