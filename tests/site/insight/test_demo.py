"""People of the demonstration."""

import pytest
from allauth.account.models import EmailAddress
from tests.factories import directory
from tests.factories.site import city as made_city
from tests.factories.site import person

from allcity.site.insight.demo import add_people

pytestmark = pytest.mark.django_db


def test_their_mail_addresses_count_as_confirmed_also_where_they_were_made_before():
    city, somebody = made_city(), person()
    directory.school(city)
    directory.program(directory.organization(city, somebody), somebody)
    people = add_people(city=city)
    EmailAddress.objects.all().delete()
    assert add_people(city=city) == people
    confirmed = EmailAddress.objects.filter(verified=True, primary=True).values_list("email", flat=True)
    assert sorted(confirmed) == sorted(user.email for user in people)
