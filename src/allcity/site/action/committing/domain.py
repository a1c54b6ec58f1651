"""What is done to commitments: they are proposed, agreed to, changed, and go from state to state. None is ever deleted.

Whoever calls has checked that the acting person may; here it is checked what may be. Every refusal is a ValidationError
that says what to do instead, with the field as its code where there is one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.committing import checks, linking, telling
from allcity.site.action.committing.phases import BY_NAME, State, Transition
from allcity.site.action.models import Change, Commitment, Milestone, Plan, PlanStrategy
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.conversations.models import Thread
from allcity.site.needs.models import Need

MOST_MILESTONES = 30
CHANGEABLE = (
    *("title", "details", "section", "owner", "place", "due_on", "need", "figure_id", "figure_by", "strategy"),
    "is_public",
)
"""What of a commitment can be changed, in the order in which its history names it."""
MILESTONES = "milestones"


@transaction.atomic
def propose(
    *,
    city: City,
    user: User,
    title: str,
    details: str = "",
    section: str = "",
    owner: User | None = None,
    place: UUID | None = None,
    due_on: date | None = None,
    need: Need | None = None,
    figure_id: str = "",
    figure_by: Mapping[str, str] | None = None,
    strategy: str = "",
    is_public: bool = False,
    thread: Thread | None = None,
    language: str = "",
) -> Commitment:
    """Propose that something be done: what, by whom until when, and which need or figure it should move."""
    said = {
        "title": title,
        "details": details,
        "section": section,
        "owner": owner,
        "place": place,
        "due_on": due_on,
        "need": need,
        "figure_id": figure_id,
        "figure_by": figure_by,
        "strategy": strategy,
        "thread": thread,
    }
    commitment: Commitment = Commitment.objects.create(
        city=city,
        language=language or get_language() or "en",
        is_public=is_public,
        was_owned=owner is not None,
        made_by=user,
        **checks.values(city, said),
    )
    Change.objects.create(commitment=commitment, state=State.PROPOSED, by=user)
    linking.note(commitment, user)
    return commitment


@transaction.atomic
def commit(*, city: City, user: User, title: str, **said: Any) -> Commitment:
    """Propose something and agree to it at once, as a coordinator does. `said` is as in `propose`."""
    return agree(commitment=propose(city=city, user=user, title=title, **said), user=user)


def agree(*, commitment: Commitment, user: User) -> Commitment:
    """Agree to what was proposed. What its figure says today is kept, to be compared with what it says later."""
    return move(commitment=commitment, step=BY_NAME["agree"], user=user)


@transaction.atomic
def move(*, commitment: Commitment, step: Transition, user: User | None, words: str = "") -> Commitment:
    """Take a step; one that is taken already changes nothing. Raises ValidationError where it leads nowhere from here."""
    found = _locked(commitment)
    if found.state == step.after:
        return found
    if found.state not in step.before:
        raise ValidationError(
            _("This cannot be done now: it is “%(state)s”. Open it anew to see what can.")
            % {"state": found.get_state_display()}
        )
    words = checks.text(
        words, checks.LONGEST_WORDS, empty=_("Say why, in a few words.") if step.needs_words else "", field="words"
    )
    was_shown, before = is_shown(found), found.state
    found.state = step.after
    now = timezone.now()
    match found.state:
        case State.AGREED:
            found.agreed_at, found.before = now, _figure_now(found)
        case State.DONE:
            found.done_at = now
        case State.VERIFIED:
            found.verified_at = now
        case State.DROPPED:
            found.reason = words
        case State.IN_WORK:
            found.done_at = found.verified_at = None
        case State.PROPOSED:
            found.reason, found.agreed_at, found.before, found.told = "", None, None, ""
    found.save()
    Change.objects.create(commitment=found, state=found.state, words=words, by=user)
    linking.note(found, user)
    _note_pages(found, was_shown=was_shown)
    telling.tell_of_step(found, before=before, by=user)
    return found


@transaction.atomic
def change(*, commitment: Commitment, user: User, **said: Any) -> Commitment:
    """Change what is said of a commitment, by name of its field. A day that stays may be past; a new one may not."""
    if unknown := set(said) - set(CHANGEABLE):
        raise TypeError(f"Nobody changes {unknown} of a commitment.")
    found = _locked(commitment)
    changed = {name: value for name, value in said.items() if getattr(found, name) != value}
    moves_figure = bool({"figure_id", "figure_by"} & set(changed))
    if moves_figure:
        changed.setdefault("figure_id", found.figure_id)
        changed.setdefault("figure_by", None)
    checked = checks.values(found.city, changed)
    if checked.get("need", found.need) and checked.get("figure_id", found.figure_id):
        raise ValidationError(checks.ONE_THING, code="figure_id")
    names = [name for name in CHANGEABLE if name in checked and getattr(found, name) != checked[name]]
    was_shown, owner = is_shown(found), found.owner_id
    for name, value in checked.items():
        setattr(found, name, value)
    if moves_figure:
        found.before = _figure_now(found) if found.agreed_at else None
    if "owner" in names:
        found.was_owned = found.owner is not None
    if "due_on" in names:
        found.told = ""
    found.save()
    _note_edit(found, user, *(name for name in names if name != "figure_by"))
    linking.note(found, user)
    _note_pages(found, was_shown=was_shown)
    if found.owner_id != owner and found.state != State.PROPOSED:
        telling.tell_owner(found, by=user)
    return found


def publish(*, commitment: Commitment, user: User, is_public: bool) -> Commitment:
    """Show a commitment to everybody, or to the members of the city alone."""
    return change(commitment=commitment, user=user, is_public=is_public)


# --- Milestones ---


@transaction.atomic
def add_milestone(*, commitment: Commitment, user: User, title: str, due_on: date | None = None) -> Milestone:
    """Add a step on the way."""
    found = _locked(commitment)
    if found.milestones.count() >= MOST_MILESTONES:
        raise ValidationError(
            _("It has %(number)s steps already. Remove one, or make a commitment of its own.")
            % {"number": MOST_MILESTONES}
        )
    title = checks.text(title, checks.LONGEST_TITLE, empty=_("Say in a few words which step it is."), field="title")
    milestone = Milestone.objects.create(commitment=found, title=title, due_on=checks.day(due_on, found.city))
    _note_milestones(found, user)
    return milestone


@transaction.atomic
def check_milestone(*, milestone: Milestone, user: User, is_done: bool) -> Milestone:
    """Say that a step is done, or that it is not."""
    if is_done != bool(milestone.done_at):
        milestone.done_at = timezone.now() if is_done else None
        milestone.save(update_fields=["done_at"])
        _note_milestones(milestone.commitment, user)
    return milestone


@transaction.atomic
def remove_milestone(*, milestone: Milestone, user: User) -> None:
    """Remove a step that is not on the way any more."""
    commitment = milestone.commitment
    milestone.delete()
    _note_milestones(commitment, user)


# --- The plan ---


@transaction.atomic
def change_plan(*, city: City, user: User, is_public: bool, opening: str, language: str = "") -> Plan:
    """Say whether everybody reads the city's plan, and with which words it opens."""
    opening = checks.text(opening, checks.LONGEST_DETAILS, field="opening")
    told = {
        "is_public": is_public,
        "opening": opening,
        "changed_by": user,
        "language": language or get_language() or "en",
    }
    plan, _new = Plan.objects.update_or_create(city=city, defaults=told)
    note_publication(city)
    return plan


