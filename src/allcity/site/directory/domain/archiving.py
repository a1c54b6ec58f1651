"""Records put away and brought back. Nothing is ever lost."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from simple_history.utils import bulk_update_with_history

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import Kept, RecordQuerySet
from allcity.site.directory.models import Location, Offering, Organization, Program


def under(record: Kept) -> tuple[RecordQuerySet, ...]:
    """What is archived with a record: an organization's programs and offerings, a program's offerings."""
    match record:
        case Organization():
            return Program.objects.filter(organization=record), Offering.objects.filter(program__organization=record)
        case Program():
            return (Offering.objects.filter(program=record),)
    return ()


@transaction.atomic
def archive_record(*, record: Kept, user: User) -> Kept:
    """Put a record away with all that is under it. It can be brought back.

    Raises ValidationError for a place where something is still held.
    """
    if isinstance(record, Location):
        held = Offering.objects.filter(location=record).current().count()
        if held:
            message = ngettext(
                "%(count)s offering is still held here. Move or archive it first.",
                "%(count)s offerings are still held here. Move or archive them first.",
                held,
            )
            raise ValidationError(message % {"count": held})
    if record.archived_at is None:
        now = timezone.now()
        _write([record], now, user)
        for records in under(record):
            _write(records.current(), now, user)
        note_change(record.city)
    return record


@transaction.atomic
def restore_record(*, record: Kept, user: User) -> Kept:
    """Bring back a record and what was archived together with it.

    Raises ValidationError where what it is under is still archived, or where it was merged into another.
    """
    if record.merged_into is not None:
        raise ValidationError(_("This was merged into another record. Take the merge back instead."))
    above = getattr(record, "program", None) or getattr(record, "organization", None)
    if above is not None and above.archived_at is not None:
        raise ValidationError(_("Bring back “%(name)s” first, which it belongs to.") % {"name": above})
    then = record.archived_at
    if then is not None:
        _write([record], None, user)
        for records in under(record):
            _write(records.filter(archived_at=then, merged_into=None), None, user)
        note_change(record.city)
    return record


def _write(records: Iterable[Any], archived_at: Any, user: User) -> None:
    changed = list(records)
    for record in changed:
        record.archived_at = archived_at
    if changed:
        bulk_update_with_history(changed, type(changed[0]), ["archived_at"], batch_size=500, default_user=user)
