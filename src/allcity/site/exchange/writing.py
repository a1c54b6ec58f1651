"""Changes of a city's tables made to its records: what is new is added, what is gone is archived or deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Kept, Keyed, Known, RecordQuerySet, public_id
from allcity.site.directory.domain import free_name
from allcity.site.directory.models import School, SchoolYear
from allcity.site.exchange.changes import Change, Changes, Key, Row
from allcity.site.exchange.tables import KEPT, Keeping

BATCH = 500


def write_changes(city: City, changes: Changes, *, user: User | None = None) -> None:
    """Make the changes to the city's records, all of them or none.

    A record that people look after is never deleted: it is archived, and comes back when a later change adds it again.
    """
    with transaction.atomic():
        for name, keeping in KEPT.items():
            if name in changes:
                _Writer(city, keeping, user).write(changes[name])
        for name, keeping in reversed(list(KEPT.items())):
            if name in changes and changes[name].removed:
                _Writer(city, keeping, user).remove(changes[name].removed)
        if "schools" in changes:
            _name_schools(city, user)


class _Writer:
    def __init__(self, city: City, keeping: Keeping, user: User | None) -> None:
        self.city, self.keeping, self.user = city, keeping, user
        self.model: Any = keeping.model
        self.ids: dict[type[models.Model], dict[str, int]] = {}

    def write(self, change: Change) -> None:
        if self.model is SchoolYear:
            self._add_schools(key[0] for key in change.added)
        there = self._there([*change.added, *change.changed])
        hidden = self._hidden(there)
        new, revived = [], []
        for key, row in change.added.items():
            record = there.get(key)
            if record is None:
                new.append(self._new(key))
                self._fill(new[-1], row)
            elif key not in hidden and getattr(record, "merged_into_id", None) is None:
                self._fill(record, row)
                if issubclass(self.model, Kept):
                    record.archived_at = None
                revived.append(record)
        for key, cells in change.changed.items():
            self._fill(there[key], {column: after for column, (_before, after) in cells.items()})
        if issubclass(self.model, Kept):
            self._give_slugs(new)
        self._create(new)
        fields = {b.field for b in self.keeping.single if any(b.column.name in c for c in change.changed.values())}
        self._update([there[key] for key in change.changed], fields)
        if revived:
            back = {"archived_at"} if issubclass(self.model, Kept) else set()
            self._update(revived, {*(b.field for b in self.keeping.single), *back})
        if self.keeping.many:
            there |= {self._key(record): record for record in new}
            rows = change.added | {
                key: {c: after for c, (_, after) in cells.items()} for key, cells in change.changed.items()
            }
            for binding in self.keeping.many:
                column = binding.column.name
                lists = {there[key].pk: row[column] for key, row in rows.items() if column in row and key not in hidden}
                self._link(binding.field, lists)

    def remove(self, rows: Mapping[Key, Row]) -> None:
        records = list(self._there(rows).values())
        if issubclass(self.model, Kept):
            for record in records:
                record.archived_at = timezone.now()
            self._update(records, {"archived_at"})
        else:
            self._detach_hidden(records)
            self.model._default_manager.filter(pk__in=[record.pk for record in records]).delete()

    def _detach_hidden(self, records: list[Any]) -> None:
        """Let go what still points to records that go: all of it is archived, or belongs to what is.

        What is not has been changed already, for the tables that are to be are whole. Histories still name what went.
        What is not of the tables, such as matches and offers, goes or stays as its model says.
        """
        for relation in self.model._meta.get_fields(include_hidden=True):
            field = getattr(relation, "field", None)
            if field is not None and relation.one_to_many and field.null and issubclass(field.model, Known):
                hidden = field.model._default_manager.of(self.city).filter(**{f"{field.name}__in": records})
                hidden.update(**{field.name: None})

    def _pk(self, model: type[models.Model], key: str) -> int:
        if model not in self.ids:
            self.ids[model] = _ids(model, self.city)
        return self.ids[model][key]

    def _there(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """The records of these keys, archived ones too."""
        wanted = set(keys)
        if not wanted:
            return {}
        everything = self.model._default_manager.of(self.city).select_related(
            *(binding.field for binding in self.keeping.key if binding.points_to)
        )
        return {key: record for record in everything if (key := self._key(record)) in wanted}

    def _hidden(self, there: Mapping[Key, Any]) -> set[Key]:
        """Those that people prepare here, or have put aside, so that no table has them: they stay as they are."""
        if issubclass(self.model, Kept) or not there:
            return set()
        seen = set(self.model._default_manager.of(self.city).current().values_list("pk", flat=True))
        return {key for key, record in there.items() if record.pk not in seen}

    def _key(self, record: Any) -> Key:
        """The record's key as its table has it."""
        values = []
        for binding in self.keeping.key:
            value = getattr(record, binding.field)
            values.append(binding.out(value.key if binding.points_to and value is not None else value))
        return tuple(values)

    def _new(self, key: Key) -> Any:
        record = self.model(city=self.city)
        if issubclass(self.model, Keyed):
            record.public_id = public_id(self.city.slug, self.keeping.table.name, key[0])
        return record

    def _fill(self, record: Any, row: Mapping[str, Any]) -> None:
        for binding in self.keeping.single:
            if binding.column.name in row:
                value = binding.back(row[binding.column.name])
                if binding.points_to:
                    pk = None if value is None else self._pk(binding.points_to, value)
                    setattr(record, f"{binding.field}_id", pk)
                else:
                    setattr(record, binding.field, value)

    def _add_schools(self, keys: Iterable[str]) -> None:
        there = {school.key: school for school in School.objects.of(self.city)}
        wanted = dict.fromkeys(keys)
        new = [
            School(city=self.city, key=key, public_id=public_id(self.city.slug, "schools", key), name=key)
            for key in wanted
            if key not in there
        ]
        self._give_slugs(new)
        bulk_create_with_history(new, School, batch_size=BATCH, default_user=self.user)
        revived = [
            there[key] for key in wanted if key in there and there[key].archived_at and not there[key].merged_into_id
        ]
        for school in revived:
            school.archived_at = None
        if revived:
            bulk_update_with_history(revived, School, ["archived_at"], batch_size=BATCH, default_user=self.user)

    def _give_slugs(self, records: Iterable[Any]) -> None:
        records = list(records)
        if not records:
            return
        model = type(records[0])
        used = set(model._default_manager.of(self.city).values_list("slug", flat=True))
        for record in records:
            record.slug = free_name(record.key, used)
            used.add(record.slug)

    def _create(self, records: list[Any]) -> None:
        if not records:
            return
        if hasattr(self.model, "history"):
            # Back from the database with their primary keys, which the history needs.
            bulk_create_with_history(records, self.model, batch_size=BATCH, default_user=self.user)
        else:
            self.model._default_manager.bulk_create(records, batch_size=BATCH)

    def _update(self, records: list[Any], fields: Iterable[str]) -> None:
        names = sorted(fields)
        if not records or not names:
            return
        if hasattr(self.model, "history"):
            bulk_update_with_history(records, self.model, names, batch_size=BATCH, default_user=self.user)
        else:
            self.model._default_manager.bulk_update(records, names, batch_size=BATCH)

    def _link(self, name: str, lists: Mapping[int, list[str] | None]) -> None:
        field: Any = self.model._meta.get_field(name)
        through = field.remote_field.through._default_manager
        mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        through.filter(**{f"{mine}__in": list(lists)}).delete()
        through.bulk_create(
            [
                through.model(**{mine: pk, theirs: self._pk(field.related_model, key)})
                for pk, keys in lists.items()
                for key in dict.fromkeys(keys or ())
            ],
            batch_size=BATCH,
        )


