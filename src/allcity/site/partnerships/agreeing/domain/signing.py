"""Signing: a text is frozen, each party signs exactly that text, and once all have, it holds."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import Kept
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import telling
from allcity.site.partnerships.agreeing.document import document_of, fingerprint_of, goals_of
from allcity.site.partnerships.agreeing.domain.keeping import (
    acting,
    check,
    locked,
    may,
    open_of,
    places_of,
    record,
    save_record,
    writing,
)
from allcity.site.partnerships.agreeing.queries import unsigned
from allcity.site.partnerships.answering import settle
from allcity.site.partnerships.models import Agreement, Goal, Partnership, Side, Signature
from allcity.site.partnerships.parties import Party, parties, signatories, speaking_for

AGREED: list[Callable[[Partnership], None]] = []
"""What is reckoned anew once a version holds. Later parts of partnerships add theirs."""


@transaction.atomic
def put_up(*, partnership: Partnership, user: User, edition: int | None = None) -> Agreement:
    """Freeze the words of the version that is being written, so that all can sign them. `edition` is the one that was read.

    Raises ValidationError where it has changed since, or something is missing without which nobody can sign.
    """
    found = locked(partnership)
    agreement, party = writing(found, user, Agreement.State.DRAFT)
    if edition is not None and edition != agreement.edition:
        raise ValidationError(_("The text changed while you were reading. Read it again, then put it up."))
    gone = [each.name for each in signatories(agreement) if not each.is_there]
    if gone:
        raise ValidationError(
            _("%(name)s has been archived: nobody answers there any more.") % {"name": ", ".join(gone)}
        )
    missing = missing_of(agreement)
    if missing:
        raise ValidationError([str(words) for words in missing])
    agreement.document = document_of(agreement)
    agreement.fingerprint = fingerprint_of(agreement.document)
    agreement.state = Agreement.State.SIGNING
    agreement.save()
    record(found, "put_up", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.TO_SIGN, among=signatories(agreement), but=user, page="partnership-agreement")
    return agreement


def missing_of(agreement: Agreement) -> list[str]:
    """What has to be said before anybody can sign, each as a sentence."""
    found = []
    if not agreement.what.strip():
        found.append(_("Say what you do together."))
    if not agreement.setting:
        found.append(_("Say when and where it is held."))
    if not agreement.partnership.contributions:
        found.append(_("Say what the partner gives."))
    if not goals_of(agreement):
        found.append(_("Write down at least one goal."))
    return found


@transaction.atomic
def sign(
    *, partnership: Partnership, party: Party, user: User, name: str, function: str = "", fingerprint: str
) -> Signature:
    """Sign what was put up, for a party. `fingerprint` is that of the text which the person read.

    Raises PermissionDenied for those who do not speak for the party, and ValidationError where the text is another now, or
    somebody has signed for it already. With the last signature the agreement holds.
    """
    found = locked(partnership)
    version: Agreement | None = found.agreements.filter(state__in=Agreement.OPEN).first()
    among = signatories(version) if version else parties(found)
    own = next((each for each in speaking_for(among, found, user) if each.public_id == party.public_id), None)
    if own is None:
        raise PermissionDenied
    agreement = open_of(found)
    if agreement.state != Agreement.State.SIGNING or agreement.fingerprint != fingerprint:
        raise ValidationError(_("The text changed while you were reading. Read it again before you sign."))
    if agreement.signatures.filter(place=own.public_id).exists():
        raise ValidationError(_("Somebody has signed for %(place)s already.") % {"place": own.name})
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": _("Type your full name.")})
    signature = Signature(
        agreement=agreement,
        side=own.side,
        place=own.public_id,
        place_name=own.name,
        name=name,
        function=" ".join(function.split()),
        fingerprint=agreement.fingerprint,
        user=user,
    )
    signature.clean_fields(exclude={"agreement", "user"})
    signature.save()
    record(found, "signed", user=user, party=own, version=agreement.version)
    if not unsigned(agreement):
        _agree(found, agreement, user)
    return signature


@transaction.atomic
def take_back(*, partnership: Partnership, user: User) -> Agreement:
    """Go on writing what was put up for signatures. What was signed of it counts no more."""
    found = locked(partnership)
    agreement, party = writing(found, user, Agreement.State.SIGNING)
    _reopen(agreement)
    record(found, "taken_back", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.TAKEN_BACK, among=signatories(agreement), but=user, page="partnership-agreement")
    return agreement


@transaction.atomic
def withdraw_version(*, partnership: Partnership, user: User) -> Agreement:
    """Put a new version aside: the one before holds on. The first version goes with its partnership: see `drop`."""
    found = locked(partnership)
    party = acting(found, user)
    agreement = open_of(found)
    if found.stage == Partnership.Stage.DRAFT:
        raise ValidationError(_("There is no version before this one. You can say that you do not go on with it."))
    agreement.state = Agreement.State.WITHDRAWN
    agreement.save(update_fields=["state"])
    record(found, "version_withdrawn", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.WITHDRAWN, but=user, page="partnership-agreement")
    telling.tell(found, telling.NOT_JOINED, among=parties(agreement), but=user)
    return agreement


@transaction.atomic
def decline(*, partnership: Partnership, party: Party, user: User) -> Agreement:
    """Say for somebody whom a version brings in that they do not join. What was signed of it is void, and it is written on."""
    found = locked(partnership)
    agreement = open_of(found)
    own = next(
        (each for each in speaking_for(parties(agreement), found, user) if each.public_id == party.public_id), None
    )
    if own is None:
        raise PermissionDenied
    places_of(agreement, own.side).remove(own.place)
    _reopen(agreement)
    record(found, "declined", user=user, party=own, version=agreement.version)
    telling.tell(found, telling.DECLINED, but=user, page="partnership-agreement")
    return agreement


def settle_signatures(first: Kept, second: Kept, user: User) -> None:
    """See anew who still has to sign, where two schools or organizations have become one, or two again.

    A version that all have signed by that holds; else its parties are told who they are now.
    """
    if not isinstance(first, School | Organization):
        return
    place = "schools" if isinstance(first, School) else "organizations"
    waiting = Agreement.objects.filter(state=Agreement.State.SIGNING).filter(
        Q(**{f"partnership__{place}__in": [first.pk, second.pk]}) | Q(**{f"{place}__in": [first.pk, second.pk]})
    )
    for pk in list(waiting.order_by("partnership").values_list("partnership", flat=True).distinct()):
        found = locked(Partnership(pk=pk))
        agreement = open_of(found, Agreement.State.SIGNING)
        record(found, "merged", user=user, party=None, names=f"{first}, {second}")
        today = today_in(found.city)
        if not unsigned(agreement) and any(may(found, name, today) for name in ("sign", "change", "renew")):
            _agree(found, agreement, user)
        else:
            telling.tell(found, telling.MERGED, among=signatories(agreement), but=user, page="partnership-agreement")


def void(partnership: Partnership) -> None:
    """Have what was put up written on, since its parties are others now. Under the partnership's lock."""
    agreement = partnership.agreements.filter(state=Agreement.State.SIGNING).first()
    if agreement:
        _reopen(agreement)


