"""The sample city's resources: two of its own with files, one that waits in the queue, and made once."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.factories.site import holder

from allcity.site.conversations.models import Case
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import demo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]


def test_the_sample_is_made_once(town, coordinator, django_capture_on_commit_callbacks):
    member = holder(town)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            demo.add(city=town, coordinator=coordinator, member=member)
    page = Client().get(reverse("city:resources", args=[town.slug]))
    assert len(page.context["resources"]) == 2
    assert all(shown.row.file for shown in page.context["resources"])
    assert Resource.objects.filter(state=Resource.State.SUGGESTED).count() == Case.objects.waiting().count() == 1
    assert not mail.outbox
