"""What is read of notices."""

from django.db.models import Exists, OuterRef, QuerySet

from allcity.site.accounts.models import User
from allcity.site.notices.kinds import Delivery, kinds
from allcity.site.notices.models import EVERY_KIND, Notice, Preference
from allcity.site.notices.visibility import visible


def notices_of(user: User) -> QuerySet[Notice]:
    """Every notice of a person, the newest first, whether they may still see what it tells of or not.

    Of kinds that are no longer in the catalogue nothing can be said.
    """
    return Notice.objects.filter(user=user, kind__in=kinds()).select_related("city")


def unread_of(user: User) -> list[Notice]:
    """What the person has not read, the newest first, of what they may see now."""
    return visible(user, notices_of(user).filter(read_at=None))


def deliveries_of(user: User) -> dict[str, Delivery]:
    """How the person hears of each kind: as chosen for it, as chosen for every kind, or as the catalogue has it."""
    chosen = {each.kind: Delivery(each.delivery) for each in Preference.objects.filter(user=user)}
    every = chosen.get(EVERY_KIND)
    return {kind.id: chosen.get(kind.id) or every or kind.delivery for kind in kinds().values()}


def to_mail(user: User) -> QuerySet[Notice]:
    """What the person's next daily mail holds: what is as yet unread and unsent, of the kinds they want in it."""
    wanted = [kind for kind, delivery in deliveries_of(user).items() if delivery == Delivery.DIGEST]
    return notices_of(user).filter(kind__in=wanted, mailed_at=None, read_at=None)


def people_with_news() -> QuerySet[User]:
    """Everybody who has a notice that was neither read nor sent."""
    news = Notice.objects.filter(user=OuterRef("pk"), mailed_at=None, read_at=None)
    return User.objects.filter(Exists(news), is_active=True)


def personal_data(user: User) -> dict[str, object]:
    """The person's notices, and how they want to hear."""
    return {
        "notices": [
            {
                "says": str(notice),
                "city": notice.city and notice.city.display_name(),
                "at": notice.created_at,
                "read": notice.read_at,
            }
            for notice in notices_of(user)
        ],
        "preferences": list(user.notice_preferences.values("kind", "delivery")),
    }
