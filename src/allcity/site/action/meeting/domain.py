"""What is written at a session and after: notes, decisions that become commitments, and minutes that are sent round.

Every write locks the session first. Notes have a version: whoever saves over what another wrote meanwhile is told so, with
both texts, and nothing is lost.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.committing import domain as committing
from allcity.site.action.committing.checks import LONGEST_TITLE
from allcity.site.action.committing.checks import text as checked
from allcity.site.action.committing.phases import BY_NAME
from allcity.site.action.convening.locking import locked
from allcity.site.action.meeting import tasks
from allcity.site.action.models import AgendaItem, Commitment, Decision, PlanningSession

State = PlanningSession.State
LONGEST_NOTES, LONGEST_ITEM_NOTES, LONGEST_DECISION = 20_000, 10_000, 2000
MOST_DECISIONS = 200
TWICE = timedelta(seconds=60)
"""The same decision noted again within this time by the same person is one that was sent twice."""
SENT = "minutes-sent"
"""Each time that minutes are sent leaves this mark, with its number, in what a session's people were told."""


class OvertakenError(Exception):
    """Somebody else saved these notes meanwhile: their text now, and the version to save against next."""

    def __init__(self, current_text: str, version: int) -> None:
        super().__init__(current_text, version)
        self.current_text = current_text
        self.version = version


class PointGoneError(Exception):
    """The point was taken off the agenda meanwhile. What was typed belongs into the notes of the session."""


# --- Notes ---


@transaction.atomic
def write_notes(*, session: PlanningSession, user: User, text: str, version: int) -> PlanningSession:  # noqa: ARG001
    """Save the notes of a session, begun from this version of them. Raises OvertakenError where that is not the newest."""
    found = _called(session)
    text = _notes(text, LONGEST_NOTES)
    if text != found.notes:
        if version != found.notes_version:
            raise OvertakenError(found.notes, found.notes_version)
        found.notes, found.notes_version = text, found.notes_version + 1
        found.save(update_fields=["notes", "notes_version", "changed_at"])
    return found


@transaction.atomic
def write_item_notes(*, item: AgendaItem, user: User, text: str, version: int) -> AgendaItem:  # noqa: ARG001
    """Save the notes of a point of the agenda, likewise. Raises PointGoneError where the agenda lost it meanwhile."""
    _called(item.session)
    found = AgendaItem.objects.filter(pk=item.pk).first()
    if found is None:
        raise PointGoneError
    text = _notes(text, LONGEST_ITEM_NOTES)
    if text != found.notes:
        if version != found.notes_version:
            raise OvertakenError(found.notes, found.notes_version)
        found.notes, found.notes_version = text, found.notes_version + 1
        found.save(update_fields=["notes", "notes_version"])
    return found


def _notes(text: str, longest: int) -> str:
    """A text as it is kept, with one kind of line ends, so that it is as long as whoever typed it sees."""
    return checked(text.replace("\r\n", "\n").replace("\r", "\n"), longest, field="text")


# --- Decisions ---


@transaction.atomic
def decide(
    *,
    session: PlanningSession,
    user: User,
    text: str,
    item: AgendaItem | None = None,
    commitment: Mapping[str, Any] | None = None,
) -> Decision:
    """Note what was decided, at a point of the agenda or at none; with `commitment`, make it one, in the same write.

    `commitment` is what `committing.domain.commit` takes; without a title it has the decision's words. The same words at
    the same point, by the same person within a minute, are one decision.
    """
    found = _called(session)
    text = _decision(text)
    if item and item.session_id != found.pk:
        raise ValidationError(_("That point is not on the agenda any more. Choose another."), code="item")
    same = found.decisions.filter(
        item=item, text=text, noted_by=user, noted_at__gt=timezone.now() - TWICE
    ).select_related("commitment")
    decision = same.first()
    if decision is None:
        if found.decisions.count() >= MOST_DECISIONS:
            raise ValidationError(
                _("A session has at most %(number)s decisions. Put some of them together.") % {"number": MOST_DECISIONS}
            )
        decision = Decision.objects.create(session=found, item=item, text=text, noted_by=user)
    if commitment is not None:
        decision = _commit(decision, found, user, commitment)
    return decision


@transaction.atomic
def commit_to(*, decision: Decision, user: User, **said: Any) -> Decision:
    """Make a commitment of a decision, once: who answers for it, by when, and which figure or need it should move."""
    session = _called(decision.session)
    return _commit(_decided(decision), session, user, said)


