"""Signing: a text is frozen, each party signs exactly that text, and once all have, it holds."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import telling
from allcity.site.partnerships.agreeing.document import document_of, fingerprint_of, goals_of
from allcity.site.partnerships.agreeing.domain.keeping import acting, check, locked, may, open_of, record, save_record
from allcity.site.partnerships.agreeing.queries import unsigned
from allcity.site.partnerships.models import Agreement, Goal, Partnership, Side, Signature
from allcity.site.partnerships.parties import Party, parties, parties_of


@transaction.atomic
def put_up(*, partnership: Partnership, user: User, edition: int | None = None) -> Agreement:
    """Freeze the words of the version that is being written, so that all can sign them. `edition` is the one that was read.

    Raises ValidationError where it has changed since, or something is missing without which nobody can sign.
    """
    found = locked(partnership)
    party = acting(found, user)
    agreement = open_of(found, Agreement.State.DRAFT)
    if edition is not None and edition != agreement.edition:
        raise ValidationError(_("The text changed while you were reading. Read it again, then put it up."))
    gone = [each.name for each in parties(found) if not each.is_there]
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
    telling.tell(found, telling.TO_SIGN, but=user, page="partnership-agreement")
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
    own = next((each for each in parties_of(found, user) if each.public_id == party.public_id), None)
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
    party = acting(found, user)
    agreement = open_of(found, Agreement.State.SIGNING)
    _reopen(agreement)
    record(found, "taken_back", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.TAKEN_BACK, but=user, page="partnership-agreement")
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
    return agreement


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
    _move(partnership.needs.all(), user)
    record(partnership, "agreed" if is_first else "renewed", user=None, party=None, version=agreement.version)
    telling.tell(partnership, telling.SIGNED, but=user, page="partnership-agreement")


def _agree_goals(agreement: Agreement, today: Any) -> None:
    for goal in Goal.objects.filter(agreement=agreement):
        goal.agreed_on = today
        save_record(goal)
    for goal in Goal.objects.filter(
        partnership=agreement.partnership, key__in=agreement.dropped_goals, dropped_on=None
    ):
        goal.dropped_on = today
        save_record(goal)


def _move(needs: Iterable[Need], user: User) -> None:
    """Have needs follow that are not further on already. One that was closed meanwhile stays closed."""
    for need in needs:
        if need.state in (Need.State.STATED, Need.State.OFFERED):
            move_need(need=need, state=Need.State.AGREED, user=user)
