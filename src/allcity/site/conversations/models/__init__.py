"""Threads, what people write in them, and the queue in which contributions of the public are moderated."""

from allcity.site.conversations.models.moderation import Case, Decision, Report
from allcity.site.conversations.models.threads import Party, Post, PostQuerySet, Reading, Thread, ThreadQuerySet

__all__ = [
    "Case",
    "Decision",
    "Party",
    "Post",
    "PostQuerySet",
    "Reading",
    "Report",
    "Thread",
    "ThreadQuerySet",
]
