"""The sessions of the sample city."""

import pytest
from tests.factories.site import city, holder, organization, school

from allcity.site.action.convening import demo, queries
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db


def test_the_sample_has_sessions_of_every_kind_once():
    town = city()
    people = {
        "coordinator": holder(town, Role.COORDINATOR),
        "liaison": holder(town, Role.LIAISON, school(town).public_id),
        "manager": holder(town, Role.MANAGER, organization(town).public_id),
        "member": holder(town, Role.MEMBER),
    }
    demo.add(city=town, **people)
    demo.add(city=town, **people)
    sessions = {each.state: each for each in PlanningSession.objects.of(town)}
    assert PlanningSession.objects.count() == 4
    assert set(sessions) == {"draft", "poll", "called", "cancelled"}
    places = queries.places_of(sessions["called"])
    assert (places.coming, places.waiting) == (5, 1)
    assert queries.poll_of(sessions["poll"]).best
    # Whoever has an account is one person among those who are asked.
    assert Invitee.objects.filter(session=sessions["called"]).count() == 8
