"""What check-ins have waiting for a person, and what is kept of people who take part in them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import Membership
from allcity.site.cities.people.queries import addresses_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.checking.rounds import CLOSES, OPENS, is_open
from allcity.site.partnerships.checking.telling import url_of
from allcity.site.partnerships.models import CheckIn, Partnership, Round, Teacher, VoiceForm


def check_ins(user: User) -> Iterator[WorkItem]:
    """Each open round in which a place of the person's has not answered."""
    own = Membership.objects.filter(user=user, place__isnull=False).values("place")
    today = timezone.now().date()
    near = (today - CLOSES - timedelta(days=1), today + OPENS + timedelta(days=1))
    rounds = Round.objects.filter(closed_at=None, due_on__range=near).exclude(partnership__stage__in=Partnership.HIDDEN)
    waiting: Any = Q()
    for side, places in (("organization", "organizations"), ("school", "schools")):
        said = CheckIn.objects.filter(round=OuterRef("pk"), side=side, **{f"{side}__public_id__in": own})
        mine = Q(**{f"partnership__{places}__public_id__in": own, f"partnership__{places}__archived_at": None})
        waiting |= mine & ~Exists(said)
    found = rounds.filter(waiting).distinct().select_related("partnership__city").order_by("due_on", "pk")
    for one in found:
        if is_open(one, today_in(one.partnership.city)):
            yield WorkItem(
                title=_("Check in on %(partnership)s") % {"partnership": one.partnership},
                url=url_of(one.partnership),
                detail=_("Two minutes. The other side's answer shows once both have answered."),
                due_on=one.due_on,
                city=one.partnership.city,
                weight=30,
            )


def personal_data(user: User) -> dict[str, object]:
    """What the person said in check-ins, which teachers they named, and where they are named as a teacher themselves."""
    said = ("date", "progress", "communication", "recognizes", "helps", "hinders", "next_step", "serves", "before")
    return {
        "said": list(CheckIn.objects.filter(by=user).values("partnership__name", *said)),
        "teachers_asked": list(
            Teacher.objects.filter(asked_by=user).values("partnership__name", "school__name", "name", "asked_at")
        ),
        "teaches": list(
            Teacher.objects.filter(email__in=addresses_of(user)).values(
                "partnership__name", "school__name", "kind", "name", "email", "asked_at"
            )
        ),
        "student_forms": list(VoiceForm.objects.filter(made_by=user).values("partnership__name", "year", "made_at")),
    }
