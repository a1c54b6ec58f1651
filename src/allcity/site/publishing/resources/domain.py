"""What is done about resources: they come with Allcity, are suggested, added, changed, archived and brought back.

Whoever calls has checked that the acting person may. Every refusal is a ValidationError that says what to do instead.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import own_addresses
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource, ResourceCollection, ResourceInCollection
from allcity.site.publishing.resources import moderating, queries, telling
from allcity.site.publishing.resources.addresses import cleaned, same
from allcity.site.publishing.resources.checks import Entry, checked_email, checked_entry
from allcity.site.publishing.resources.files import checked as checked_file
from allcity.site.publishing.resources.library import Library, stock
from allcity.site.publishing.resources.words import said

State = Resource.State


# --- Those that come with Allcity ---


@transaction.atomic
def stock_library(*, library: Library | None = None) -> int:
    """Plant the resources that come with Allcity, and bring those up to date that nobody has changed. Gives how many it wrote.

    What somebody changed or took out of the library stays as it is. What a later version no longer has stays too.
    """
    library = library or stock()
    rows = {row.key: row for row in Resource.objects.exclude(key="")}
    written = 0
    for key, each in library.resources.items():
        told = each.model_dump(exclude={"en", "es"}) | {"words": each.words}
        told |= {part: list(told[part]) for part in ("sections", "contributions", "audiences")}
        row = rows.get(key)
        if row is None:
            rows[key] = Resource.objects.create(key=key, state=State.LISTED, **told)
            written += 1
        elif not row.is_changed and row.state == State.LISTED and _differs(row, told):
            if row.url != told["url"]:
                row.checked_at = row.answer = row.dead_since = None
            for name, value in told.items():
                setattr(row, name, value)
            row.save()
            written += 1
    return written + _stock_collections(library, rows)


def _differs(row: Any, told: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in told.items())


def _stock_collections(library: Library, rows: Mapping[str, Resource]) -> int:
    found = {row.key: row for row in ResourceCollection.objects.all()}
    places = list(ResourceInCollection.objects.order_by("position", "pk").values_list("collection_id", "resource_id"))
    written = 0
    for position, (key, each) in enumerate(library.collections.items()):
        told = {"words": each.words, "position": position}
        row = found.get(key)
        if row is None or _differs(row, told):
            row, _new = ResourceCollection.objects.update_or_create(key=key, defaults=told)
            written += 1
        wanted = [rows[name].pk for name in each.resources]
        if [resource for collection, resource in places if collection == row.pk] != wanted:
            ResourceInCollection.objects.filter(collection=row).delete()
            ResourceInCollection.objects.bulk_create(
                ResourceInCollection(collection=row, resource_id=number, position=place)
                for place, number in enumerate(wanted)
            )
            written += 1
    return written


# --- Suggestions ---


@transaction.atomic
def suggest(*, city: City, url: str, entry: Entry, user: User | None = None, email: str = "") -> Resource:
    """Suggest a resource to a city. Without an account it waits for the mail address to be confirmed, else for a coordinator."""
    url = cleaned(url)
    email = "" if user else checked_email(email)
    entry = checked_entry(entry, city)
    _refuse_known(url, city)
    if email:
        _forget_unconfirmed(url, city, email)
    resource = Resource(city=city, state=State.SUGGESTED, url=url, suggested_by=user, email=email, **_values(entry))
    resource.save()
    if user:
        moderating.wait(resource, user)
    else:
        telling.mail_link(resource)
    return resource


@transaction.atomic
def confirm(*, resource: Resource) -> Resource:
    """Confirm the mail address from which something was suggested. Doing it twice changes nothing."""
    found = _locked(resource)
    if found.state == State.SUGGESTED and not moderating.is_waiting(found):
        _refuse_known(found.url, found.city, but=found)
        moderating.wait(found, None)
    return found


@transaction.atomic
def take_back(*, resource: Resource) -> None:
    """Take a suggestion back that nobody has decided. It is erased."""
    found = _locked(resource)
    if found.state != State.SUGGESTED:
        raise ValidationError(_("This was decided already. Write to a coordinator of the city."))
    moderating.close(found)
    found.delete()


def _refuse_known(url: str, city: City | None, *, but: Resource | None = None) -> None:
    """Refuse what is there already, in words that thank for it.

    What nobody has confirmed is not there yet: otherwise a stranger could keep a link out of the library with any address.
    """
    found = queries.like(url, city, but=but)
    if found is None:
        return
    title = said(found.words).title
    if found.state == State.LISTED:
        text = _("Thank you: this is in the library already, as “%(title)s”.") % {"title": title}
    elif found.state == State.SUGGESTED:
        text = _("Thank you: somebody suggested this before you, and it waits to be looked at.")
    else:
        text = _("Thank you: this was looked at before, and is not in the library. A coordinator can say why.")
    raise ValidationError(text, code="url")


def _forget_unconfirmed(url: str, city: City, email: str) -> None:
    """Remove what the same person suggested before and never confirmed: what they send now takes its place."""
    for row in queries.unconfirmed().filter(city=city, email=email):
        if same(row.url) == same(url):
            row.delete()


# --- Looking after them ---


@transaction.atomic
def add(
    *, city: City | None, user: User, entry: Entry, url: str = "", file: IO[bytes] | None = None, file_name: str = ""
) -> Resource:
    """Add a resource to a city's library, or to that for all, with a link or a file."""
    entry = checked_entry(entry, city)
    resource = Resource(city=city, state=State.LISTED, changed_by=user, **_values(entry))
    _lead_somewhere(resource, url, file, file_name)
    resource.save()
    _note(city)
    return resource


