"""Whether somebody may still see what a notice tells of: asked whenever it is shown, and again as it is mailed.

Between the moment in which something happened and the mail of the day, a role may have ended, a city may have been hidden,
a conversation may have become a circle's own, a record may have gone. Of a city that the person may not see no notice is
let through. Features register what more it takes for their kinds.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django.urls import Resolver404, resolve
from django.utils import translation

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Membership, Role
from allcity.site.notices.kinds import Kind
from allcity.site.notices.models import Notice

Checker = Callable[[User, Collection[Notice]], Iterable[Notice]]
"""Gives those of the notices that the person may still see, in a number of queries that does not grow with them."""

_checkers: dict[str, Checker] = {}


def register(checker: Checker, *kinds: Kind) -> None:
    """Have notices of these kinds let through by `checker` alone."""
    _checkers.update(dict.fromkeys((kind.id for kind in kinds), checker))


def visible(user: User, notices: Iterable[Notice]) -> list[Notice]:
    """Those of a person's notices that tell of what they may see now, in the same order."""
    notices = list(notices)
    named = {notice.city_id for notice in notices if notice.city_id}
    cities = set(City.objects.for_user(user).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    by_checker: dict[Checker | None, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.city_id is None or notice.city_id in cities:
            by_checker[_checkers.get(notice.kind)].append(notice)
    passed = {
        notice.pk for checker, asked in by_checker.items() for notice in (checker(user, asked) if checker else asked)
    }
    return [notice for notice in notices if notice.pk in passed]


# --- What features make their checkers of ---


def of_records(*parts: str, readable: Callable[[User, Collection[Any]], Iterable[Any]]) -> Checker:
    """A checker by the record of the notice's page. `parts` are what the part of the page's address that names the record
    may be called; `readable(user, named)` gives those of the named records that the person may read.

    A page that is gone lets nothing through; a notice without a page, or whose page names no record, stands.
    """

    def check(user: User, notices: Collection[Notice]) -> Iterator[Notice]:
        pages = {notice.pk: page_of(notice) for notice in notices}
        named = {pk: next((page[part] for part in parts if part in page), None) for pk, page in pages.items() if page}
        asked = {record for record in named.values() if record is not None}
        read = {None, *readable(user, asked)} if asked else {None}
        for notice in notices:
            if pages[notice.pk] is not None and named.get(notice.pk) in read:
                yield notice

    return check


def page_of(notice: Notice) -> Mapping[str, Any] | None:
    """The parts of the address of a notice's page by name; nothing where it has no page, None where that is gone."""
    path = notice.url.partition("?")[0].partition("#")[0]
    if not path:
        return {}
    try:
        # An address is found in its own language alone.
        with translation.override(path.removeprefix("/").partition("/")[0]):
            return resolve(path).kwargs
    except Resolver404:
        return None


def for_members(user: User, notices: Collection[Notice]) -> Iterator[Notice]:
    """A checker for what concerns whoever has a role in the city, whichever it is."""
    return _in_cities(user, notices, Membership.objects.filter(user=user).values_list("city", flat=True))


def for_coordinators(user: User, notices: Collection[Notice]) -> Iterator[Notice]:
    """A checker for what concerns the city's coordinators alone."""
    roles = Membership.objects.filter(user=user, role=Role.COORDINATOR)
    return _in_cities(user, notices, roles.values_list("city", flat=True))


def _in_cities(user: User, notices: Collection[Notice], cities: Iterable[int]) -> Iterator[Notice]:
    theirs = set(cities)
    return (notice for notice in notices if is_on_duty(user) or notice.city_id in theirs)