def _reopen(agreement: Agreement) -> None:
    agreement.signatures.all().delete()
    agreement.state, agreement.document, agreement.fingerprint = Agreement.State.DRAFT, None, ""
    agreement.edition += 1
    agreement.save()


def _agree(partnership: Partnership, agreement: Agreement, user: User) -> None:
    """Have an agreement hold that all have signed."""
    today = today_in(partnership.city)
    is_first = partnership.stage == Partnership.Stage.DRAFT
    if is_first:
        check(partnership, "sign")
    elif not may(partnership, "change", today):
        check(partnership, "renew")
    moves_start = is_first or may(partnership, "change", today)
    agreement.state = Agreement.State.SIGNED
    sides = {signature.side for signature in agreement.signatures.all()}
    agreement.signed_by_organization = today if Side.ORGANIZATION in sides else None
    agreement.signed_by_school = today if sides & {Side.SCHOOL, Side.DISTRICT} else None
    save_record(agreement)
    partnership.stage = Partnership.Stage.BY_DATES
    if moves_start:
        partnership.start_date = agreement.start_date
    partnership.planned_end_date = agreement.end_date
    for name in ("setting", "money", "currency", "funding_source", "check_in_weeks"):
        setattr(partnership, name, getattr(agreement, name))
    if partnership.money is None:
        partnership.currency = ""
    save_record(partnership)
    _agree_goals(agreement, today)
    _join(partnership, agreement)
    settle(partnership.needs.filter(state__in=(Need.State.STATED, Need.State.OFFERED)), user)
    for reckon in AGREED:
        reckon(partnership)
    record(partnership, "agreed" if is_first else "renewed", user=None, party=None, version=agreement.version)
    telling.tell(locked(partnership), telling.SIGNED, but=user, page="partnership-agreement")


def _agree_goals(agreement: Agreement, today: Any) -> None:
    for goal in Goal.objects.filter(agreement=agreement):
        goal.agreed_on = today
        save_record(goal)
    for goal in Goal.objects.filter(
        partnership=agreement.partnership, key__in=agreement.dropped_goals, dropped_on=None
    ):
        goal.dropped_on = today
        save_record(goal)


def _join(partnership: Partnership, agreement: Agreement) -> None:
    """Have whom the version brings in be parties, with the needs that it names."""
    there = {party.public_id for party in parties(partnership)}
    for party in parties(agreement):
        if party.public_id in there:  # it has become one with a party meanwhile
            places_of(agreement, party.side).remove(party.place)
            continue
        places_of(partnership, party.side).add(party.place)
        record(partnership, "joined-by-version", user=None, party=party, version=agreement.version)
    named = [each["need"] for each in (agreement.document or {}).get("needs", ())]
    partnership.needs.add(*Need.objects.of(partnership.city).filter(public_id__in=named))
