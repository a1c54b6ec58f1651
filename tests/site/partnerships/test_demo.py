"""The demonstration's partnerships: one in every phase, in which its people have something to do, and only once."""

from pathlib import Path

import pytest
from tests.factories.site import holder
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import write_folder
from allcity.site.cities.models import Role
from allcity.site.directory.models import Organization, School
from allcity.site.exchange.domain import import_folder
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import work_of
from allcity.site.partnerships.demo import add_partnerships
from allcity.site.partnerships.models import Evaluation, Partnership, Readiness, Session
from allcity.site.partnerships.phases import Phase, phase_of

pytestmark = pytest.mark.django_db


def test_they_are_in_every_phase_and_made_once(tmp_path: Path) -> None:
    write_folder(tmp_path / "riverton", tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    city = import_folder(tmp_path / "riverton", is_public=True).city
    school, organization = School.objects.of(city).earliest("pk"), Organization.objects.of(city).earliest("pk")
    people = {
        "coordinator": holder(city, Role.COORDINATOR, first_name="Corinne", last_name="Coordinator"),
        "liaison": holder(city, Role.LIAISON, school.public_id, first_name="Lia", last_name="Liaison"),
        "manager": holder(city, Role.MANAGER, organization.public_id, first_name="Manuel", last_name="Manager"),
    }
    before = Partnership.objects.of(city).count()
    add_partnerships(city=city, **people)
    made = Partnership.objects.of(city).filter(events__isnull=False).distinct()
    phases = {phase_of(one, today_in(city)) for one in made}
    assert phases >= {Phase.PREPARED, Phase.AGREED, Phase.RUNNING, Phase.HANDED_OVER, Phase.DROPPED}
    assert set(Session.objects.values_list("account", "state")) == {
        ("organization", "held"), ("school", "held"), ("organization", "planned"),
    }  # fmt: skip
    assert Evaluation.objects.filter(decision="").exists(), "the two do not see it alike"
    assert Readiness.objects.filter(in_order=True).exists()
    count = Partnership.objects.of(city).count()
    assert count > before
    add_partnerships(city=city, **people)
    assert Partnership.objects.of(city).count() == count
    for who in ("liaison", "manager"):
        assert work_of(people[who], city=city), who
