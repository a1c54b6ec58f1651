"""What is read of moderation."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation.registry import Contribution, Kind, kinds
from allcity.site.conversations.people import name_of

MOST_OTHERS = 10


@dataclass(frozen=True)
class Looked:
    """A case with what it is about, which is None where that is no longer there."""

    case: Case
    kind: Kind
    contribution: Contribution | None

    @property
    def author(self) -> str:
        """Who wrote it."""
        if self.case.author is None and self.contribution and self.contribution.by:
            return str(self.contribution.by)
        return name_of(self.case.author)


ESCALATED = "escalated"


def cases_of(city: City, user: User, *, state: str = "", kind: str = "") -> QuerySet[Case]:
    """The cases of a city that a person may look at, in one state or in any: the newest first, those that wait by age."""
    cases = (
        Case.objects.of(city)
        .for_user(user)
        .filter(kind__in=kinds())
        .select_related("author")
        .annotate(times=Count("reports"))
    )
    cases = cases.filter(kind=kind) if kind else cases
    if state == ESCALATED:
        cases = cases.escalated()
    elif state:
        cases = cases.filter(state=state)
    return cases.order_by("opened_at" if state in (Case.State.WAITING, ESCALATED) else "-opened_at", "pk")


def others_of(case: Case) -> QuerySet[Case]:
    """Other cases of the same author in the city, the newest first: what was decided of them helps to decide alike."""
    others = Case.objects.of(case.city).filter(kind__in=kinds(), author=case.author).exclude(pk=case.pk)
    return others.order_by("-opened_at", "-pk")[:MOST_OTHERS] if case.author_id else others.none()


def looked_at(city: City, cases: Iterable[Case]) -> list[Looked]:
    """Cases of a city, each with what it is about: a query for each kind."""
    cases = list(cases)
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for case in cases:
        wanted[case.kind].add(case.subject)
    found = {kind: kinds()[kind].find(city, ids) for kind, ids in wanted.items()}
    return [Looked(case, kinds()[case.kind], found[case.kind].get(case.subject)) for case in cases]


def readable(city: City, user: User | AnonymousUser, *, kind: str, subject: UUID) -> Contribution | None:
    """A contribution, if it is there and the person may read it."""
    known = kinds().get(kind)
    if known is None or not known.may_read(user, city, subject):
        return None
    return known.find(city, [subject]).get(subject)


def cases_by(user: User, city: City) -> QuerySet[Case]:
    """Cases of what a person wrote in a city and a coordinator has decided of."""
    return Case.objects.of(city).filter(author=user, kind__in=kinds(), decisions__isnull=False).distinct()


def is_being_looked_at(*, kind: str, subject: UUID) -> bool:
    """Whether a contribution that was reported waits for a decision."""
    return Case.objects.waiting().filter(kind=kind, subject=subject, is_new=False).exists()
