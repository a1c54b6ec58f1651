"""What is read of proposals: whose they are, who speaks for which side, what waits, and why some came to nothing."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from allcity.analysis import city as analysis
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, District, Membership
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.cities.rules import Person, is_coordinator
from allcity.site.directory.models import Organization, Program, School
from allcity.site.directory.rules import places_of
from allcity.site.needs.ledger.queries import years_of
from allcity.site.needs.matching.queries import matched_year
from allcity.site.needs.models import PRESSING_FIRST, Match, Need, Proposal, ProposalQuerySet, ProposalStep, Side
from allcity.site.needs.survey.reminding import today_in

Place = Organization | School | District
RELATED = ("city", "organization", "school", "district", "need", "program", "thread")


def reasons_of_no(city: City, year: int) -> dict[tuple[str, str], int]:
    """How many proposals of a school year came to nothing, by contribution and reason.

    A contribution is empty where none was named: places for students who have none, by the figures. A reason is one of
    `Proposal.Reason`; of those that lapsed it is "no_answer". Its words are `Proposal.Reason(reason).label`.
    """
    ended = Proposal.objects.of(city).filter(year=year, state__in=Proposal.OVER).exclude(reason="")
    rows = ended.order_by().values_list("contribution", "reason").annotate(number=Count("pk"))
    return {(contribution, reason): number for contribution, reason, number in rows}


# --- Who speaks for a side ---


def attended(places: Iterable[Place]) -> set[UUID]:
    """Of some places those that somebody looks after who can sign in. What is archived nobody does, nor districts."""
    there = {place.public_id for place in places if not is_archived(place)}
    rows = Membership.objects.filter(place__in=there, user__is_active=True)
    return {place for place in rows.values_list("place", flat=True) if place}


def sides_of(proposal: Proposal, user: Person) -> frozenset[Side]:
    """The sides for which a person speaks: of the place that they look after, and coordinators for whom nobody does."""
    return sides_by_proposal([proposal], user, proposal.city)[proposal.pk]


def sides_by_proposal(proposals: Sequence[Proposal], user: Person, city: City) -> dict[int, frozenset[Side]]:
    """The same for several proposals of a city, by their number."""
    places = {proposal.place_of(side) for proposal in proposals for side in Side}
    own = {place for place in places if place.public_id in places_of(user, city) and not is_archived(place)}
    if is_coordinator(user, city):
        looked_after = attended(places)
        own |= {place for place in places if place.public_id not in looked_after}
    return {proposal.pk: frozenset(side for side in Side if proposal.place_of(side) in own) for proposal in proposals}


def speaks_for(place: Place, user: Person, city: City) -> bool:
    """Whether a person speaks for a place of the city."""
    if place.public_id in places_of(user, city) and not is_archived(place):
        return True
    return is_coordinator(user, city) and place.public_id not in attended([place])


def is_archived(place: Place) -> bool:
    """Whether a place was archived, or merged with another. A district never is."""
    return bool(getattr(place, "archived_at", None))


def people_of(proposal: Proposal, side: Side) -> list[User]:
    """Whoever speaks for a side: those who look after its place, or else the city's coordinators."""
    place = proposal.place_of(side)
    if not is_archived(place):
        rows = User.objects.filter(
            memberships__city=proposal.city_id, memberships__place=place.public_id, is_active=True
        )
        if found := list(rows.distinct().order_by("pk")):
            return found
    return list(coordinators_of(proposal.city).order_by("pk"))


# --- Lists ---


def proposals_of(user: User, city: City) -> ProposalQuerySet:
    """The city's proposals of which a person sees something, the newest first."""
    found: ProposalQuerySet = Proposal.objects.for_user(user).of(city).select_related(*RELATED)
    return found.order_by("-made_at", "-pk")


def awaiting(proposals: ProposalQuerySet, user: User, city: City) -> ProposalQuerySet:
    """Those in which the person has to say something now, what is due first first."""
    theirs = _of_own_side(user)
    if is_coordinator(user, city):
        theirs |= of_nobody()
    return proposals.open().filter(theirs).exclude(_is_to_come(city)).order_by("due_on", "pk")


