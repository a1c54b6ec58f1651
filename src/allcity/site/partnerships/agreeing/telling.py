"""What parties are told of their agreements and of how a partnership goes on. No notice holds the name of a person."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Partnership
from allcity.site.partnerships.parties import Party, parties, people_of

BEGUN = register(
    Kind(
        "agreement-begun",
        _("An agreement with your school or organization is being written"),
        _("“%(name)s”: an agreement is being written. Read what stands there, and add what %(place)s wants."),
        Delivery.AT_ONCE,
    )
)
TO_SIGN = register(
    Kind(
        "agreement-to-sign",
        _("An agreement is ready to be signed"),
        _("“%(name)s”: the agreement is ready. Read it, and sign it for %(place)s or take it back to change it."),
        Delivery.AT_ONCE,
    )
)
TAKEN_BACK = register(
    Kind(
        "agreement-taken-back",
        _("An agreement was taken back to be changed"),
        _("“%(name)s”: the agreement was taken back to be changed. What was signed of it does not count any more."),
        Delivery.AT_ONCE,
    )
)
SIGNED = register(
    Kind(
        "agreement-signed",
        _("All have signed an agreement"),
        _("“%(name)s”: all have signed. The agreement holds, also for %(place)s."),
        Delivery.AT_ONCE,
    )
)
WITHDRAWN = register(
    Kind(
        "agreement-withdrawn",
        _("A new version of an agreement was put aside"),
        _("“%(name)s”: the new version was put aside. What %(place)s signed before holds on."),
    )
)
DROPPED = register(
    Kind(
        "partnership-dropped",
        _("A partnership is not begun"),
        _("“%(name)s” is not begun. What was written of it is kept for %(place)s to read."),
        Delivery.AT_ONCE,
    )
)
ENDED = register(
    Kind(
        "partnership-ended",
        _("A partnership has ended"),
        _("“%(name)s” has ended. Its page tells %(place)s why."),
        Delivery.AT_ONCE,
    )
)
HANDED_OVER = register(
    Kind(
        "partnership-handed-over",
        _("A partnership is carried on by the school"),
        _("“%(name)s” is carried on by the school itself. Its page tells %(place)s what stays."),
        Delivery.AT_ONCE,
    )
)
LEFT = register(
    Kind(
        "partnership-left",
        _("Somebody has left a partnership of yours"),
        _("“%(name)s” goes on without one of its parties. Its page tells %(place)s who goes on."),
        Delivery.AT_ONCE,
    )
)
JOINED = register(
    Kind(
        "partnership-joined",
        _("Your school or organization was added to an agreement that is being written"),
        _("“%(name)s”: %(place)s was added to the agreement that is being written. Read it before it is signed."),
        Delivery.AT_ONCE,
    )
)

NOT_JOINED = register(
    Kind(
        "partnership-not-joined",
        _("A version by which your school or organization was to join a partnership was put aside"),
        _("“%(name)s”: the version by which %(place)s was to join was put aside. You need do nothing."),
    )
)
DECLINED = register(
    Kind(
        "partnership-declined",
        _("Somebody does not join a partnership of yours"),
        _("“%(name)s”: somebody who was to join does not. %(place)s can read the agreement again and put it up anew."),
        Delivery.AT_ONCE,
    )
)
MERGED = register(
    Kind(
        "agreement-merged",
        _("Two parties of an agreement that waits for signatures have become one"),
        _("“%(name)s”: two of its parties are one now. See who still has to sign, beside %(place)s."),
    )
)


def url_of(partnership: Partnership, page: str = "partnership") -> str:
    """The path of a page of a partnership."""
    return reverse(f"city:{page}", args=[partnership.city.slug, partnership.public_id])


def tell(
    partnership: Partnership,
    kind: Kind,
    *,
    among: list[Party] | None = None,
    but: User | None = None,
    page: str = "partnership",
) -> None:
    """Tell whoever speaks for each party, each person once. `but` did it themselves, and knows."""
    told = {but}
    for party in parties(partnership) if among is None else among:
        for user in people_of(party):
            if user in told:
                continue
            told.add(user)
            notify(
                user=user,
                kind=kind,
                city=partnership.city,
                values={"name": partnership.name, "place": party.name},
                url=in_language(url_of(partnership, page), "en"),
            )
