"""Records of the directory made, changed, confirmed, and taken back to what they were."""

from collections.abc import Container, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City, Kept, Source, public_id
from allcity.site.directory.checks import check_values
from allcity.site.directory.kinds import city_name, described, kind_of
from allcity.site.directory.models import Location, Offering, Organization, Program, School

PEOPLE = "people"
"""The id of the source that is the people of a city themselves."""
A_YEAR_OF_WEEKS = timedelta(weeks=52)
NO_NAMES = frozenset({"new"})
"""Short names that stand for something else in the addresses and forms of records."""

Record = TypeVar("Record", bound=Kept)


class EditConflictError(Exception):
    """Somebody else changed the same fields meanwhile. `fields` are what they now hold and what was to be written.

    `version` is the id of the newest history record: whoever has seen it may insist.
    """

    def __init__(self, *, fields: Mapping[str, tuple[Any, Any]], version: int, who: User | None) -> None:
        super().__init__(", ".join(fields))
        self.fields, self.version, self.who = fields, version, who


def add_organization(*, city: City, values: Mapping[str, Any], user: User) -> Organization:
    """Add an organization, named `values["name"]`. Raises ValidationError by field."""
    return _add(Organization(city=city), values, user)


def add_location(*, city: City, values: Mapping[str, Any], user: User) -> Location:
    """Add a place where offerings can be held. Raises ValidationError by field."""
    return _add(Location(city=city), values, user)


def add_program(*, organization: Organization, values: Mapping[str, Any], user: User) -> Program:
    """Add a program to an organization. Raises ValidationError by field."""
    return _add(Program(city=organization.city, organization=organization), values, user)


def add_offering(*, program: Program, values: Mapping[str, Any], user: User) -> Offering:
    """Add an offering to a program. Raises ValidationError by field."""
    stem = f"{program.name} {values['start_date']:%Y-%m}" if values.get("start_date") else program.name
    return _add(Offering(city=program.city, program=program), values, user, stem=stem)