def nobody_to_answer(proposals: ProposalQuerySet, city: City) -> ProposalQuerySet:
    """Those in which it is the turn of a place that nobody looks after."""
    return proposals.open().filter(of_nobody()).exclude(_is_to_come(city))


def _is_to_come(city: City) -> Q:
    """Whether both wait for a day that they have agreed on."""
    return Q(next_agreed=True, next_on__gt=today_in(city))


def of_nobody() -> Q:
    """Whether it is the turn of a place that nobody looks after."""
    no_school = Q(school=None) | ~_is_attended("school")
    return Q(awaits__in=["", Side.ORGANIZATION]) & ~_is_attended("organization") | (
        Q(awaits__in=["", Side.SCHOOL]) & no_school
    )


def _of_own_side(user: User) -> Q:
    places = Membership.objects.filter(user=user, place__isnull=False).values("place")
    of_organization, of_school = Q(organization__public_id__in=places), Q(school__public_id__in=places)
    return (Q(awaits__in=["", Side.ORGANIZATION]) & of_organization) | (Q(awaits__in=["", Side.SCHOOL]) & of_school)


def _is_attended(place: str) -> Q:
    rows = Membership.objects.filter(place=OuterRef(f"{place}__public_id"), user__is_active=True)
    return Q(Exists(rows)) & Q(**{f"{place}__archived_at": None})


# --- One proposal, and what it can be about ---


def year_of(city: City, need: Need | None) -> int:
    """The school year that a proposal is for: the need's, or the newest that is matched or on record, or that of today."""
    return need.year if need else matched_year(city) or next(iter(years_of(city)), analysis.year_of(today_in(city)))


def about(need: Need | None, school: School | None, year: int) -> str:
    """What a proposal is about, so that there is one of an organization for each need, or school without a need."""
    return f"need {need.public_id}" if need else f"school {school.public_id if school else ''} {year}"


def standing(city: City, *, organization: Organization, need: Need | None, school: School | None) -> Proposal | None:
    """The proposal that stands between the two about this already."""
    year = year_of(city, need)
    found: Proposal | None = (
        Proposal.objects.of(city)
        .filter(organization=organization, about=about(need, school, year), state__in=Proposal.STANDING)
        .first()
    )
    return found


def open_needs(city: City, schools: Iterable[School]) -> list[Need]:
    """What some schools ask for and nobody has closed, of the newest year first."""
    needs = Need.objects.of(city).filter(school__in=list(schools)).exclude(state=Need.State.CLOSED)
    return list(needs.select_related("school", "group").order_by("school__name", "-year", PRESSING_FIRST, "pk"))


def match_of(
    city: City, *, organization: Organization, program: Program | None, need: Need | None, school: School | None
) -> Match | None:
    """What was found of the two: of the program that is named, or else of the one that fits best."""
    found = Match.objects.of(city).filter(organization=organization, year=year_of(city, need))
    found = found.filter(need=need) if need else found.filter(need=None, school=school)
    if program:
        found = found.filter(program=program)
    match: Match | None = (
        found.select_related(
            "need__school", "need__district", "school", "organization", "program", "offering__location"
        )
        .order_by("rank_for_organization")
        .first()
    )
    return match


def personal_data(user: User) -> dict[str, object]:
    """The proposals that a person made, and what they did in these and others."""
    steps = ProposalStep.objects.filter(by=user)
    return {
        "made": list(
            Proposal.objects.filter(made_by=user).values(
                "city__name", "organization__name", "school__name", "contribution", "amount", "made_at", "state"
            )
        ),
        "steps": list(
            steps.values("proposal__organization__name", "proposal__school__name", "step", "side", "kind", "on", "at")
        ),
        "reasons": list(
            steps.filter(after__in=(Proposal.State.DECLINED, Proposal.State.WITHDRAWN))
            .exclude(proposal__reason="")
            .values("proposal__reason", "proposal__reason_words")
        ),
    }
