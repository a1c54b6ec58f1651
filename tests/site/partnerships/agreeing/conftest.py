"""A town whose two sides agree that there is to be an agreement, and one that is written and can be signed."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.factories.site import holder, organization
from tests.site.needs.proposals.conftest import Town, town

from allcity.site.accounts.models import User
from allcity.site.cities.models import Role
from allcity.site.directory.models import Organization
from allcity.site.needs.models import Proposal
from allcity.site.needs.proposals import domain as proposing
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.queries import open_version
from allcity.site.partnerships.models import Agreement, Partnership, Setting
from allcity.site.partnerships.parties import parties

__all__ = ["town"]


@dataclass(frozen=True)
class Two:
    """What two sides agree on, with a rival organization that has no part in it."""

    town: Town
    proposal: Proposal
    partnership: Partnership
    rival: User
    rivals: Organization

    @property
    def now(self) -> Partnership:
        """The partnership as it is by now."""
        return Partnership.objects.get(pk=self.partnership.pk)

    @property
    def draft(self) -> Agreement:
        found = open_version(self.partnership)
        assert found is not None
        return found

    def user_of(self, side: str) -> User:
        return self.town.manager if side == "organization" else self.town.liaison

    def write(self, **values: object) -> None:
        """Write what nobody can sign without."""
        what = {"what": "Fiddles for the third grade.", "setting": Setting.IN_SCHOOL_HOURS, **values}
        domain.write_part(partnership=self.partnership, part="what", values=what, user=self.town.manager)
        if not self.partnership.goals.exists():
            domain.add_goal(partnership=self.partnership, user=self.town.liaison, goal="All play a tune by heart.")

    def put_up(self) -> Agreement:
        return domain.put_up(partnership=self.partnership, user=self.town.manager)

    def sign(self, *sides: str) -> None:
        """Sign for these sides, or for all that are there."""
        for party in parties(self.now):
            if not sides or party.side in sides:
                domain.sign(
                    partnership=self.partnership,
                    party=party,
                    user=self.user_of(party.side),
                    name=f"Somebody of {party.side}",
                    function="director",
                    fingerprint=self.draft.fingerprint,
                )

    def agree(self, **values: object) -> Partnership:
        """Have it written, put up and signed by all."""
        self.write(**values)
        self.put_up()
        self.sign()
        return self.now

    def since(self, days: int) -> Partnership:
        """Have it agreed, and begun so many days ago."""
        first = today_in(self.town.city) - timedelta(days=days)
        return self.agree(start_date=first, end_date=first + timedelta(days=300))


def agreed(town: Town) -> Proposal:
    """An offer to which both sides have agreed."""
    offer = town.offer(program=town.program)
    proposing.accept(proposal=offer, user=town.liaison)
    proposing.propose_next_step(
        proposal=offer, kind=Proposal.NextStep.AGREEMENT, on=today_in(town.city) + timedelta(days=3), user=town.manager
    )
    return proposing.agree_next_step(proposal=offer, user=town.liaison)


@pytest.fixture
def two(town: Town) -> Two:
    proposal = agreed(town)
    rivals = organization(town.city, "Rival Winds")
    return Two(
        town,
        proposal,
        domain.begin_partnership(proposal=proposal, user=town.manager),
        holder(town.city, Role.MANAGER, rivals.public_id),
        rivals,
    )