def _ids(model: type[models.Model], city: City) -> dict[str, int]:
    """The records' numbers by id. The id of a record that was merged away leads to the one that has taken its place."""
    records: RecordQuerySet = model._default_manager.of(city)  # type: ignore[attr-defined] # models of records have such a manager
    if not issubclass(model, Kept):
        return dict(records.values_list("key", "pk"))
    rows = list(records.values_list("key", "pk", "merged_into"))
    survivor = {pk: merged_into for _key, pk, merged_into in rows if merged_into}

    def last(pk: int) -> int:
        while pk in survivor:
            pk = survivor[pk]
        return pk

    return {key: last(pk) for key, pk, _merged_into in rows}


def _name_schools(city: City, user: User | None) -> None:
    """Give each school the name, source and day of its newest year; a school without years is archived."""
    newest = {year.school_id: year for year in SchoolYear.objects.of(city).order_by("year")}
    changed = []
    for school in School.objects.of(city):
        year = newest.get(school.pk)
        if year is None:
            if school.archived_at is None:
                school.archived_at = timezone.now()
                changed.append(school)
        elif (school.name, school.source_id, school.as_of) != (year.name, year.source_id, year.as_of):
            school.name, school.source_id, school.as_of = year.name, year.source_id, year.as_of
            changed.append(school)
    if changed:
        fields = ["name", "source", "as_of", "archived_at"]
        bulk_update_with_history(changed, School, fields, batch_size=BATCH, default_user=user)
