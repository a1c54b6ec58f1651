"""The sample city's endorsements: made once, quickly, without mail, and nothing of them waits in the queue."""

import pytest
from django.core import mail
from tests.factories.site import city, holder, organization, school

from allcity.site.action.endorsing import demo, queries
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import Role
from allcity.site.conversations.models import Case

pytestmark = pytest.mark.django_db


def test_the_sample_is_made_once(django_capture_on_commit_callbacks):
    town = city()
    people = {
        "coordinator": holder(town, Role.COORDINATOR),
        "liaison": holder(town, Role.LIAISON, school(town).public_id),
        "manager": holder(town, Role.MANAGER, organization(town).public_id),
        "member": holder(town),
    }
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            demo.add(city=town, **people)
    assert Endorsement.objects.standing().count() == queries.counts(town).total
    assert queries.named(town).count() == 4
    assert not Case.objects.exists()
    assert not mail.outbox
