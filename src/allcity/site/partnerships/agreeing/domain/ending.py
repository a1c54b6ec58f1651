"""How partnerships go on and end: not begun, ended, handed over, and left by one of their parties."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.rules import is_coordinator
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.kinds import Kind
from allcity.site.partnerships.agreeing import telling
from allcity.site.partnerships.agreeing.domain.keeping import (
    acting,
    check,
    locked,
    may,
    part_with,
    record,
    save_record,
)
from allcity.site.partnerships.agreeing.domain.signing import void
from allcity.site.partnerships.answering import settle
from allcity.site.partnerships.models import Agreement, Event, Partnership, Side, Signature
from allcity.site.partnerships.parties import Party, parties, parties_of

LONGEST_WORDS = 1000


class Reason(models.TextChoices):
    """Why a partnership ends or is not begun, or somebody leaves it."""

    DONE = "done", gettext_lazy("what was planned is done")
    MONEY = "money", gettext_lazy("money")
    PEOPLE = "people", gettext_lazy("somebody left, or was not found")
    TIMES = "times", gettext_lazy("the times do not fit")
    NOT_NEEDED = "not_needed", gettext_lazy("no longer needed")
    OTHERWISE = "otherwise", gettext_lazy("it went otherwise than agreed")
    CLOSED = "closed", gettext_lazy("a school or organization closed")
    OTHER = "other", gettext_lazy("another reason")


@transaction.atomic
def drop(*, partnership: Partnership, user: User, reason: str, words: str = "") -> Partnership:
    """Not go on with a partnership that has not begun. What was written is kept for its parties."""
    found = locked(partnership)
    party = acting(found, user)
    check(found, "drop")
    _check_reason(reason, words)
    was_agreed = found.stage != Partnership.Stage.DRAFT
    found.stage = Partnership.Stage.DROPPED
    found.proposal = None  # the two can begin anew from what they agreed on
    save_record(found)
    _close_versions(found, user)
    if was_agreed:
        settle(_answered(found), user)
    record(found, "dropped", user=user, party=party, reason=reason, words=words.strip())
    telling.tell(found, telling.DROPPED, but=user)
    return found


@transaction.atomic
def end(*, partnership: Partnership, user: User, day: date, reason: str, words: str = "") -> Partnership:
    """End a partnership on a day that is not to come. Its needs that this leaves open are open again."""
    found = locked(partnership)
    party = acting(found, user)
    check(found, "end")
    _check_reason(reason, words)
    _check_day(found, day)
    return _end(found, user, party, day, reason=reason, words=words, step="ended", kind=telling.ENDED)


@transaction.atomic
def hand_over(*, partnership: Partnership, user: User, day: date, words: str) -> Partnership:
    """Have the school carry on what a partnership began. `words` say what stays."""
    found = locked(partnership)
    party = acting(found, user)
    check(found, "hand_over")
    _check_day(found, day)
    if not words.strip():
        raise ValidationError({"words": _("Say what stays, and who carries it on.")})
    found.stage = Partnership.Stage.HANDED_OVER
    return _end(found, user, party, day, words=words, step="handed_over", kind=telling.HANDED_OVER)


@transaction.atomic
def leave(
    *, partnership: Partnership, party: Party, user: User, reason: str, words: str = "", day: date | None = None
) -> Partnership:
    """Have a party leave. The rest goes on, where there still is an organization and a school or district; else it ends.

    Whoever speaks for the party does it, and coordinators for one that was archived. What was put up for signatures is
    written on.
    """
    found = locked(partnership)
    own = next((each for each in parties(found) if each.public_id == party.public_id), None)
    if own is None:
        raise ValidationError(_("It is not in this partnership any more."))
    speaks = any(each.public_id == own.public_id for each in parties_of(found, user))
    if not speaks and not (is_coordinator(user, found) and not own.is_there):
        raise PermissionDenied
    _check_reason(reason, words)
    today = today_in(found.city)
    rest = [each for each in parties(found) if each.public_id != own.public_id]
    if {each.side == Side.ORGANIZATION for each in rest} != {True, False}:
        if may(found, "drop", today):
            return drop(partnership=found, user=user, reason=reason, words=words)
        return end(partnership=found, user=user, day=day or today, reason=reason, words=words)
    if not may(found, "drop", today):
        check(found, "end")
    part_with(found, own)
    void(found)
    record(found, "left", user=user, party=own, reason=reason, words=words.strip())
    telling.tell(found, telling.LEFT, but=user)
    save_record(found)
    settle(_answered(found), user)
    return found


def erase(user: User) -> None:
    """Take a person's name off what they did. What they typed under an agreement stays, as a document of its parties."""
    Event.objects.filter(by=user).update(by=None)
    Signature.objects.filter(user=user).update(user=None)


def _end(
    partnership: Partnership,
    user: User,
    party: Party | None,
    day: date,
    *,
    words: str,
    step: str,
    kind: Kind,
    reason: str = "",
) -> Partnership:
    partnership.end_date = day
    save_record(partnership)
    _close_versions(partnership, user)
    if step == "ended":
        settle(_answered(partnership), user)
    record(partnership, step, user=user, party=party, day=day.isoformat(), reason=reason, words=words.strip())
    telling.tell(partnership, kind, but=user)
    return partnership


def _close_versions(partnership: Partnership, user: User) -> None:
    for version in partnership.agreements.filter(state__in=Agreement.OPEN):
        version.state = Agreement.State.WITHDRAWN
        version.save(update_fields=["state"])
        telling.tell(partnership, telling.NOT_JOINED, among=parties(version), but=user)
    note_change(partnership.city)


def _answered(partnership: Partnership) -> "models.QuerySet[Need]":
    found: models.QuerySet[Need] = partnership.needs.filter(state__in=(Need.State.AGREED, Need.State.DELIVERING))
    return found


def _check_reason(reason: str, words: str) -> None:
    if reason not in Reason.values:
        raise ValidationError({"reason": _("Choose the reason that comes nearest.")})
    if reason == Reason.OTHER and not words.strip():
        raise ValidationError({"words": _("Say in a few words what the reason is.")})
    if len(words) > LONGEST_WORDS:
        raise ValidationError({"words": _("Say it in fewer words.")})


def _check_day(partnership: Partnership, day: date) -> None:
    if partnership.end_date and partnership.end_date <= today_in(partnership.city):
        raise ValidationError(_("Its last day is set already. Begin a new partnership where you go on later."))
    if day < partnership.start_date:
        raise ValidationError({"day": _("It had not begun on this day.")})
    if day > today_in(partnership.city):
        raise ValidationError({
            "day": _("This day is still to come. End it on that day, or agree on a new last day in a new version.")
        })  # fmt: skip
