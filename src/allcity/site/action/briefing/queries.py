"""What is read of briefs."""

from dataclasses import dataclass

from allcity.site.accounts.models import User
from allcity.site.action.committing.queries import plan_of
from allcity.site.action.committing.words import strategy_shown
from allcity.site.action.models import Brief, Commitment
from allcity.site.action.models.briefing import BriefQuerySet
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.figures.models import Examination
from allcity.site.figures.queries import current_examination

MOST_SUGGESTED = 8


@dataclass(frozen=True)
class Suggested:
    """What a city could ask for, in words that everybody may read: what it decided, and strategies of its plan."""

    commitments: tuple[str, ...]
    strategies: tuple[str, ...]


def briefs_of(city: City, user: Person) -> BriefQuerySet:
    """The briefs of a city that a person may read, the newest first."""
    rows: BriefQuerySet = Brief.objects.of(city).for_user(user).select_related("examination").order_by("-pk")
    return rows.defer("examination__figures", "examination__told")


def newer_examination(brief: Brief) -> Examination | None:
    """The city's newest examination, if it is not the one that the brief tells of."""
    newest = current_examination(brief.city)
    return newest if newest and newest.pk != brief.examination_id else None


def suggested(city: City) -> Suggested:
    """What is public of the city's plan and not done: the ask can be taken from it."""
    public = Commitment.objects.public().open().of(city).order_by("due_on", "pk")
    plan = plan_of(city)
    chosen = dict.fromkeys(row.strategy for rows in plan.strategies.values() for row in rows) if plan.is_public else {}
    strategies = (shown.title for each in chosen if (shown := strategy_shown(city, each)))
    return Suggested(tuple(public.values_list("title", flat=True)[:MOST_SUGGESTED]), tuple(strategies)[:MOST_SUGGESTED])


def personal_data(user: User) -> list[dict[str, object]]:
    """The briefs that a person made."""
    return list(Brief.objects.filter(made_by=user).values("city__slug", "audience", "language", "words", "made_at"))


def erase(user: User) -> None:
    """Take a person's name off briefs, which stay the city's."""
    Brief.objects.filter(made_by=user).update(made_by=None)
