"""Two records made one, and two again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.models import HistoricalChanges
from simple_history.utils import bulk_update_with_history

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import Invitation, Kept, Membership, Request
from allcity.site.conversations.models import Party
from allcity.site.directory.kinds import KINDS, kind_of
from allcity.site.directory.models import Distinct, Identifier, Merge

MERGED = ("organizations", "programs", "locations", "schools")
"""The kinds that can be merged."""
OF_A_PLACE: dict[type[models.Model], tuple[str, ...]] = {
    Membership: ("user_id", "role"),
    Invitation: ("email", "role"),
    Request: ("user_id", "role"),
    Party: ("thread_id",),
}
"""What names a place by its public id, with what there is one of for each place. Features above add theirs."""
AFTERWARDS: list[Callable[[Kept, Kept, User], None]] = []
"""What is made anew once two records are one, or two again. Features above add theirs."""


@dataclass(frozen=True)
class Move:
    """Rows of a model that go from the duplicate to the survivor, and those that cannot, for it has such a row already."""

    model: type[models.Model]
    field: str
    rows: tuple[models.Model, ...]
    staying: tuple[models.Model, ...]

    @property
    def is_link(self) -> bool:
        """Whether the rows only link two records: a link that the survivor has already is not needed twice."""
        return bool(self.model._meta.auto_created)


@transaction.atomic
def merge_records(*, survivor: Kept, duplicate: Kept, take: Iterable[str] = (), user: User) -> Merge:
    """Make one of two records: everything that was the duplicate's is the survivor's, which takes over the fields of `take`.

    What the survivor has already for the same year stays with the duplicate, which is archived and leads to the survivor.

    Raises ValidationError where the two cannot be one.
    """
    _check(survivor, duplicate)
    city = survivor.city
    journal: dict[str, Any] = {"moved": [], "fields": {}, "links": [], "places": {}, "identifiers": []}
    for move in moves(survivor, duplicate):
        _point(move.model, move.field, [row.pk for row in move.rows], survivor.pk, user)
        journal["moved"].append([move.model._meta.label, move.field, [row.pk for row in move.rows]])
        if move.is_link:
            journal["links"] += [[move.model._meta.label, _values(row)] for row in move.staying]
            move.model._default_manager.filter(pk__in=[row.pk for row in move.staying]).delete()
    journal["places"] = _move_places(survivor, duplicate)
    journal["identifiers"] = _move_identifiers(survivor, duplicate)
    for name in take:
        attribute = survivor._meta.get_field(name).attname  # type: ignore[union-attr] # a field of its own table
        before, after = getattr(survivor, attribute), getattr(duplicate, attribute)
        setattr(survivor, attribute, after)
        journal["fields"][attribute] = [before, after]
    for record in (survivor, duplicate):
        record._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
    duplicate.archived_at, duplicate.merged_into = timezone.now(), survivor
    survivor.save()
    duplicate.save()
    merge = Merge.objects.create(
        city=city,
        public_id=uuid4(),
        table=kind_of(survivor).name,
        survivor=survivor.pk,
        duplicate=duplicate.pk,
        user=user,
        journal=journal,
    )
    _follow(survivor, duplicate, user)
    note_change(city)
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, user: User) -> Kept:
    """Make two records of one again, but for what has changed since, which stays. Gives the one that had been merged away.

    Raises ValidationError where it has been taken back already, or the survivor itself was merged since.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError(_("This has been taken back already."))
    model = KINDS[merge.table].model
    survivor, duplicate = model._default_manager.get(pk=merge.survivor), model._default_manager.get(pk=merge.duplicate)
    if duplicate.merged_into != survivor:
        raise ValidationError(_("There was another merge since. Take that one back first."))
    for label, field, keys in merge.journal["moved"]:
        moved = apps.get_model(label)
        still = moved._default_manager.filter(pk__in=keys, **{field: survivor.pk}).values_list("pk", flat=True)
        _point(moved, field, still, duplicate.pk, user)
    for label, values in merge.journal["links"]:
        apps.get_model(label)._default_manager.get_or_create(**values)
    for label, keys in merge.journal["places"].items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=keys, place=survivor.public_id)
        rows.update(place=duplicate.public_id)
    Identifier.objects.filter(pk__in=merge.journal["identifiers"], record_key=survivor.key).update(
        record_key=duplicate.key
    )
    for attribute, (before, after) in merge.journal["fields"].items():
        if getattr(survivor, attribute) == after:
            setattr(survivor, attribute, before)
    duplicate.archived_at = duplicate.merged_into = None
    for record in (survivor, duplicate):
        record._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
        record.save()
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    _follow(survivor, duplicate, user)
    note_change(merge.city)
    return duplicate


