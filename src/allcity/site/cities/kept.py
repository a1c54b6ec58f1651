"""What many pages of a city are made of: read once, and kept in the memory of each process until the city changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from allcity.site.cities.models import City

T = TypeVar("T")

MOST_KEPT = 500
_lock = Lock()
_kept: OrderedDict[tuple[int, Hashable], tuple[Hashable, Any]] = OrderedDict()


def kept(city: City, name: Hashable, make: Callable[[], T]) -> T:
    """What was made under this name since the city last changed, or else is made now. Nobody may change it."""
    version = (city.created_at, city.page_version)
    with _lock:
        made_for, made = _kept.get((city.pk, name), (None, None))
        if made_for == version:
            _kept.move_to_end((city.pk, name))
            return made
    made = make()
    with _lock:
        _kept[city.pk, name] = version, made
        _kept.move_to_end((city.pk, name))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made
