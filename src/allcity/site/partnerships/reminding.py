"""What would have been said to parties that nobody looks after: coordinators are told of all of it together, once a day."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Partnership

UNATTENDED = register(
    Kind(
        "partnerships-unattended",
        _("Something is due in partnerships of schools or organizations that nobody looks after"),
        _(
            "Nobody looks after schools or organizations in partnerships in which something is due (%(number)s). "
            "Answer for them, or invite somebody who will."
        ),
    )
)


class Unattended:
    """Partnerships of which somebody was to be reminded, and nobody was there. An import may bring hundreds."""

    def __init__(self) -> None:
        self._of_city: dict[City, set[int]] = defaultdict(set)

    def note(self, partnership: Partnership) -> None:
        """Keep one in mind."""
        self._of_city[partnership.city].add(partnership.pk)

    def tell(self) -> None:
        """Tell the coordinators of each city how many there are."""
        for city, partnerships in self._of_city.items():
            url = reverse("city:my-partnerships", args=[city.slug])
            for user in coordinators_of(city):
                values = {"number": len(partnerships)}
                notify(user=user, kind=UNATTENDED, city=city, values=values, url=in_language(url, "en"))
