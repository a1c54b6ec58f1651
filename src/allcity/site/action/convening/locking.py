"""One planning session at a time: whoever changes it or takes a place there does so alone."""

from allcity.site.action.models import PlanningSession


def locked(session: PlanningSession) -> PlanningSession:
    """The session as it is now, so that nobody else changes it or takes a place meanwhile."""
    rows = PlanningSession.objects.select_for_update(of=("self",)).select_related("city", "thread", "series")
    found: PlanningSession = rows.get(pk=session.pk)
    return found
