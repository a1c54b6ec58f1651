"""What schools have and need: what they say in the yearly survey, what families want, and who could answer it."""

from allcity.site.needs.models.families import FamilyForm, WaitingCount
from allcity.site.needs.models.matches import Match, News, Unmatched
from allcity.site.needs.models.records import Answer, Baseline, Need
from allcity.site.needs.models.survey import Handover, Reminder, Reply, Said, Survey

__all__ = [
    "Answer",
    "Baseline",
    "FamilyForm",
    "Handover",
    "Match",
    "Need",
    "News",
    "Reminder",
    "Reply",
    "Said",
    "Survey",
    "Unmatched",
    "WaitingCount",
]
