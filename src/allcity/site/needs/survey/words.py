"""How far a school is with the survey, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from allcity.site.needs.models import Survey
from allcity.site.needs.survey.queries import is_late

STATES = {
    "none": _("not begun"),
    "begun": _("begun"),
    "in": _("handed in"),
    "late": _("handed in late"),
    "nobody": _("nobody answers for it yet"),
}
"""What schools can be shown by."""


def state_of(survey: Survey, school: Any) -> str:
    """How far a school of the board is."""
    if school.submitted_at:
        return "late" if is_late(survey, school.submitted_at) else "in"
    return "begun" if school.begun_at else "none"
