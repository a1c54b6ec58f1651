"""Partnerships: what was agreed, given, said of it, and made of it."""

from allcity.site.partnerships.models.agreeing import Event, Readiness, Requirement, Side, Signature
from allcity.site.partnerships.models.checking import Round, Teacher, VoiceCount, VoiceForm
from allcity.site.partnerships.models.delivering import Schedule, Session
from allcity.site.partnerships.models.evaluating import Answer, Evaluation, Review, View
from allcity.site.partnerships.models.records import Agreement, CheckIn, Delivery, Goal, Partnership, Setting

__all__ = [
    "Agreement",
    "Answer",
    "CheckIn",
    "Delivery",
    "Evaluation",
    "Event",
    "Goal",
    "Partnership",
    "Readiness",
    "Requirement",
    "Review",
    "Round",
    "Schedule",
    "Session",
    "Setting",
    "Side",
    "Signature",
    "Teacher",
    "View",
    "VoiceCount",
    "VoiceForm",
]
