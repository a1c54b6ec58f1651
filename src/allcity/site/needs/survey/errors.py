"""Why an answer is not taken."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class SurveyClosedError(ValidationError):
    """The survey takes no answers any more."""

    def __init__(self) -> None:
        super().__init__(_("The survey is closed, so that nothing was saved."))
