"""What commitments have waiting for people, and which are their own."""

from collections.abc import Iterator

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.action.committing.linking import address_of
from allcity.site.action.committing.phases import State
from allcity.site.action.committing.queries import AT_WORK, GONE, MINE, answered_for_by, is_overdue, without_owner
from allcity.site.action.committing.telling import MARKS
from allcity.site.action.models import Commitment
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.mine import SHOWN, Mine, MineItem
from allcity.site.notices.work import WorkItem


def commitments(user: User) -> Iterator[WorkItem]:
    """Those of the person that are due within a week or overdue; for coordinators, a line for each kind that waits."""
    soon = -MARKS[0][1]
    for each in answered_for_by(user).filter(due_on__isnull=False):
        today = today_in(each.city)
        if each.due_on <= today + soon:
            yield WorkItem(
                each.title,
                address_of(each),
                detail=_("Your commitment is overdue") if is_overdue(each, today) else _("Your commitment is due soon"),
                due_on=each.due_on,
                city=each.city,
                weight=30,
            )
    yield from _of_coordinators(user)


def _of_coordinators(user: User) -> Iterator[WorkItem]:
    cities = {city.pk: city for city in coordinated_by(user)}
    if not cities:
        return
    today = {number: today_in(city) for number, city in cities.items()}
    late = Q()
    for number, day in today.items():
        late |= Q(city=number, due_on__lt=day)
    counts = (
        Commitment.objects.filter(city__in=cities)
        .order_by()
        .values("city")
        .annotate(
            proposed=Count("pk", filter=Q(state=State.PROPOSED)),
            done=Count("pk", filter=Q(state=State.DONE)),
            late=Count("pk", filter=late & Q(state__in=AT_WORK)),
            alone=Count("pk", filter=without_owner()),
        )
    )
    for row in counts:
        yield from _lines(cities[row["city"]], row)


def _lines(city: City, row: dict[str, int]) -> Iterator[WorkItem]:
    url = reverse("city:commitments", args=[city.slug])
    lines = (
        (
            row["alone"],
            ngettext(
                "%(number)s commitment has nobody any more who answers for it",
                "%(number)s commitments have nobody any more who answers for them",
                row["alone"],
            ),
            f"?owner={GONE}",
            28,
        ),
        (
            row["late"],
            ngettext("%(number)s commitment is overdue", "%(number)s commitments are overdue", row["late"]),
            "?overdue=on",
            26,
        ),
        (
            row["proposed"],
            ngettext(
                "%(number)s commitment is proposed: agree to it, or drop it",
                "%(number)s commitments are proposed: agree to them, or drop them",
                row["proposed"],
            ),
            "?state=proposed",
            22,
        ),
        (
            row["done"],
            ngettext(
                "%(number)s commitment is said to be done: verify it",
                "%(number)s commitments are said to be done: verify them",
                row["done"],
            ),
            "?state=done",
            12,
        ),
    )
    for number, title, query, weight in lines:
        if number:
            yield WorkItem(title % {"number": number}, url + query, city=city, weight=weight)


def mine(user: User) -> Mine:
    """What the person has taken on and not done, what is due first first."""
    rows = list(answered_for_by(user).order_by(F("due_on").asc(nulls_last=True), "pk")[: SHOWN + 1])
    items = [
        MineItem(each.title, address_of(each), str(each.get_state_display()), each.city, each.due_on) for each in rows
    ]
    cities = {each.city.slug for each in rows}
    more = len(cities) == 1 and len(items) > SHOWN
    more_url = f"{reverse('city:commitments', args=[cities.pop()])}?owner={MINE}&state=at_work" if more else ""
    return Mine("commitments", _("Your commitments"), items[:SHOWN], more_url, weight=20)