@transaction.atomic
def correct_decision(*, decision: Decision, user: User, text: str) -> Decision:  # noqa: ARG001 - writes take who does it
    """Correct the words of a decision. The commitment that it became keeps its own."""
    _called(decision.session)
    found = _decided(decision)
    found.text = _decision(text)
    found.save(update_fields=["text"])
    return found


@transaction.atomic
def remove_decision(*, decision: Decision, user: User) -> None:
    """Remove a decision. A commitment that came of it is dropped with that as the reason, as long as no work on it has begun.

    Raises ValidationError where work has.
    """
    session = _called(decision.session)
    found = Decision.objects.filter(pk=decision.pk).select_related("commitment__city").first()
    if found is None:
        return
    commitment = found.commitment
    if commitment and not commitment.decisions.exclude(pk=found.pk).exists():
        _drop(commitment, session, user)
    found.delete()


def _drop(commitment: Commitment, session: PlanningSession, user: User) -> None:
    match commitment.state:
        case Commitment.State.PROPOSED | Commitment.State.AGREED:
            with translation.override(session.language or "en"):
                reason = _("The decision was removed from the minutes.")
            committing.move(commitment=commitment, step=BY_NAME["drop"], user=user, words=reason)
        case Commitment.State.DROPPED:
            return
        case _begun:
            raise ValidationError(
                _(
                    "Work on its commitment has begun, so that the decision stays. Correct its words instead, or drop the "
                    "commitment first if it is not done yet."
                )
            )


def _commit(decision: Decision, session: PlanningSession, user: User, said: Mapping[str, Any]) -> Decision:
    if decision.commitment:
        return decision
    given = {"thread": session.thread, "section": _section(decision, session), "language": session.language, **said}
    title = (given.pop("title", "") or "").strip()
    if not title:
        # Its whole words stand beside it, where they are too many for a title.
        title = Truncator(" ".join(decision.text.split())).chars(LONGEST_TITLE)
        if len(decision.text) > LONGEST_TITLE:
            given.setdefault("details", decision.text)
    decision.commitment = committing.commit(city=session.city, user=user, title=title, **given)
    decision.save(update_fields=["commitment"])
    return decision


def _section(decision: Decision, session: PlanningSession) -> str:
    """The section to which the point or the session belongs, where the city still has it."""
    section = (decision.item.section if decision.item else "") or session.section
    return section if section in session.city.settings.framework.sections else ""


def _decision(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return checked(text, LONGEST_DECISION, empty=_("Say what was decided."), field="text")


def _decided(decision: Decision) -> Decision:
    found = Decision.objects.filter(pk=decision.pk).select_related("commitment", "item").first()
    if found is None:
        raise ValidationError(_("The decision was removed meanwhile. Note it anew."))
    return found


# --- Minutes ---


@transaction.atomic
def send_minutes(*, session: PlanningSession, user: User, sent_before: int = 0) -> bool:  # noqa: ARG001
    """Send the minutes to everybody who was asked; from then on whoever may see the session reads them. Gives whether it did.

    `sent_before` is how often they had been sent as far as whoever presses the button knows: pressed twice, it sends once.
    """
    found = _called(session)
    if found.starts_at is None or found.starts_at > timezone.now():
        raise ValidationError(_("It has not begun yet. Send the minutes when it is over."))
    if sent_before != times_sent(found):
        return False
    is_first = found.minutes_sent_at is None
    if is_first:
        found.state, found.minutes_sent_at = State.HELD, timezone.now()
    found.told = [*found.told, f"{SENT}-{sent_before + 1}"]
    found.save(update_fields=["state", "minutes_sent_at", "told", "changed_at"])
    tasks.send_to_all(found, again=not is_first)
    return True


def times_sent(session: PlanningSession) -> int:
    """How often minutes were sent."""
    return sum(str(mark).startswith(f"{SENT}-") for mark in session.told)


# --- Parts of these ---


def _called(session: PlanningSession) -> PlanningSession:
    """The session, locked. Raises ValidationError where there is nothing to write of it."""
    found = locked(session)
    if found.state == State.CANCELLED:
        raise ValidationError(_("The session was cancelled. There is nothing to write of it."))
    if found.state not in (State.CALLED, State.HELD):
        raise ValidationError(_("Call the session first. Notes are taken from then on."))
    return found
