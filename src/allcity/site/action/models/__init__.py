"""What people of a city examine, decide and do: answers, meetings, commitments, endorsements, briefs."""

from allcity.site.action.models.briefing import Brief
from allcity.site.action.models.committing import Change, Commitment, Milestone, Plan, PlanStrategy
from allcity.site.action.models.convening import (
    AgendaItem,
    Attendance,
    CalendarFeed,
    Decision,
    Invitee,
    PlanningSession,
    PollAnswer,
    PollDate,
    Series,
)
from allcity.site.action.models.endorsing import Endorsement
from allcity.site.action.models.examining import (
    AnswerLink,
    Evidence,
    QuestionReview,
    Rating,
    Respondent,
    SectionReview,
    SelfExamination,
)

__all__ = [
    "AgendaItem",
    "AnswerLink",
    "Attendance",
    "Brief",
    "CalendarFeed",
    "Change",
    "Commitment",
    "Decision",
    "Endorsement",
    "Evidence",
    "Invitee",
    "Milestone",
    "Plan",
    "PlanStrategy",
    "PlanningSession",
    "PollAnswer",
    "PollDate",
    "QuestionReview",
    "Rating",
    "Respondent",
    "SectionReview",
    "SelfExamination",
    "Series",
]
