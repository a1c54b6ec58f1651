"""What a new version of an agreement moves elsewhere: when a year is looked back on."""

from datetime import timedelta

import pytest
from tests.site.partnerships.agreeing.conftest import Two

from allcity.analysis.city import year_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.evaluating import domain as evaluating
from allcity.site.partnerships.evaluating import queries
from allcity.site.partnerships.models import Evaluation

pytestmark = pytest.mark.django_db


def test_a_renewal_moves_the_day_and_asks_again(two: Two) -> None:
    today = today_in(two.town.city)
    first = today - timedelta(days=40)
    two.agree(start_date=first, end_date=today + timedelta(days=1))
    year = year_of(today)
    evaluating.open_evaluation(partnership=two.now, year=year)
    Evaluation.objects.update(told="due")
    before = Evaluation.objects.get().due_on
    domain.begin_version(partnership=two.partnership, user=two.town.liaison)
    domain.write_part(
        partnership=two.partnership, part="what", user=two.town.liaison,
        values={"start_date": today, "end_date": today + timedelta(days=600)},
    )  # fmt: skip
    assert Evaluation.objects.get().due_on == before
    two.put_up()
    two.sign()
    evaluation = Evaluation.objects.get()
    assert evaluation.due_on == queries.due_on(two.now, year)
    assert evaluation.due_on > before
    assert evaluation.told == ""