def keep_apart(*, first: Kept, second: Kept) -> Distinct:
    """Note that two records that look alike are not the same, so that nobody is asked again."""
    low, high = sorted((first.pk, second.pk))
    distinct, _new = Distinct.objects.get_or_create(city=first.city, table=kind_of(first).name, first=low, second=high)
    return distinct


def moves(survivor: Kept, duplicate: Kept) -> Iterator[Move]:
    """What points to the duplicate, in whichever feature, and what of it can point to the survivor instead."""
    for relation in survivor._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model = relation.related_model
        if issubclass(model, HistoricalChanges):
            continue
        name = relation.field.name
        rows = list(model._default_manager.filter(**{name: duplicate}).order_by("pk"))
        if not rows:
            continue
        taken = set()
        keys = _unique_with(model, name)
        if keys is not None:
            taken = {_key(row, keys) for row in model._default_manager.filter(**{name: survivor})}
        moving = tuple(row for row in rows if keys is None or _key(row, keys) not in taken)
        yield Move(model, name, moving, tuple(row for row in rows if row not in moving))


def _follow(survivor: Kept, duplicate: Kept, user: User) -> None:
    for follow in AFTERWARDS:
        follow(survivor, duplicate, user)


def _check(survivor: Kept, duplicate: Kept) -> None:
    if type(survivor) is not type(duplicate) or survivor.city_id != duplicate.city_id or survivor.pk == duplicate.pk:
        raise ValidationError(_("Choose two records of one kind."))
    if kind_of(survivor).name not in MERGED:
        raise ValidationError(_("Records of this kind cannot be merged. Archive the one that is not needed."))
    if survivor.archived_at or duplicate.archived_at:
        raise ValidationError(_("One of the two is archived. Bring it back first."))


def _unique_with(model: type[models.Model], name: str) -> tuple[str, ...] | None:
    """The other fields with which a reference is unique: the year of a school's year, the other end of a link.

    Empty where it is unique by itself, None where it is not.
    """
    if model._meta.get_field(name).unique:  # type: ignore[union-attr] # a field of its own table
        return ()
    sets = [
        constraint.fields or tuple(str(each.name) for each in constraint.expressions if isinstance(each, models.F))  # type: ignore[attr-defined] # a constraint of fields
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    for fields in (*sets, *model._meta.unique_together):
        if name in fields:
            return tuple(model._meta.get_field(other).attname for other in fields if other != name)  # type: ignore[union-attr] # a field of its own table
    return None


def _key(row: models.Model, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def _point(model: Any, field: str, keys: Iterable[int], target: int, user: User) -> None:
    """Have these rows point to another record, with history where the model has one."""
    keys = list(keys)
    if not keys:
        return
    if not hasattr(model, "history"):
        model._default_manager.filter(pk__in=keys).update(**{field: target})
        return
    rows = list(model._default_manager.filter(pk__in=keys))
    for row in rows:
        setattr(row, f"{field}_id", target)
    bulk_update_with_history(rows, model, [field], batch_size=500, default_user=user)


def _move_places(survivor: Kept, duplicate: Kept) -> dict[str, list[int]]:
    """Give roles, invitations, requests and conversations of the duplicate to the survivor, but for what is there too."""
    moved = {}
    for model, names in OF_A_PLACE.items():
        rows: Any = model._default_manager.all()
        there = {_key(row, names) for row in rows.filter(place=survivor.public_id)}
        keys = [row.pk for row in rows.filter(place=duplicate.public_id) if _key(row, names) not in there]
        rows.filter(pk__in=keys).update(place=survivor.public_id)
        moved[model._meta.label] = keys
    return moved


def _move_identifiers(survivor: Kept, duplicate: Kept) -> list[int]:
    rows = Identifier.objects.of(survivor.city).filter(table=kind_of(survivor).name)
    there = rows.filter(record_key=survivor.key).values_list("scheme", flat=True)
    keys = list(rows.filter(record_key=duplicate.key).exclude(scheme__in=list(there)).values_list("pk", flat=True))
    rows.filter(pk__in=keys).update(record_key=survivor.key)
    return keys
