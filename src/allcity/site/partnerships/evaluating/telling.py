"""What parties are told of looking back together. No notice holds a figure or the name of a person."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.needs.proposals.queries import attended
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language
from allcity.site.partnerships.models import Evaluation
from allcity.site.partnerships.parties import Party, parties, people_of

DUE = register(
    Kind(
        "evaluation-due",
        _("It is time to look back on a partnership together"),
        _("“%(name)s”: read with the other side what came of %(year)s, and say what %(place)s wishes to come next."),
    )
)
SAID = register(
    Kind(
        "evaluation-said",
        _("The other side has said how it sees a partnership"),
        _("“%(name)s”: another party has said how it sees %(year)s. Say how %(place)s sees it."),
    )
)
DECIDED = register(
    Kind(
        "evaluation-decided",
        _("All parties of a partnership wish the same"),
        _("“%(name)s”: all wish the same after %(year)s. Its page tells %(place)s what comes next."),
        Delivery.AT_ONCE,
    )
)


def url_of(evaluation: Evaluation) -> str:
    """The path of the page on which a school year is looked back on."""
    partnership = evaluation.partnership
    path = reverse("city:partnership-evaluation", args=[partnership.city.slug, partnership.public_id])
    return f"{path}?year={evaluation.year}"


def tell(
    evaluation: Evaluation,
    kind: Kind,
    *,
    among: Iterable[Party] | None = None,
    but: User | None = None,
    due_on: date | None = None,
) -> None:
    """Tell whoever looks after some parties, or all; each person once. Parties that nobody looks after wait for somebody."""
    partnership = evaluation.partnership
    found = [party for party in (parties(partnership) if among is None else among) if party.is_there]
    there = attended(party.place for party in found)
    told = {but}
    for party in found:
        for user in people_of(party) if party.public_id in there else ():
            if user not in told:
                told.add(user)
                notify(
                    user=user,
                    kind=kind,
                    city=partnership.city,
                    values={"name": partnership.name, "place": party.name, "year": year_name(evaluation.year)},
                    url=in_language(url_of(evaluation), "en"),
                    due_on=due_on,
                )
