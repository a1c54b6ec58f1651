"""What is done about consents: they are given, given anew when they end, and taken back."""

from datetime import date
from secrets import token_urlsafe
from typing import IO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.publishing.media import kinds, telling
from allcity.site.publishing.media.files import checked_document, put_aside
from allcity.site.publishing.media.queries import is_shown
from allcity.site.publishing.media.stopping import KEPT_AFTER, follow, stop
from allcity.site.publishing.models import Consent, Picture, Video

LONGEST = 200


@transaction.atomic
def give_consent(
    *,
    of: Picture | Video,
    shown: str,
    is_minor: bool,
    relation: str,
    given_by: str,
    email: str = "",
    given_on: date | None = None,
    for_site: bool = True,
    for_print: bool = False,
    for_social: bool = False,
    until: date | None = None,
    document: IO[bytes] | None = None,
    user: User | None = None,
    is_mailed: bool = True,
) -> Consent:
    """Note that somebody, or who is responsible for them, agreed to be shown. Who gave a mail address is sent the link back."""
    shown, given_by, email = " ".join(shown.split()), " ".join(given_by.split()), email.strip().lower()
    given_on = given_on or timezone.now().date()
    _check_words(shown, is_minor, relation, given_by)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(_("Write a mail address such as name@example.org."), code="email") from None
    _check_terms(given_on, until, for_site or for_print or for_social)
    was_shown = is_shown(of)
    consent = Consent(
        picture=of if isinstance(of, Picture) else None,
        video=of if isinstance(of, Video) else None,
        shown=shown,
        is_minor=is_minor,
        relation=relation,
        given_by=given_by,
        email=email,
        given_on=given_on,
        for_site=for_site,
        for_print=for_print,
        for_social=for_social,
        until=until,
        token=token_urlsafe(32),
        noted_by=user,
    )
    if document:
        checked = checked_document(document)
        consent.document.save(checked.name or "", checked, save=False)
    consent.save()
    follow(of, was_shown=was_shown)  # somebody may be in it who agreed to print alone
    if is_mailed:
        telling.mail_link(consent)
    return consent


@transaction.atomic
def renew_consent(
    *,
    consent: Consent,
    given_on: date | None = None,
    for_site: bool = True,
    for_print: bool = False,
    for_social: bool = False,
    until: date | None = None,
    document: IO[bytes] | None = None,
) -> Consent:
    """Note that whoever agreed has agreed anew: for longer, or for more or less than before. Their link stays the same.

    A second consent beside one that has ended would not do: everybody in it has to agree, and the ended one stays.
    """
    found = Consent.objects.select_for_update(of=("self",)).select_related("picture", "video").get(pk=consent.pk)
    if found.withdrawn_at:
        raise ValidationError(_("This consent was taken back, and cannot be given anew here."))
    given_on = given_on or timezone.now().date()
    _check_terms(given_on, until, for_site or for_print or for_social)
    of = subject_of(found)
    was_shown = is_shown(of)
    found.given_on, found.until = given_on, until
    found.for_site, found.for_print, found.for_social = for_site, for_print, for_social
    if document:
        before, checked = found.document.name, checked_document(document)
        found.document.save(checked.name or "", checked, save=False)
        put_aside(before or "")
    found.save()
    follow(of, was_shown=was_shown)
    telling.mail_link(found)
    return found


def _check_terms(given_on: date, until: date | None, is_for_something: bool) -> None:
    today = timezone.now().date()
    if given_on > today:
        raise ValidationError(_("The day on which somebody agreed cannot lie ahead."), code="given_on")
    if until and until < today:
        raise ValidationError(_("This consent has ended already. Ask for a new one."), code="until")
    if not is_for_something:
        raise ValidationError(_("Say for what they agreed to be shown."), code="for_site")


def _check_words(shown: str, is_minor: bool, relation: str, given_by: str) -> None:
    if not shown:
        message = _("Say who is shown: a name of an adult, “eight students of grade 5” for children.")
        raise ValidationError(message, code="shown")
    if relation not in Consent.Relation.values:
        raise ValidationError(_("Say who agreed."), code="relation")
    if is_minor and relation == Consent.Relation.SELF:
        message = _("For children and young people, a parent, a guardian or the school agrees.")
        raise ValidationError(message, code="relation")
    if not given_by:
        raise ValidationError(_("Write the name of who agreed. It is never shown."), code="given_by")
    if max(len(shown), len(given_by)) > LONGEST:
        code = "shown" if len(shown) > LONGEST else "given_by"
        raise ValidationError(
            _("This is too long. Say it in at most %(number)s characters.") % {"number": LONGEST}, code=code
        )


@transaction.atomic
def withdraw_consent(*, consent: Consent) -> Consent:
    """Take a consent back. What it was for is shown nowhere any more, from this moment on. Doing it twice changes nothing."""
    found = Consent.objects.select_for_update(of=("self",)).select_related("picture", "video").get(pk=consent.pk)
    if found.withdrawn_at is None:
        now = timezone.now()
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        of = subject_of(found)
        of.withdrawn_at, of.kept_until = of.withdrawn_at or now, now.date() + KEPT_AFTER
        of.save(update_fields=["withdrawn_at", "kept_until"])
        stop(of)
        telling.tell_coordinators(of, kinds.WITHDRAWN)
    consent.withdrawn_at = found.withdrawn_at
    return found


def subject_of(consent: Consent) -> Picture | Video:
    """What a consent is for."""
    of = consent.picture or consent.video
    if of is None:  # the database holds none such
        raise ValueError("A consent is for a picture or a video.")
    return of
