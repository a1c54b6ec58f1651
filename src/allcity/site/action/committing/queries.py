"""What is read of commitments and of a city's plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from allcity.site.accounts.models import User
from allcity.site.action.committing.phases import State
from allcity.site.action.models import Change, Commitment, Plan, PlanStrategy, SelfExamination
from allcity.site.action.models.committing import CommitmentQuerySet
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City, Membership
from allcity.site.cities.places import Place, find_places
from allcity.site.cities.rules import Person, is_member
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in

AT_WORK = (State.AGREED, State.IN_WORK)
MINE, GONE = "mine", "gone"


def commitments_of(city: City, user: Person) -> CommitmentQuerySet:
    """The commitments of a city that a person may see: what is due first comes first, what has no day last.

    Each has its number of `steps`, and how many of them are `steps_done`.
    """
    rows: CommitmentQuerySet = (
        Commitment.objects.of(city)
        .for_user(user)
        .select_related("owner", "need")
        .annotate(
            steps=Count("milestones", distinct=True),
            steps_done=Count("milestones", filter=Q(milestones__done_at__isnull=False), distinct=True),
        )
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    return rows


def narrowed(rows: CommitmentQuerySet, city: City, user: Person, chosen: dict[str, str]) -> CommitmentQuerySet:
    """Those that fit what somebody chose: a state, a section, whose they are, what is overdue, a word."""
    if state := chosen.get("state"):
        rows = rows.filter(state__in=AT_WORK if state == "at_work" else [state])
    if section := chosen.get("section"):
        rows = rows.filter(section="" if section == "none" else section)
    if whose := chosen.get("owner"):
        rows = _of_owner(rows, city, user, whose)
    if chosen.get("overdue"):
        rows = overdue(rows, city)
    if word := chosen.get("q"):
        rows = rows.filter(Q(title__icontains=word) | Q(details__icontains=word))
    return rows


def _of_owner(rows: CommitmentQuerySet, city: City, user: Person, whose: str) -> CommitmentQuerySet:
    if whose == MINE:
        return rows.filter(_answered_for_by(user)) if isinstance(user, User) else rows.none()
    if whose == GONE:
        return rows.filter(without_owner()) if is_member(user, city) else rows.none()
    if whose == "nobody":
        return rows.filter(owner=None, place=None)
    kind, _dash, key = whose.partition("-")
    if kind == "person":
        return rows.filter(owner=int(key)) if is_member(user, city) else rows.none()
    return rows.filter(place=UUID(key))


def _answered_for_by(user: User) -> Q:
    places = Membership.objects.filter(user=user, place__isnull=False, city=OuterRef("city"), place=OuterRef("place"))
    return Q(owner=user) | Q(Q(owner=None), Exists(places))


def overdue(rows: CommitmentQuerySet, city: City) -> CommitmentQuerySet:
    """Those that are agreed to, not done, and whose day has passed."""
    return rows.filter(state__in=AT_WORK, due_on__lt=today_in(city))


def is_overdue(commitment: Commitment, today: date) -> bool:
    """Whether a commitment's day has passed and it is not done."""
    return commitment.state in AT_WORK and commitment.due_on is not None and commitment.due_on < today


def without_owner() -> Q:
    """Those that lost whoever answered for them: the account is gone, or has no role in the city any more."""
    has_role = Exists(Membership.objects.filter(city=OuterRef("city"), user=OuterRef("owner")))
    return (Q(owner=None, was_owned=True) | (Q(owner__isnull=False) & ~has_role)) & Q(
        state__in=[State.PROPOSED, *AT_WORK]
    )


def answered_for_by(user: User) -> CommitmentQuerySet:
    """What a person has taken on and not done, in all cities: by themselves, or for a place that they look after."""
    rows: CommitmentQuerySet = (
        Commitment.objects.for_user(user)
        .filter(_answered_for_by(user), Exists(Membership.objects.filter(city=OuterRef("city"), user=user)))
        .filter(state__in=AT_WORK)
        .select_related("city")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    return rows


def places_named(city: City, rows: Iterable[Commitment]) -> dict[UUID, Place]:
    """The schools and organizations of commitments, by id; those that are gone are left out."""
    return find_places(city, [row.place for row in rows])


def places_of_all(city: City, user: Person) -> dict[UUID, Place]:
    """The schools and organizations of all commitments that a person may see, by id."""
    rows = Commitment.objects.of(city).for_user(user).exclude(place=None).order_by()
    return find_places(city, rows.values_list("place", flat=True).distinct())


def owners_of(city: City, user: Person) -> list[User]:
    """People who answer for commitments of the city; for its members alone."""
    if not is_member(user, city):
        return []
    named = Commitment.objects.of(city).filter(owner__isnull=False).values("owner")
    return list(User.objects.filter(pk__in=named).order_by("last_name", "first_name", "pk"))


# --- The plan ---


@dataclass(frozen=True)
class PlanOf:
    """A city's plan as it is kept: whether it is public, its opening words, and the strategies chosen for each section."""

    plan: Plan | None
    strategies: dict[str, list[PlanStrategy]]

    @property
    def is_public(self) -> bool:
        return bool(self.plan and self.plan.is_public)


def plan_of(city: City) -> PlanOf:
    """The plan of a city."""
    chosen: dict[str, list[PlanStrategy]] = {}
    for row in PlanStrategy.objects.of(city).order_by("pk"):
        chosen.setdefault(row.section, []).append(row)
    return PlanOf(Plan.objects.of(city).first(), chosen)


def plan_is_for(user: Person, city: City) -> bool:
    """Whether somebody is led to the city's plan: members are, and everybody once it or a self-examination is public."""

    def is_shown() -> bool:
        published = SelfExamination.objects.of(city).filter(published_at__isnull=False)
        return Plan.objects.of(city).filter(is_public=True).exists() or published.exists()

    return is_member(user, city) or kept(city, "plan", is_shown)


def public_about(need: Need) -> CommitmentQuerySet:
    """What everybody may read of that is to move a need."""
    rows: CommitmentQuerySet = Commitment.objects.public().filter(need=need).order_by("pk")
    return rows


def personal_data(user: User) -> dict[str, object]:
    """What a person proposed, answers for and did about commitments, and strategies that they chose."""
    named = ("city__slug", "title", "details", "state", "due_on")
    return {
        "proposed": list(Commitment.objects.filter(made_by=user).values(*named)),
        "answers_for": list(Commitment.objects.filter(owner=user).values(*named)),
        "did": list(Change.objects.filter(by=user).values("commitment__title", "state", "words", "at")),
        "plans": list(Plan.objects.filter(changed_by=user).values("city__slug", "opening")),
        "strategies": list(PlanStrategy.objects.filter(chosen_by=user).values("city__slug", "strategy", "words")),
    }
