"""The list that a city can begin with. Its months are assumptions of ours: each city puts those of its own law and policy."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.partnerships.models import Requirement

Kind = Requirement.Kind


@dataclass(frozen=True)
class Usual:
    kind: Requirement.Kind
    title: str | Promise
    months: int | None


USUAL: tuple[Usual, ...] = (
    Usual(Kind.CLEARANCE, _("State background clearance"), 60),
    Usual(Kind.CLEARANCE, _("Federal background clearance"), 60),
    Usual(Kind.TRAINING, _("Child-protection training"), 24),
    Usual(Kind.INSURANCE, _("Liability insurance"), 12),
    Usual(Kind.DATA, _("Data terms accepted"), None),
    Usual(Kind.PHOTO, _("Photo terms accepted"), None),
)
