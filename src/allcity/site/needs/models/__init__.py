"""What schools have and need: what they say in the yearly survey, what families want, and who could answer it."""

from allcity.site.needs.models.families import FamilyForm, WaitingCount
from allcity.site.needs.models.letters import Letter
from allcity.site.needs.models.matches import Match, News, Unmatched
from allcity.site.needs.models.proposals import Bring, Proposal, ProposalQuerySet, ProposalStep, Side
from allcity.site.needs.models.records import BY_PLACE, PRESSING_FIRST, Answer, Baseline, Need
from allcity.site.needs.models.survey import Handover, Reminder, Reply, Said, Survey

__all__ = [
    "BY_PLACE",
    "PRESSING_FIRST",
    "Answer",
    "Baseline",
    "Bring",
    "FamilyForm",
    "Handover",
    "Letter",
    "Match",
    "Need",
    "News",
    "Proposal",
    "ProposalQuerySet",
    "ProposalStep",
    "Reminder",
    "Reply",
    "Said",
    "Side",
    "Survey",
    "Unmatched",
    "WaitingCount",
]
