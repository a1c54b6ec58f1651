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

    `place` begins with the set within which totals are public (a year, say); after it come the groups of the row, each of
    which has a public total within that set. A count to be told may be `withheld` for another reason already. `present`
    is false for a row that the last edition had no more, and of which this is what was told before.
    """

    place: Place
    number: int
    withheld: bool
    present: bool = True


def weigh(now: Mapping[Values, Count], told: Mapping[Values, Count], *, threshold: int) -> dict[Values, Count]:
    """What an edition tells of each row of `now`, by the row's key, and what was told of rows that are gone.

    Within each set and each group of it the total is taken to be public if it is not itself under the threshold.
    """
    result = {key: count._replace(present=False) for key, count in told.items()} | dict(now)
    for within in dict.fromkeys(count.place[0] for count in now.values()):
        cells = dict.fromkeys((key, count.place) for key, count in now.items() if count.place[0] == within)
        cells |= dict.fromkeys(
            (key, count.place) for key, count in told.items() if count.present and count.place[0] == within
        )
        for key, is_withheld in _withheld(list(cells), now, told, threshold):
            result[key] = now[key]._replace(withheld=is_withheld)
    return result


def _withheld(
    cells: list[tuple[Values, Place]], now: Mapping[Values, Count], told: Mapping[Values, Count], threshold: int
) -> Iterable[tuple[Values, bool]]:
    """Which rows of now to withhold. A cell is a row at its place: one that has another place now is another cell."""
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
    parts: dict[object, list[int]] = defaultdict(list)
    for cell, (_, place) in enumerate(cells):
        for axis, group in enumerate(place):
            parts[axis, group].append(cell)
    relations = [Relation(size + number, tuple(cells)) for number, cells in enumerate(parts.values())]
    totals, old_totals = (np.array([counts[cells].sum() for cells in parts.values()]) for counts in (new, old))
    hidden = suppress_revision(
        np.concatenate([new, totals]),
        relations,
        earlier=[
            (
                np.concatenate([old, old_totals]),
                np.concatenate([was_withheld, (old_totals > 0) & (old_totals < threshold)]),
            )
        ]
        if was_there.any()
        else [],
        threshold=threshold,
        # A total under the threshold is withheld wherever it is shown. That a row is gone can be seen.
        exempt=np.concatenate([known | ~there, totals >= threshold]),
        already=np.concatenate([already, np.zeros(len(totals), dtype=np.bool_)]),
    )
    return ((key, bool(hidden[cell])) for cell, (key, _) in enumerate(cells) if there[cell])