@transaction.atomic
def choose_strategies(*, city: City, user: User, section: str, chosen: Mapping[str, str]) -> None:
    """Have a section of the plan follow these strategies, each with why, and no other."""
    framework = city.settings.framework
    if section not in framework.sections or not set(chosen) <= set(framework.strategies):
        raise ValidationError(_("The city's sections or strategies have changed meanwhile. Open the page anew."))
    rows = PlanStrategy.objects.of(city).filter(section=section)
    # What the city has dropped from its framework is not on the form, and stays for the day it comes back.
    rows.filter(strategy__in=framework.strategies).exclude(strategy__in=chosen).delete()
    for strategy, words in chosen.items():
        words = checks.text(words, checks.LONGEST_WORDS, field=strategy)
        row, new = PlanStrategy.objects.get_or_create(
            city=city, section=section, strategy=strategy, defaults={"words": words, "chosen_by": user}
        )
        if not new and row.words != words:
            row.words, row.chosen_by = words, user
            row.save(update_fields=["words", "chosen_by"])
    note_publication(city)


# --- People who leave ---


def erase(user: User) -> None:
    """Take a person's name off commitments and plans. What they answered for waits for coordinators to name another."""
    Commitment.objects.filter(owner=user).update(owner=None, was_owned=True)
    Commitment.objects.filter(made_by=user).update(made_by=None)
    Change.objects.filter(by=user).update(by=None)
    Plan.objects.filter(changed_by=user).update(changed_by=None)
    PlanStrategy.objects.filter(chosen_by=user).update(chosen_by=None)


# --- Parts of these ---


def is_shown(commitment: Commitment) -> bool:
    """Whether everybody sees it, in a city that everybody sees."""
    return commitment.is_public and commitment.state != State.PROPOSED


def _figure_now(commitment: Commitment) -> dict[str, Any] | None:
    if not commitment.figure_id:
        return None
    record = readings.record_of(commitment.city, commitment.figure_id, by=commitment.figure_by)
    return dict(record) if record else None


def _note_pages(commitment: Commitment, *, was_shown: bool) -> None:
    """Have pages that are kept for everybody made anew, where the commitment is or was on them."""
    if was_shown or is_shown(commitment):
        note_publication(commitment.city)


def _note_milestones(commitment: Commitment, user: User) -> None:
    _note_edit(commitment, user, MILESTONES)
    _note_pages(commitment, was_shown=False)


def _note_edit(commitment: Commitment, user: User, *names: str) -> None:
    """Note in its history what was changed, by the names of the fields: their words are made for whoever reads."""
    if names:
        Change.objects.create(commitment=commitment, words=",".join(names), by=user)


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("city", "owner", "need", "thread")
    found: Commitment = rows.get(pk=commitment.pk)
    return found
