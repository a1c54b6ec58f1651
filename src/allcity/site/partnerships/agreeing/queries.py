"""What is read of partnerships and their agreements: whose turn it is, for whom somebody speaks, and how far they are."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Case, IntegerField, Q, Value, When

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Membership, Role
from allcity.site.needs.proposals.queries import attended
from allcity.site.partnerships.models import Agreement, Event, Partnership, Signature
from allcity.site.partnerships.models.records import PartnershipQuerySet
from allcity.site.partnerships.parties import Party, signatories
from allcity.site.partnerships.phases import Phase

SIDES = ("organizations", "schools", "districts")
"""The three relations that `parties` reads."""
_Stage = Partnership.Stage


def in_phase(phase: Phase, today: date) -> Q:
    """Whether a partnership is in a phase on a day, as `phases.phase_of` says."""
    by_days = ~Q(stage__in=Partnership.HIDDEN)
    is_over = by_days & Q(end_date__lt=today)
    goes_on = by_days & (Q(end_date=None) | Q(end_date__gte=today))
    has_passed = Q(planned_end_date__lt=today, end_date=None)
    return {
        Phase.PREPARED: Q(stage=_Stage.DRAFT),
        Phase.DROPPED: Q(stage=_Stage.DROPPED),
        Phase.HANDED_OVER: is_over & Q(stage=_Stage.HANDED_OVER),
        Phase.ENDED: is_over & ~Q(stage=_Stage.HANDED_OVER),
        Phase.AGREED: goes_on & Q(start_date__gt=today),
        Phase.LOOKING_BACK: goes_on & Q(start_date__lte=today) & has_passed,
        Phase.RUNNING: goes_on & Q(start_date__lte=today) & ~has_passed,
    }[phase]


def in_phases(phases: Iterable[Phase], today: date) -> Q:
    """Whether a partnership is in one of some phases on a day."""
    found = Q(pk=None)
    for phase in phases:
        found |= in_phase(phase, today)
    return found


def by_phase(partnerships: PartnershipQuerySet, today: date) -> PartnershipQuerySet:
    """By how far they are, what is due first first."""
    rank = Case(
        *(When(in_phase(phase, today), then=Value(number)) for number, phase in enumerate(Phase)),
        default=Value(len(Phase)),
        output_field=IntegerField(),
    )
    found: PartnershipQuerySet = partnerships.annotate(rank=rank).order_by("rank", "planned_end_date", "name", "pk")
    return found


def mine(user: User, city: City) -> PartnershipQuerySet:
    """A city's partnerships of which the person looks after a party; of a coordinator's city, all."""
    found: PartnershipQuerySet = Partnership.objects.of_parties(user).of(city)
    return found


def waiting(user: User, city: City) -> PartnershipQuerySet:
    """Those in which the person is to go on with a draft, or has not signed yet."""
    found: PartnershipQuerySet = Partnership.objects.to_agree_on(user).of(city)
    return found.filter(pk__in=[agreement.partnership_id for agreement, _parties in open_for(user, found)])


def open_for(user: User, among: PartnershipQuerySet) -> list[tuple[Agreement, list[Party]]]:
    """Versions of some partnerships that wait for the person, each with the parties for which they are to write or sign."""
    rows = Agreement.objects.filter(state__in=Agreement.OPEN, partnership__in=among).select_related(
        "city", "partnership__city"
    )
    sides = (*SIDES, *(f"partnership__{side}" for side in SIDES))
    agreements = list(rows.prefetch_related("signatures", *sides).order_by("start_date", "pk"))
    speaking = _speaking(agreements, user)
    found = []
    for agreement in agreements:
        signed = {signature.place for signature in agreement.signatures.all()}
        to_act = [party for party in speaking[agreement.pk] if party.public_id not in signed]
        if to_act:
            found.append((agreement, to_act))
    return found


def _speaking(agreements: Sequence[Agreement], user: User) -> dict[int, list[Party]]:
    """For whom the person speaks in each, as `parties.speaking_for` has it, in a number of queries that does not grow."""
    roles = list(Membership.objects.filter(user=user).values_list("city", "role", "place"))
    own = {place for _city, _role, place in roles if place}
    coordinated = {city for city, role, _place in roles if role == Role.COORDINATOR}
    of_each = {one.pk: [party for party in signatories(one) if party.is_there] for one in agreements}
    everywhere = is_on_duty(user)
    asked = [one for one in agreements if everywhere or one.city_id in coordinated]
    taken = attended(party.place for one in asked for party in of_each[one.pk]) if asked else set()
    acts_for_free = {one.pk for one in asked}
    return {
        pk: [
            party for party in found if party.public_id in own or (pk in acts_for_free and party.public_id not in taken)
        ]
        for pk, found in of_each.items()
    }


def open_version(partnership: Partnership) -> Agreement | None:
    """The version that is being written or signed."""
    found: Agreement | None = partnership.agreements.filter(state__in=Agreement.OPEN).first()
    return found


def valid_version(partnership: Partnership) -> Agreement | None:
    """The version that holds: the newest that was signed, or recorded elsewhere."""
    held = partnership.agreements.exclude(state__in=Agreement.HIDDEN)
    found: Agreement | None = held.order_by("-version", "-pk").first()
    return found


def unsigned(agreement: Agreement) -> list[Party]:
    """Those who have not signed it. The partnership's parties are to be there already for a list."""
    signed = set(agreement.signatures.values_list("place", flat=True))
    return [party for party in signatories(agreement) if party.public_id not in signed]


def signing(partnerships: Sequence[Partnership]) -> dict[int, list[Party]]:
    """Of partnerships in which something is put up for signatures, by their number, the parties that have not signed."""
    there = {one.pk: one for one in partnerships}
    rows = Agreement.objects.filter(partnership__in=partnerships, state=Agreement.State.SIGNING)
    found = {}
    for row in rows.prefetch_related("signatures", *SIDES):
        row.partnership = there[row.partnership_id]
        signed = {signature.place for signature in row.signatures.all()}
        found[row.partnership_id] = [party for party in signatories(row) if party.public_id not in signed]
    return found


def personal_data(user: User) -> dict[str, object]:
    """What a person did in partnerships, and what they signed."""
    return {
        "steps": list(
            Event.objects.filter(by=user).values("partnership__city__name", "partnership__name", "step", "side", "at")
        ),
        "signatures": list(
            Signature.objects.filter(user=user).values(
                "agreement__partnership__name", "agreement__version", "place_name", "name", "function", "signed_at"
            )
        ),
    }