@transaction.atomic
def change(
    *, resource: Resource, user: User, entry: Entry, url: str = "", file: IO[bytes] | None = None, file_name: str = ""
) -> Resource:
    """Change what is said of a resource, and where it leads. Without another file it keeps the one it has."""
    found = _locked(resource)
    entry = checked_entry(entry, found.city, found)
    for name, value in _values(entry).items():
        setattr(found, name, value)
    _lead_somewhere(found, url, file, file_name)
    found.changed_by, found.is_changed = user, True
    found.save()
    _note(found.city)
    return found


def _lead_somewhere(resource: Resource, url: str, file: IO[bytes] | None, file_name: str) -> None:
    """Give a resource its link and its file: one of the two at least."""
    url = cleaned(url) if url.strip() else ""
    if not url and not file and not resource.file:
        raise ValidationError(_("Give a link, or send a file."), code="url")
    if url != resource.url:
        if url:
            _refuse_known(url, resource.city, but=resource if resource.pk else None)
        resource.url = url
        resource.checked_at = resource.answer = resource.dead_since = None
    if file:
        content = checked_file(file, file_name)
        old = resource.file.name
        name = f"{resource.public_id.hex}{PurePosixPath(str(content.name)).suffix}"
        resource.file.save(name, content, save=False)
        if old:
            transaction.on_commit(lambda: default_storage.delete(old))


@transaction.atomic
def archive(*, resource: Resource, user: User) -> None:
    """Take a resource out of the library. It can be brought back."""
    _set_state(resource, user, State.LISTED, State.REMOVED)


@transaction.atomic
def restore(*, resource: Resource, user: User) -> None:
    """Bring a resource back that was taken out of the library."""
    _set_state(resource, user, State.REMOVED, State.LISTED)


def _set_state(resource: Resource, user: User, before: str, after: str) -> None:
    found = _locked(resource)
    if found.state == after:
        return
    if found.state != before:
        raise ValidationError(_("This waits for a decision. Decide it first, in what people wrote."))
    found.state, found.changed_by, found.is_changed = after, user, True
    found.save()
    _note(found.city)


# --- What moderation decides ---


def let_through(city: City, public_id: UUID) -> None:
    """Put a resource into the city's library, unless it was archived meanwhile. Nobody needs the mail address any more."""
    rows = Resource.objects.filter(city=city, public_id=public_id).exclude(state=State.REMOVED)
    if rows.update(state=State.LISTED, email=""):
        note_publication(city)


def decline(city: City, public_id: UUID) -> None:
    """Keep a resource out of the city's library, or take it out."""
    if Resource.objects.filter(city=city, public_id=public_id).update(state=State.DECLINED, email=""):
        note_publication(city)


# --- People ---


def erase(user: User) -> None:
    """Remove what somebody suggested and nobody has decided, and take the name off the rest."""
    theirs = Resource.objects.filter(state=State.SUGGESTED)
    for resource in [*theirs.filter(suggested_by=user), *theirs.filter(email__in=own_addresses(user))]:
        moderating.close(resource)
        Resource.objects.filter(pk=resource.pk).delete()
    Resource.objects.filter(suggested_by=user).update(suggested_by=None)


# --- Rows ---


def _values(entry: Entry) -> dict[str, Any]:
    """What is said, as a row keeps it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(entry).items()}


def _locked(resource: Resource) -> Resource:
    rows = Resource.objects.select_for_update(of=("self",)).select_related("city")
    found: Resource | None = rows.filter(pk=resource.pk).first()
    if found is None:
        raise ValidationError(_("This is gone. You are welcome to suggest it anew."))
    return found


def _note(city: City | None) -> None:
    """Let kept pages go that may show a resource: those of its city, or of all."""
    if city:
        note_publication(city)
    else:
        City.objects.update(page_version=F("page_version") + 1)


def forget_file(*, instance: Resource, **_more: object) -> None:
    """Delete the file of a resource that is deleted, once that stands. A receiver of the signal."""
    if name := instance.file.name:
        transaction.on_commit(lambda: default_storage.delete(name))
