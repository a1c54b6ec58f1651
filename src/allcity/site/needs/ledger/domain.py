"""What is done to needs: they are stated, changed, and moved from state to state. None is ever lost: it is closed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City, public_id
from allcity.site.directory.domain import free_name, source_of_people, without_what_others_changed
from allcity.site.needs.models import Need
from allcity.site.needs.survey.questions import MOST_COUNTED
from allcity.site.needs.survey.sheet import students_of

REASONS = {
    "met": gettext_lazy("what was asked for was given"),
    "not_needed": gettext_lazy("no longer needed"),
    "ended": gettext_lazy("an offer or agreement ended"),
    "needed_again": gettext_lazy("needed again"),
    "mistake": gettext_lazy("it was a mistake"),
    "other": gettext_lazy("another reason"),
}
"""Why somebody moves a need by hand."""
MOST_WORDS = 80
_State = Need.State
NEXT: Mapping[str, tuple[str, ...]] = {
    _State.STATED: (_State.OFFERED, _State.AGREED, _State.DELIVERING, _State.CLOSED),
    _State.OFFERED: (_State.STATED, _State.AGREED, _State.DELIVERING, _State.CLOSED),
    _State.AGREED: (_State.STATED, _State.OFFERED, _State.DELIVERING, _State.CLOSED),
    _State.DELIVERING: (_State.STATED, _State.AGREED, _State.CLOSED),
    _State.CLOSED: (_State.STATED,),
}
"""The states to which a need can go on or back from each."""


def reason_of(code: str, words: str = "") -> str:
    """A reason of the closed list, and somebody's own words, as a need's history keeps them."""
    words = " ".join(words.split())[:MOST_WORDS]
    return f"{code}: {words}" if words else code


@transaction.atomic
def add_need(*, city: City, values: Mapping[str, Any], user: User) -> Need:
    """State a need. `values` are by field of the model; the unit is that of the contribution.

    Raises ValidationError by field.
    """
    city = City.objects.select_for_update().get(pk=city.pk)
    need = Need(city=city, state=Need.State.STATED)
    _write(need, values)
    who = need.school or need.district
    used = set(Need.objects.of(city).values_list("key", flat=True))
    need.key = free_name(f"{who.key if who else ''} {need.contribution} {need.year}", used, otherwise=Need.TABLE)
    need.public_id = public_id(city.slug, Need.TABLE, need.key)
    return _save(need, user)


@transaction.atomic
def change_need(
    *, need: Need, values: Mapping[str, Any], user: User, version: int | None = None, seen: int | None = None
) -> Need:
    """Write what somebody says of a need. `version` and `seen` are as in `directory.domain.change_record`.

    Raises EditConflictError, and ValidationError by field.
    """
    found = _locked(need)
    if version is not None:
        values = without_what_others_changed(found, values, version=version, seen=seen)
    _write(found, values)
    return _save(found, user)


@transaction.atomic
def move_need(*, need: Need, state: str, user: User | None, reason: str = "") -> Need:
    """Move a need to a state; one that is there already stays as it is. Closing and reopening take a reason.

    Raises ValidationError where it cannot go there from where it is.
    """
    found = _locked(need)
    if found.state == state:
        return found
    if state not in NEXT[found.state]:
        raise ValidationError(_("It cannot go from “%(now)s” to “%(next)s”.") % {
            "now": found.get_state_display(), "next": dict(Need.State.choices).get(state, state)
        })  # fmt: skip
    if Need.State.CLOSED in (state, found.state) and not reason:
        raise ValidationError(_("Say why."))
    found.state = state
    found._change_reason = reason  # type: ignore[attr-defined] # simple-history reads it there
    return _save(found, user)


def _write(need: Need, values: Mapping[str, Any]) -> None:
    contributions = need.city.settings.framework.contributions
    for name, value in values.items():
        setattr(need, name, value)
    errors: dict[str, Any] = {}
    if need.school and need.district:
        errors["district"] = _("A need is a school's or a district's own. Leave one of the two empty.")
    elif not need.school and not need.district:
        errors["school"] = _("Say whose need it is.")
    if "contribution" in values:
        if need.contribution in contributions:
            need.unit = contributions[need.contribution].unit
        else:
            errors["contribution"] = _("Choose one of the contributions that the city uses.")
    if need.amount is not None and need.amount <= 0:
        errors["amount"] = _("Write a number above 0, or leave it empty if nobody knows.")
    elif need.amount is not None and need.amount > MOST_COUNTED:
        errors["amount"] = _("That is more than can be. Write at most %(most)s.") % {
            "most": number_format(MOST_COUNTED)
        }
    elif need.amount and need.school and need.unit == Need.Unit.STUDENTS and not errors:
        most = students_of(need.school, need.year)
        if most is not None and need.amount > most:
            errors["amount"] = _("The school has %(number)s students. Write at most as many.") % {"number": most}
    if errors:
        raise ValidationError(errors)
    need.clean_fields(exclude={field.name for field in need._meta.fields} - set(values))


def _locked(need: Need) -> Need:
    found: Need = Need.objects.select_for_update().get(pk=need.pk)
    return found


def _save(need: Need, user: User | None) -> Need:
    need.source, need.as_of = source_of_people(need.city, Need.TABLE), timezone.localdate()
    need._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
    need.save()
    note_change(need.city)
    return need
