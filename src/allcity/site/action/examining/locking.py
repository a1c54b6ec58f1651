"""One self-examination at a time."""

from allcity.site.action.models import SelfExamination


def locked(examination: SelfExamination) -> SelfExamination:
    """The self-examination as it is now, so that nobody else changes it meanwhile."""
    rows = SelfExamination.objects.select_for_update(of=("self",)).select_related("city")
    found: SelfExamination = rows.get(pk=examination.pk)
    return found