def repeat_offering(*, offering: Offering, user: User, today: date | None = None) -> Offering:
    """The same offering a year later, on the same days of the week; further on where that is over already.

    Seats that a partnership has reserved are not reserved in it: an agreement is for its own year.

    Raises ValidationError where there is no such day, as a year after an end that was written as 9999.
    """
    today = today or timezone.now().date()
    years = max(1, -((offering.end_date - today) // A_YEAR_OF_WEEKS))
    values = {name: getattr(offering, name) for name in kind_of(offering).fields}
    try:
        values["start_date"] += A_YEAR_OF_WEEKS * years
        values["end_date"] += A_YEAR_OF_WEEKS * years
    except OverflowError:
        raise ValidationError(_("It has no end, so that it cannot be offered again. Change its last day.")) from None
    return add_offering(program=offering.program, values={**values, "currency": offering.currency}, user=user)


@transaction.atomic
def change_record(
    *, record: Record, values: Mapping[str, Any], user: User, version: int | None = None, seen: int | None = None
) -> Record:
    """Write what somebody says of a record, who has thereby confirmed it.

    `version` is the id of the history record that the person began from. What others have changed since stays where
    this person left it alone. `seen` is the newest version that the person was told of.

    Raises:
        EditConflictError: both changed the same field to something else, and the person does not know it yet.
        ValidationError: by field.
    """
    check_values(values)
    target = _locked(described(record))
    if version is not None:
        values = without_what_others_changed(target, values, version=version, seen=seen)
    for name, value in values.items():
        setattr(target, name, value)
    target.clean_fields(exclude={field.name for field in target._meta.fields} - set(values))
    return _confirmed(record, target, user)


@transaction.atomic
def confirm(*, record: Record, user: User) -> Record:
    """Note that somebody says a record is still true, today."""
    return _confirmed(record, _locked(described(record)), user)


@transaction.atomic
def restore_version(*, record: Record, version: int, user: User) -> Record:
    """Have a record say again what it said in an earlier version. What that version pointed to and is gone stays as it is.

    Raises ValueError where the record has no such version.
    """
    target = _locked(described(record))
    then = target.history.filter(history_id=version).first()
    if then is None:
        raise ValueError("The record has no such version.")
    for name in kind_of(record).fields:
        field: Any = target._meta.get_field(name)
        value = getattr(then, field.attname)
        if field.is_relation and value and not field.related_model._default_manager.filter(pk=value).exists():
            continue
        setattr(target, field.attname, value)
    return _confirmed(record, target, user)


def source_of_people(city: City, table: str) -> Source:
    """The source of what people say themselves, which feeds this table too from now on."""
    with translation.override(city.settings.city.languages[0]):
        name = _("People of %(city)s") % {"city": city_name(city)}
    today = timezone.now().date()
    source, new = Source.objects.get_or_create(
        city=city,
        key=PEOPLE,
        defaults={"name": name, "coverage": Source.Coverage.UNKNOWN, "tables": [table], "as_of": today},
    )
    if not new and table not in source.tables:
        source.tables = [*source.tables, table]
        source.as_of = today
        source.save(update_fields=["tables", "as_of"])
    return source


def free_key(model: type[Kept], city: City, name: str) -> str:
    """A readable id that no record of the city has as its id or its short name, archived ones included."""
    used = set(model._default_manager.of(city).values_list("key", flat=True))
    used |= set(model._default_manager.of(city).values_list("slug", flat=True))
    return free_name(name, used, otherwise=kind_name(model))


def free_name(text: str, used: Container[str], *, otherwise: str = "record") -> str:
    """A short name for addresses that is not in use, made of a text, or of `otherwise` where it has no letter for one."""
    stem = slugify(text)[:100] or otherwise
    name, number = stem, 1
    while name in used or name in NO_NAMES:
        number += 1
        name = f"{stem}-{number}"
    return name


def kind_name(model: type[Kept]) -> str:
    """What a record is called whose name has no letter that an address can hold."""
    return str(model._meta.model_name)


@transaction.atomic
def _add(record: Any, values: Mapping[str, Any], user: User, stem: str = "") -> Any:
    check_values(values)
    city = City.objects.select_for_update().get(pk=record.city_id)
    record.key = record.slug = free_key(type(record), city, stem or values["name"])
    record.public_id = public_id(city.slug, record.TABLE, record.key)
    record.source = source_of_people(city, record.TABLE)
    for name, value in values.items():
        setattr(record, name, value)
    record.clean_fields(exclude={field.name for field in record._meta.fields} - set(values))
    return _confirmed(record, record, user)


def _confirmed(record: Any, target: Any, user: User) -> Any:
    """Save what was written, and that the person has confirmed it today. A school is confirmed with its newest year."""
    now = timezone.now()
    target.as_of = now.date()
    target._history_user = user
    if isinstance(record, School):
        target.save()
        record = _locked(record)
        record.name, record.as_of = target.name, target.as_of
        record._history_user = user
    else:
        record = target
    record.confirmed_at, record.confirmed_by = now, user
    record.save()
    note_change(record.city)
    return record


def _locked(record: Any) -> Any:
    if record is None:
        raise ValidationError(_("This school has no school year yet. Bring one in with an import first."))
    return type(record)._default_manager.select_for_update().get(pk=record.pk)


def without_what_others_changed(
    now: models.Model, values: Mapping[str, Any], *, version: int, seen: int | None
) -> dict[str, Any]:
    """The values that the person changed who began from `version`; what others changed since stays where they did not.

    Raises EditConflictError where both changed a field, and the person has not `seen` the newest version.
    """
    history: Any = now.history  # type: ignore[attr-defined] # it has one
    then, newest = history.filter(history_id=version).first(), history.first()
    if then is None or newest.history_id == version:
        return dict(values)
    kept, clashes = {}, {}
    for name, value in values.items():
        attribute = now._meta.get_field(name).attname  # type: ignore[union-attr] # a field of its own table
        was, here = getattr(then, attribute), getattr(now, attribute)
        mine = value.pk if isinstance(value, models.Model) else value
        if mine == was:
            continue
        if was != here and mine != here:
            clashes[name] = (getattr(now, name), value)
        kept[name] = value
    if clashes and seen != newest.history_id:
        raise EditConflictError(fields=clashes, version=newest.history_id, who=newest.history_user)
    return kept
