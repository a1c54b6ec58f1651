"""What the school, its partners and coordinators are told of reviews. No notice says what the screen found."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Review
from allcity.site.partnerships.parties import people_of
from allcity.site.partnerships.reviewing.queries import told as told_of

ASKED = register(
    Kind(
        "review-asked",
        _("Your city's coordinator has a question on a school's own music beside its partners"),
        _("The coordinator asks %(place)s about the own music of %(school)s: %(words)s"),
        Delivery.AT_ONCE,
    )
)
ANSWERED = register(
    Kind(
        "review-answered",
        _("Somebody answers your question on a school's own music"),
        _("%(place)s has answered on the own music of %(school)s."),
    )
)
DECIDED = register(
    Kind(
        "review-decided",
        _("A question on a school's own music was shared, or closed"),
        _("The coordinator has looked at the answers on the own music of %(school)s. See what became of it."),
    )
)
_WORDS = 300


def url_of(review: Review) -> str:
    """The path of a review's page."""
    return reverse("city:review", args=[review.city.slug, review.school.slug, review.year])


def tell_asked(review: Review, *, kind: Kind, but: User) -> None:
    """Tell whoever speaks for the school, and for a partner once it is shared. `but` did it themselves, and knows."""
    told = {but.pk}
    for party in told_of(review):
        for user in people_of(party):
            if user.pk not in told:
                told.add(user.pk)
                _tell(user, kind, review, place=party.name)


def tell_coordinators(review: Review, *, place: str, but: User) -> None:
    """Tell the city's coordinators that somebody answered."""
    for user in coordinators_of(review.city):
        if user != but:
            _tell(user, ANSWERED, review, place=place)


def _tell(user: User, kind: Kind, review: Review, *, place: str) -> None:
    values = {"place": place, "school": str(review.school), "words": Truncator(review.words).chars(_WORDS)}
    notify(
        user=user, kind=kind, city=review.city, values=values, url=in_language(url_of(review), "en"),
        due_on=review.due_on if kind == ASKED else None,
    )  # fmt: skip
