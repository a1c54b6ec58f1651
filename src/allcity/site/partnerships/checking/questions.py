"""What is asked in check-ins, of students' growth, and of the students themselves, each with four levels in words.

The framework's scales are about how many and how firmly; these are about how far and how well, so that the words are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

STUDENTS = "students"
"""The participants of the Declaration of whom growth and voice are counted."""

PROGRESS: Mapping[int, Any] = {
    1: _("not begun"),
    2: _("begun"),
    3: _("well on the way"),
    4: _("reached"),
}
COMMUNICATION: Mapping[int, Any] = {
    1: _("we hardly hear from each other"),
    2: _("now and then, when something must be settled"),
    3: _("regularly, and both are heard"),
    4: _("openly, also when something is hard"),
}
GROWTH: Mapping[int, Any] = {
    1: _("not yet"),
    2: _("beginning"),
    3: _("well"),
    4: _("beyond it"),
}
"""How far a student has come on a goal."""


@dataclass(frozen=True)
class Question:
    """A question to students. `about` names it where answers are shown; `faces` where the levels go from sad to glad."""

    id: str
    text: Any
    about: Any
    levels: Mapping[int, Any]
    faces: bool = True


_HOW_MUCH: Mapping[int, Any] = {1: _("No"), 2: _("A little"), 3: _("Mostly"), 4: _("Very much")}
VOICE: tuple[Question, ...] = (
    Question("belonging", _("Do you feel that you belong here?"), _("Belonging"), _HOW_MUCH),
    Question("heard", _("Do the adults here listen to you?"), _("Being heard"), _HOW_MUCH),
    Question(
        "valued", _("Does your music matter to people in our city?"), _("Being valued in the city's life"), _HOW_MUCH
    ),
    Question(
        "students_heard",
        _("Did anybody ask what you think of this, and did something change?"),
        _("Asked, and what came of it"),
        {
            1: _("Nobody asked us"),
            2: _("Some of us were asked"),
            3: _("We could all say what we think"),
            4: _("Something changed because of what we said"),
        },
        faces=False,
    ),
)
"""The last is the criterion of the framework of that id; its levels are the criterion's, in simple words."""
_MOUTHS: Mapping[int, tuple[float, float]] = {1: (17, 12), 2: (15.5, 15.5), 3: (14.5, 18), 4: (14, 21)}
"""How high its corners are, and the point towards which it bends."""


def face(level: int) -> SafeString:
    """A face from sad to glad as a drawing, beside the words and never in their place."""
    corners, bend = _MOUTHS[level]
    return format_html(
        '<svg class="face" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">'
        '<circle cx="12" cy="12" r="10"/><circle class="eye" cx="8.5" cy="9.5" r="1.3"/>'
        '<circle class="eye" cx="15.5" cy="9.5" r="1.3"/><path d="M7 {} Q12 {} 17 {}"/></svg>',
        corners,
        bend,
        corners,
    )
