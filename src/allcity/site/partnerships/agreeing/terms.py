"""What agreements begin with, and choose from: standards of music, who usually does what, terms on data and photos."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STANDARDS: Mapping[str, str | Promise] = {
    "MU:Cr1": _("have musical ideas"),
    "MU:Cr2": _("choose musical ideas and work them out"),
    "MU:Cr3": _("look at own music again, improve it and show it"),
    "MU:Pr4": _("choose music, understand it and find an own way to play or sing it"),
    "MU:Pr5": _("rehearse and improve"),
    "MU:Pr6": _("perform for others, as the music and the place ask for"),
    "MU:Re7": _("choose music to listen to, and hear how it is made"),
    "MU:Re8": _("find out what music means to say"),
    "MU:Re9": _("judge music by reasons"),
    "MU:Cn10": _("bring own life and experience into music"),
    "MU:Cn11": _("connect music with other arts, with history and with the life of a place"),
}
"""Process components of the National Core Arts Standards for music (2014) by code, each in words of our own."""

TEACHING_ARTIST = _("Prepares and leads the sessions, and tells the teachers what comes next.")
MUSIC_TEACHER = _("Links the sessions with the school's own music lessons, and says what the students need next.")
CLASSROOM_TEACHER = _("Is there during sessions in school hours, knows the students, and carries on between sessions.")
HAND_OVER = _(
    "When it ends, both say three months before what goes on and who carries it: what the teachers can do by themselves, "
    "which instruments and materials stay, and where the students can go on with music."
)
DATA_TERMS = _(
    "We write down the day, hours and number of students of each session, and how many students stand where with a goal. "
    "We write down no student's name, grades or circumstances. Lists with names that the school keeps stay at the school."
)
PHOTO_TERMS = _(
    "Nobody photographs, records or films students without the written consent of their families, which the school keeps. "
    "What is shown names no student. Whoever takes consent back is taken out."
)


def standard_words(code: str) -> str:
    """A standard in words after its code; the city's own as it was written."""
    return f"{code}: {STANDARDS[code]}" if code in STANDARDS else code
