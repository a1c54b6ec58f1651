"""Who looks after no party any more is not told of a partnership."""

from allcity.site.accounts.models import User
from allcity.site.cities.people.domain import leave_city
from allcity.site.notices.queries import unread_of


def kinds(user: User) -> set[str]:
    return {notice.kind for notice in unread_of(User.objects.get(pk=user.pk)) if not notice.kind.startswith("proposal")}


def test_what_is_to_be_signed_is_told_as_long_as_somebody_is_to_sign(two):
    two.write()
    two.put_up()
    assert "agreement-to-sign" in kinds(two.town.liaison)
    leave_city(city=two.town.city, user=two.town.liaison)
    assert kinds(two.town.liaison) == set()
    two.sign("organization")
    assert kinds(two.rival) == set()


def test_all_is_gone_with_the_partnership(two):
    two.write()
    two.put_up()
    two.partnership.delete()
    assert not any(kind.startswith("agreement") for kind in kinds(two.town.liaison))
