"""Who looks after neither side any more is not told of a proposal, on the site or by mail."""

from django.core import mail

from allcity.site.accounts.models import User
from allcity.site.cities.models import Membership
from allcity.site.cities.people.domain import leave_city
from allcity.site.notices import tasks
from allcity.site.notices.models import Notice
from allcity.site.notices.queries import unread_of


def told(user: User) -> list[str]:
    """The kinds of what the person is told of proposals; the conversation of one is told of by itself."""
    return [notice.kind for notice in unread_of(User.objects.get(pk=user.pk)) if notice.kind.startswith("proposal")]


def test_the_side_that_is_asked_is_told_as_long_as_it_is_theirs(town):
    town.offer()
    assert told(town.liaison) == ["proposal"]
    leave_city(city=town.city, user=town.liaison)
    assert not unread_of(User.objects.get(pk=town.liaison.pk))
    mail.outbox.clear()
    Notice.objects.update(mailed_at=None)
    tasks.mail_digests.enqueue()
    assert not [message for message in mail.outbox if message.to == [town.liaison.email]]


def test_a_proposal_that_is_gone_is_not_told_of(town):
    town.offer().delete()
    assert Notice.objects.filter(user=town.liaison).exists()
    assert not told(town.liaison)


def test_a_liaison_of_another_school_sees_nothing_of_it(town):
    town.offer()
    Membership.objects.filter(user=town.liaison).update(place=town.organization.public_id, role="manager")
    assert told(town.liaison), "the other side is still one of the two"
    Membership.objects.filter(user=town.liaison).update(place=None, role="member")
    assert not told(town.liaison)
