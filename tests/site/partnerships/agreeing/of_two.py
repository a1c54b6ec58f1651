"""What tests of agreements ask: how far it is, who is in it, and what people are told and have to do."""

from tests.site.partnerships.agreeing.conftest import Two

from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.parties import Party, parties
from allcity.site.partnerships.phases import Phase, phase_of


def phase(two: Two) -> Phase:
    return phase_of(two.now, today_in(two.town.city))


def party(two: Two, side: str) -> Party:
    return next(each for each in parties(two.now) if each.side == side)


def kinds(user: object) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def work(user: object) -> list[str]:
    return [str(item.title) for item in work_of(user)]  # type: ignore[arg-type] # a user
