"""What is done to evaluations: asking the parties, saying how one sees it, and deciding when all wish the same."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.partnerships.agreeing.domain.keeping import locked, record
from allcity.site.partnerships.evaluating import queries, story, telling
from allcity.site.partnerships.models import Evaluation, Partnership, View
from allcity.site.partnerships.parties import Party, parties, parties_of

LONGEST = 3000


class ViewConflictError(ValidationError):
    """Somebody else has said something for the same party meanwhile; it is in `newer`."""

    def __init__(self, newer: View) -> None:
        super().__init__(
            _("Somebody else has said something for you meanwhile. It stands below; what you wrote is still here.")
        )
        self.newer = newer


@transaction.atomic
def open_evaluation(*, partnership: Partnership, year: int) -> Evaluation:
    """Have a school year looked back on; once. Raises ValidationError for a year in which the partnership did not run."""
    if partnership.stage in Partnership.HIDDEN or year not in queries.years_of(partnership):
        raise ValidationError(_("There is nothing to look back on in this year."))
    evaluation, _new = Evaluation.objects.get_or_create(
        partnership=partnership,
        year=year,
        defaults={"city": partnership.city, "due_on": queries.due_on(partnership, year)},
    )
    return evaluation


def reckon_due(partnership: Partnership) -> None:
    """Have what is not decided be due when the partnership's days say, which a new version may have moved."""
    for evaluation in partnership.evaluations.filter(decision=""):
        due_on = queries.due_on(partnership, evaluation.year)
        if due_on == evaluation.due_on:
            continue
        if evaluation.due_on is None or due_on > evaluation.due_on:
            evaluation.told = ""
        evaluation.due_on = due_on
        evaluation.save(update_fields=["due_on", "told"])


@transaction.atomic
def say_view(
    *,
    partnership: Partnership,
    year: int,
    party: Party,
    user: User,
    stance: str,
    words: str = "",
    wish: str = "",
    seen: str = "",
) -> View:
    """Say for a party how it sees a year, and what it wishes to come next. When all wish the same it is decided.

    `seen` is `version_of` what the person had before them. Raises PermissionDenied for whoever does not speak for the party,
    `ViewConflictError`, and ValidationError once it is decided.
    """
    found = locked(partnership)
    own = next((one for one in parties_of(found, user) if one.public_id == party.public_id), None)
    if own is None:
        raise PermissionDenied
    evaluation = open_evaluation(partnership=found, year=year)
    if evaluation.decision:
        raise ValidationError(_("This was decided meanwhile, and stays as it was read then."))
    before = evaluation.views.filter(place=own.public_id).first()
    if before and version_of(before) != seen:
        raise ViewConflictError(before)
    view = before or View(evaluation=evaluation, side=own.side, place=own.public_id)
    view.place_name, view.stance, view.words, view.wish, view.by = own.name, stance, words.strip(), wish, user
    _check(view)
    view.save()
    record(found, "viewed", user=user, party=own, year=year)
    if not _decide(found, evaluation, user) and before is None:
        telling.tell(evaluation, telling.SAID, among=[one for one in parties(found) if one != own], but=user)
    return view


def version_of(view: View | None) -> str:
    """What tells one wording from the next; empty where nothing has been said."""
    return view.said_at.isoformat() if view else ""


def _check(view: View) -> None:
    if view.stance not in View.Stance.values:
        raise ValidationError({"stance": _("Say how you see it.")})
    if view.wish not in Evaluation.Decision.values:
        raise ValidationError({"wish": _("Say what you wish to come next. You can change it until all have said.")})
    if view.stance != View.Stance.AGREE and not view.words:
        raise ValidationError({"words": _("Say in your own words what you see otherwise.")})
    if len(view.words) > LONGEST:
        raise ValidationError({"words": _("Say it in fewer words.")})


def _decide(partnership: Partnership, evaluation: Evaluation, user: User) -> bool:
    """Decide it if every party that is there wishes the same, and keep what all of them read. The partnership is locked."""
    wishes: dict[Any, str] = dict(evaluation.views.values_list("place", "wish"))
    wished = {wishes.get(party.public_id, "") for party in parties(partnership) if party.is_there}
    if len(wished) != 1 or "" in wished:
        return False
    evaluation.decision = wished.pop()
    evaluation.decided_at = timezone.now()
    evaluation.shown = story.freeze(partnership, evaluation.year)
    evaluation.save(update_fields=["decision", "decided_at", "shown"])
    record(partnership, "decided", user=user, party=None, year=evaluation.year, decision=evaluation.decision)
    telling.tell(evaluation, telling.DECIDED, but=user)
    return True


def erase(user: User) -> None:
    """Take a person's name off what they said for a school or organization, which stays its own."""
    View.objects.filter(by=user).update(by=None)
