"""What is done about endorsements: they are given, confirmed, changed, withdrawn, let through and taken down.

Nobody learns from an answer whether an address endorsed before: whoever sends the form is told to look at their mail, and the
mail tells the rest. Refusals are ValidationErrors that say what to do instead.
"""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import own_addresses
from allcity.site.action.endorsing import moderating, telling
from allcity.site.action.endorsing.checks import Words, checked_email, checked_organization, checked_words
from allcity.site.action.endorsing.queries import account_of, is_known, new_token
from allcity.site.action.models import Endorsement
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City


@transaction.atomic
def endorse(
    *,
    city: City,
    email: str,
    name: str,
    participant: str,
    organization: str = "",
    place: UUID | None = None,
    statement: str = "",
    language: str = "",
    is_public: bool = False,
    is_mailed: bool = True,
) -> None:
    """Endorse the Declaration in a city, for oneself or for an organization. It counts once the mail address is confirmed.

    Whoever did so before is sent the link to what they said; what was not confirmed yet is replaced. Samples are not mailed.
    """
    email = checked_email(email)
    words = checked_words(city, Words(name, participant, statement, language, is_public))
    organization = checked_organization(city, organization, place)
    found = _row(city, email, organization)
    if found is None:
        try:
            with transaction.atomic():
                found = Endorsement.objects.create(
                    city=city,
                    email=email,
                    organization=organization,
                    place=place,
                    token=new_token(),
                    **vars(words),
                )
        except IntegrityError:  # the same form was sent twice at once
            return
    elif found.confirmed_at:
        if is_mailed:
            telling.mail_again(found)
        return
    else:
        # A new link: whoever has the old one would confirm what somebody else wrote since.
        found.token, found.place = new_token(), place
        _set(found, words)
        found.save()
    if is_mailed:
        telling.mail_link(found)


@transaction.atomic
def confirm(*, endorsement: Endorsement) -> Endorsement:
    """Confirm the mail address, from which on it counts. Doing it twice changes nothing."""
    found = _locked(endorsement)
    if found.withdrawn_at:
        raise ValidationError(_("This was withdrawn. You are welcome to endorse the Declaration anew."))
    if found.confirmed_at is None:
        found.confirmed_at = timezone.now()
        _show_or_hold(found)
        found.save()
        note_publication(found.city)
    return found


@transaction.atomic
def change(
    *,
    endorsement: Endorsement,
    name: str,
    participant: str,
    statement: str = "",
    language: str = "",
    is_public: bool = False,
) -> Endorsement:
    """Change what one said. What is new waits for a coordinator where the city does not know who says it."""
    found = _standing(endorsement)
    words = checked_words(found.city, Words(name, participant, statement, language, is_public))
    is_same = (found.name, found.statement) == (words.name, words.statement)
    was_public = found.is_public
    _set(found, words)
    if not (is_same and was_public == is_public):
        _show_or_hold(found)
    found.save()
    note_publication(found.city)
    return found


@transaction.atomic
def withdraw(*, endorsement: Endorsement) -> None:
    """Take an endorsement back. Neither name nor address nor words are kept; what was never confirmed is removed."""
    found = _locked(endorsement)
    if found.withdrawn_at:
        return
    moderating.close(found)
    if found.confirmed_at is None:
        found.delete()
        return
    found.name = found.email = found.statement = found.organization = found.language = ""
    found.place, found.shown_at, found.is_public, found.withdrawn_at = None, None, False, timezone.now()
    found.save()
    note_publication(found.city)


def erase(user: User) -> None:
    """Withdraw whatever was endorsed from a person's mail addresses."""
    for found in Endorsement.objects.filter(email__in=own_addresses(user)):
        withdraw(endorsement=found)


# --- What is shown ---


def let_through(city: City, public_id: UUID) -> None:
    """Show an endorsement by name. Moderation calls this."""
    rows = Endorsement.objects.of(city).filter(public_id=public_id, withdrawn_at=None)
    if rows.update(shown_at=timezone.now(), taken_down_at=None):
        note_publication(city)


def take_down(city: City, public_id: UUID) -> None:
    """Show an endorsement by name no more; it counts all the same. Moderation calls this."""
    if Endorsement.objects.of(city).filter(public_id=public_id).update(taken_down_at=timezone.now()):
        note_publication(city)


def _show_or_hold(found: Endorsement) -> None:
    """Show it by name where it may be, or have a coordinator look first; the row is saved by whoever calls."""
    found.shown_at = None
    if not found.is_public:
        moderating.close(found)
    elif is_known(found) and found.taken_down_at is None:
        moderating.close(found)
        found.shown_at = timezone.now()
    else:
        moderating.wait(found, account_of(found.email))


# --- Rows ---


def _set(found: Endorsement, words: Words) -> None:
    for field, value in vars(words).items():
        setattr(found, field, value)


def _row(city: City, email: str, organization: str) -> Endorsement | None:
    """What was endorsed from an address for an organization, however its name is capitalized; locked."""
    rows = Endorsement.objects.of(city).select_for_update(of=("self",)).select_related("city")
    found: Endorsement | None = rows.filter(email=email, organization__iexact=organization).order_by("pk").first()
    return found


def _locked(endorsement: Endorsement) -> Endorsement:
    rows = Endorsement.objects.select_for_update(of=("self",)).select_related("city")
    found: Endorsement | None = rows.filter(pk=endorsement.pk).first()
    if found is None:
        raise ValidationError(_("This is gone. You are welcome to endorse the Declaration anew."))
    return found


def _standing(endorsement: Endorsement) -> Endorsement:
    found = _locked(endorsement)
    if found.withdrawn_at:
        raise ValidationError(_("This was withdrawn. You are welcome to endorse the Declaration anew."))
    if found.confirmed_at is None:
        raise ValidationError(_("Confirm it first: then you can change what you say."))
    return found
