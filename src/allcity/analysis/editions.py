"""Counts that are published again and again: an edition is weighed in view of what the last one told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from allcity.analysis.suppression import Relation, suppress_revision

Values = tuple[object, ...]
Place = tuple[Values, ...]


class Count(NamedTuple):
    """A row's count, as it is to be told or as it was.

    `place` begins with the set within which the total is public (a year, say); after it come the groups of the row, each
    of which has a total within that set. A count to be told may be `withheld` for another reason already. `present` is
    false for a row that the last edition had no more, and of which this is what was told before.
    """

    place: Place
    number: int
    withheld: bool
    present: bool = True


def weigh(now: Mapping[Values, Count], told: Mapping[Values, Count], *, threshold: int) -> dict[Values, Count]:
    """What an edition tells of each row of `now`, by the row's key, and what was told of rows that are gone.

    The total of each set is public unless it is under the threshold; those of groups are weighed like rows, and told as
    `Count`s by `total_key`: what is withheld of them no figure may tell.
    """
    result = {key: count._replace(present=False) for key, count in told.items()} | dict(now)
    for within in dict.fromkeys(count.place[0] for count in now.values()):
        cells = dict.fromkeys((key, count.place) for key, count in now.items() if count.place[0] == within)
        cells |= dict.fromkeys(
            (key, count.place)
            for key, count in told.items()
            if count.present and count.place[0] == within and not is_total(key)
        )
        result |= _weighed(within, list(cells), now, told, threshold)
    return result


def total_key(within: Values, axis: int, group: Values) -> Values:
    """The key of the total of a group: `axis` counts the groups of a place from 1."""
    return (None, axis, *within, *group)


def is_total(key: Values) -> bool:
    return key[0] is None


def _weighed(
    within: Values,
    cells: list[tuple[Values, Place]],
    now: Mapping[Values, Count],
    told: Mapping[Values, Count],
    threshold: int,
) -> Iterable[tuple[Values, Count]]:
    """Rows of now and totals with what to withhold. A row that has another place now is another cell."""
    size = len(cells)
    new, old = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    there, was_there, was_withheld, known, already = np.zeros((5, size), dtype=np.bool_)
    for cell, (key, place) in enumerate(cells):
        count, before = now.get(key), told.get(key)
        if before and before.present and before.place == place:
            old[cell], was_there[cell], was_withheld[cell] = before.number, True, before.withheld
        if count and count.place == place:
            new[cell], there[cell], already[cell] = count.number, True, count.withheld
            if before and not was_there[cell]:  # it comes back, or from another place
                already[cell] |= before.withheld
                known[cell] = before.number == count.number and not 0 < count.number < threshold and not already[cell]
    parts: dict[tuple[int, Values], list[int]] = defaultdict(list)
    for cell, (_, place) in enumerate(cells):
        for axis, group in enumerate(place):
            parts[axis, group].append(cell)
    alone = {}  # groups of which the total is their one row, and was told as it was
    for (axis, group), members in parts.items():
        before = told.get(total_key(within, axis, group))
        if axis and len(members) == 1 and (before is None or before.withheld == was_withheld[members[0]]):
            alone[axis, group] = members[0]
    for one in alone:
        del parts[one]
    relations = [Relation(size + number, tuple(cells)) for number, cells in enumerate(parts.values())]
    totals, old_totals = (np.array([counts[cells].sum() for cells in parts.values()]) for counts in (new, old))
    keys = [total_key(within, axis, group) for axis, group in parts]
    of_all = np.array([axis == 0 for axis, _group in parts])
    has_rows = np.array([there[cells].any() for cells in parts.values()])
    small, old_small = ((counts > 0) & (counts < threshold) for counts in (totals, old_totals))
    before_withheld = np.array([key in told and told[key].withheld for key in keys]) & ~of_all
    hidden = suppress_revision(
        np.concatenate([new, totals]),
        relations,
        earlier=[(np.concatenate([old, old_totals]), np.concatenate([was_withheld, before_withheld | old_small]))]
        if was_there.any()
        else [],
        threshold=threshold,
        # That a row or group is gone can be seen.
        exempt=np.concatenate([known | ~there, (of_all & ~small) | ~has_rows]),
        already=np.concatenate([already, small | (before_withheld & has_rows)]),
    )
    for cell, (key, _place) in enumerate(cells):
        if there[cell]:
            yield key, now[key]._replace(withheld=bool(hidden[cell]))
            for axis_and_group in [one for one, row in alone.items() if row == cell]:
                yield total_key(within, *axis_and_group), Count((within,), int(new[cell]), bool(hidden[cell]))
    for number, key in enumerate(keys):
        if has_rows[number] and not of_all[number]:
            yield key, Count((within,), int(totals[number]), bool(hidden[size + number]))
