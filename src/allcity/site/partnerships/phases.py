"""How far a partnership is: its phases with the labels that everybody reads, and which steps lead from one to another."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.partnerships.models import Partnership


class Phase(models.TextChoices):
    """In the order in which a partnership goes through them."""

    PREPARED = "prepared", _("being prepared")
    AGREED = "agreed", _("agreed, not yet begun")
    RUNNING = "running", _("under way")
    LOOKING_BACK = "looking_back", _("being looked back on")
    HANDED_OVER = "handed_over", _("carried on by the school")
    ENDED = "ended", _("ended")
    DROPPED = "dropped", _("not begun")


@dataclass(frozen=True)
class Transition:
    """A step from one phase to another. `by_day` is true where nobody makes it but the day that comes."""

    name: str
    label: str | Promise
    before: tuple[Phase, ...]
    after: Phase
    by_day: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition("sign", _("All have signed the agreement"), (Phase.PREPARED,), Phase.AGREED),
    Transition("drop", _("Not go on with it"), (Phase.PREPARED, Phase.AGREED), Phase.DROPPED),
    Transition("change", _("All have signed a new version before it begins"), (Phase.AGREED,), Phase.AGREED),
    Transition("begin", _("The first day comes"), (Phase.AGREED,), Phase.RUNNING, by_day=True),
    Transition("look_back", _("The planned last day has passed"), (Phase.RUNNING,), Phase.LOOKING_BACK, by_day=True),
    Transition("renew", _("All have signed a new version"), (Phase.RUNNING, Phase.LOOKING_BACK), Phase.RUNNING),
    Transition("hand_over", _("Hand it over to the school"), (Phase.RUNNING, Phase.LOOKING_BACK), Phase.HANDED_OVER),
    Transition("end", _("End it"), (Phase.RUNNING, Phase.LOOKING_BACK), Phase.ENDED),
)
"""Every way from one phase to another; there is none other."""

OPEN = (Phase.PREPARED, Phase.AGREED, Phase.RUNNING, Phase.LOOKING_BACK)
"""Phases in which something is still to come."""


def phase_of(partnership: Partnership, today: date) -> Phase:
    """The phase of a partnership on a day: by its stage where it has one, else by its days."""
    stage = Partnership.Stage
    if partnership.stage in (stage.DRAFT, stage.DROPPED):
        return Phase.PREPARED if partnership.stage == stage.DRAFT else Phase.DROPPED
    if partnership.end_date and partnership.end_date < today:
        return Phase.HANDED_OVER if partnership.stage == stage.HANDED_OVER else Phase.ENDED
    if partnership.start_date > today:
        return Phase.AGREED
    if partnership.planned_end_date and partnership.planned_end_date < today and not partnership.end_date:
        return Phase.LOOKING_BACK
    return Phase.RUNNING
