"""The session of the sample city that took place."""

import pytest
from tests.factories.site import city, holder, organization, school

from allcity.site.action.meeting import demo
from allcity.site.action.meeting.queries import minutes_of
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db


def test_a_session_of_the_sample_took_place_and_its_minutes_are_sent_once():
    town = city()
    people = {
        "coordinator": holder(town, Role.COORDINATOR),
        "liaison": holder(town, Role.LIAISON, school(town).public_id),
        "manager": holder(town, Role.MANAGER, organization(town).public_id),
        "member": holder(town, Role.MEMBER),
    }
    demo.add(city=town, **people)
    demo.add(city=town, **people)
    session = PlanningSession.objects.get()
    assert session.state == "held"
    assert session.minutes_sent_at
    minutes = minutes_of(session, people["coordinator"])
    assert minutes.here.number == 5
    assert minutes.here.missing
    assert [bool(each.commitment) for each in minutes.all_decisions] == [True, True, False]
    assert minutes.silent.count(";") == 1
