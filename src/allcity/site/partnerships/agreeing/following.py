"""What follows on an offer or request to which both sides agree: its agreement."""

from collections.abc import Iterator

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.cities.rules import Person
from allcity.site.needs.models import Proposal
from allcity.site.needs.proposals.following import Following
from allcity.site.needs.proposals.queries import sides_of
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.models import Partnership


def agreement(proposal: Proposal, user: Person) -> Iterator[Following]:
    """The partnership that was begun from it, or else the step that begins one."""
    begun = Partnership.objects.filter(proposal=proposal).first()
    if begun:
        yield Following(_("Go to the partnership"), url_of(begun), is_begun=True)
    elif proposal.state == Proposal.State.AGREED and (
        sides_of(proposal, user) or rules.has_perm("partnerships.begin", user, proposal.city)
    ):
        url = reverse("city:partnership-begin-from", args=[proposal.city.slug, proposal.public_id])
        yield Following(_("Write the agreement"), url)
