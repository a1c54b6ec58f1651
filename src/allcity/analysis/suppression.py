"""Which counts a city may publish without telling about a group of students smaller than its threshold.

Pages, maps, exports, interfaces and history all withhold what `suppress` withholds. A figure's published numbers are
*cells*: one array of counts, bound by *relations* (a total is the sum of its parts). The reader of them all is taken to
know every published cell, every relation, that counts are whole and not negative, and the rule itself: zeros are
published, so a withheld cell is at least 1 (unless a zero had to be withheld too). `suppress` guarantees:

1. a cell of 1 to threshold − 1 is withheld;
2. no withheld cell can be worked out: at least two values of it agree with all that is published;
3. for each withheld cell of 1 to threshold − 1, a value of at least the threshold agrees with all that is published.

*Exempt* cells (published enrolments, modelled figures) are public whatever is done here, so 2 and 3 hold as far as
exempt cells alone leave them open: of 8 enrolled students, at most 8 were reached. Withholding every other cell would
not hide what the exempt ones tell, and `suppress` does not try.

Choosing the fewest cells is NP-hard (Kelly, Golden and Assad 1992, "Cell suppression: disclosure protection for
sensitive tabular data", Networks 22); here cells are withheld greedily and the result audited as in Willenborg and
de Waal 2001, *Elements of Statistical Disclosure Control*, chapter 9. Every step is deterministic.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

DEFAULT_THRESHOLD = 10
LOWEST_THRESHOLD = 5

Counts = NDArray[np.int64]
Cells = NDArray[np.intp]
Mask = NDArray[np.bool_]
Limits = NDArray[np.float64]
Entries = tuple[Cells, Cells, Counts]  # relation, cell, and 1 for a part or −1 for the total


class Relation(NamedTuple):
    """The cell numbered `total` is the sum of the cells numbered `parts`."""

    total: int
    parts: tuple[int, ...]


def cross(*axes: tuple[int, Sequence[Relation]]) -> list[Relation]:
    """Relations of a table whose every axis has its own: each axis is its number of categories and their relations.

    Categories of an axis may form any hierarchy, such as schools in areas in the city. A cell's number is its place in
    the raveled table.
    """
    places = np.arange(np.prod([size for size, _ in axes], dtype=np.intp)).reshape([size for size, _ in axes])
    return [
        Relation(int(line[total]), tuple(int(line[part]) for part in parts))
        for axis, (_, relations) in enumerate(axes)
        for line in np.moveaxis(places, axis, -1).reshape(-1, places.shape[axis])
        for total, parts in relations
    ]


def with_margins(counts: ArrayLike) -> tuple[Counts, list[Relation]]:
    """A table of counts with its totals, one more category at the end of each axis, and the relations of its cells.

    `counts` may have any number of axes; both `values.ravel()` and `relations` go to `suppress`, whose answer takes the
    table's shape by `.reshape(values.shape)`.
    """
    values = np.asarray(counts, dtype=np.int64)
    for axis in range(values.ndim):
        values = np.concatenate([values, values.sum(axis=axis, keepdims=True)], axis=axis)
    return values, cross(*((size, [Relation(size - 1, tuple(range(size - 1)))]) for size in values.shape))


def suppress(
    values: ArrayLike,
    relations: Iterable[Relation],
    *,
    threshold: int = DEFAULT_THRESHOLD,
    exempt: ArrayLike | None = None,
    already: ArrayLike | None = None,
) -> Mask:
    """Which cells to withhold (True), shape (cells,), so that the guarantees of this module hold.

    `values` are whole counts, shape (cells,). `exempt` marks cells that are public anyway, `already` cells that are to
    stay withheld whatever their count; both have shape (cells,). Cells withheld to protect others are those that leave
    no further relation with a single withheld cell, the smallest first; a zero is withheld only where nothing else can
    help. Raises ValueError for a threshold under 5, for counts that are not whole or are negative, for a relation that
    its cells do not obey, and for a cell both exempt and withheld already.
    """
    audit = _audit(values, relations, threshold=threshold, exempt=exempt)
    withheld = audit.small | _mask(already, len(audit.values))
    if (withheld & audit.exempt).any():
        cell = int(np.argmax(withheld & audit.exempt))
        raise ValueError(f"Cell {cell} is both exempt and withheld already: mark it as one of the two.")
    for exact in (False, True):
        while exposed := audit.exposed(withheld, exact=exact):
            for added in _complements(audit, withheld, exposed):
                withheld[added] = True
    return withheld


def disclosed(
    values: ArrayLike,
    relations: Iterable[Relation],
    withheld: ArrayLike,
    *,
    threshold: int = DEFAULT_THRESHOLD,
    exempt: ArrayLike | None = None,
) -> list[int]:
    """Cells for which a guarantee of this module fails when those of `withheld` are withheld and the rest published.

    Independent of how `withheld` was chosen. Arguments and errors as in `suppress`.
    """
    audit = _audit(values, relations, threshold=threshold, exempt=exempt)
    mask = _mask(withheld, len(audit.values))
    return sorted({*np.flatnonzero(audit.small & ~mask).tolist(), *audit.exposed(mask, exact=True)})


def suppress_revision(
    values: ArrayLike,
    relations: Iterable[Relation],
    *,
    earlier: Sequence[tuple[ArrayLike, ArrayLike]],
    threshold: int = DEFAULT_THRESHOLD,
    exempt: ArrayLike | None = None,
    already: ArrayLike | None = None,
) -> Mask:
    """`suppress` for a figure of which versions are already public: they cannot be put together with the new one.

    `earlier` holds the values and the withheld mask of each published version, oldest first, over the same cells. Its
    published cells are public for good; the reader is taken to know, besides, which cells did not change from one
    version to the next. What was withheld stays withheld. That a published total changed, and by how much, stays visible
    however small the change: no cell counts it. Other arguments and errors as in `suppress`.
    """
    relations = list(relations)
    size = len(np.asarray(values))
    versions = [np.asarray(version) for version, _ in earlier] + [np.asarray(values)]
    masks = [_mask(mask, size) for _, mask in earlier]
    stacked = [
        Relation(total + size * number, tuple(part + size * number for part in parts))
        for number in range(len(versions))
        for total, parts in relations
    ]
    for number, (old, new) in enumerate(pairwise(versions)):
        unchanged = (np.flatnonzero(old == new) + size * number).tolist()
        stacked += [Relation(cell, (cell + size,)) for cell in unchanged]
    now_exempt = _mask(exempt, size)
    kept = _mask(already, size)
    if masks:
        kept |= np.any(masks, axis=0) & ~now_exempt
    return suppress(
        np.concatenate(versions),
        stacked,
        threshold=threshold,
        exempt=np.concatenate([*(~mask for mask in masks), now_exempt]),
        already=np.concatenate([*masks, kept]),
    )[-size:]


def suppress_share(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    threshold: int = DEFAULT_THRESHOLD,
    denominator_exempt: bool = False,
) -> Mask:
    """Which shares to withhold (True): times its denominator, a published share tells its numerator and the rest.

    A share is withheld where the numerator, the denominator less the numerator, or the denominator lies above 0 and
    under the threshold; the denominator's own size does not count where it is published anyway (enrolment). This looks
    at each share alone: where the counts of several groups add up, put numerators, rests and denominators through
    `suppress` too and withhold the shares of withheld cells. Unknown (NaN) shares tell nothing. Shapes broadcast.
    Raises ValueError for a threshold under 5, and for a numerator below 0 or above its denominator.
    """
    _check_threshold(threshold)
    part, whole = np.broadcast_arrays(np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float))
    if ((part < 0) | (part > whole)).any():
        first = np.argmax((part < 0) | (part > whole))
        raise ValueError(
            f"A share of {part.flat[first]:g} of {whole.flat[first]:g} lies outside 0 to 1: check both counts."
        )

    def small(counts: Limits) -> Mask:
        return (counts > 0) & (counts < threshold)

    withheld = small(part) | small(whole - part)
    return withheld if denominator_exempt else withheld | small(whole)


@dataclass(frozen=True)
class _Audit:
    """One set of cells and relations, and what the reader of any choice of its cells can work out."""

    values: Counts
    entries: Entries
    exempt: Mask
    small: Mask
    goals: Counts  # value that must stay possible for each cell, as far as exempt cells leave it open
    open: Mask  # cells that exempt cells alone do not determine

    def exposed(self, withheld: Mask, *, exact: bool) -> list[int]:
        """Withheld cells that can be worked out, or kept under their goal; not `exact`: the quickly found ones."""
        low, high = _possible(self.values, self.entries, withheld, self.goals, exact=exact)
        cells = np.flatnonzero(withheld)
        return [int(cell) for cell in cells[self.is_exposed(cells, low[cells], high[cells])]]

    def is_exposed(self, cells: Cells, low: Limits, high: Limits) -> Mask:
        """Whether bounds from `low` to `high` tell too much of each of the cells."""
        short: Mask = (low == high) | (self.small[cells] & (high < self.goals[cells]))
        return self.open[cells] & short


def _audit(values: ArrayLike, relations: Iterable[Relation], *, threshold: int, exempt: ArrayLike | None) -> _Audit:
    _check_threshold(threshold)
    counts = np.asarray(values)
    wrong = ~np.isfinite(counts) | (counts < 0) | (counts != np.floor(counts))
    if counts.ndim != 1 or wrong.any():
        found = f"cell {int(np.argmax(wrong))} is {counts[wrong][0]}" if counts.ndim == 1 else f"shape {counts.shape}"
        raise ValueError(f"Counts to publish are one row of whole numbers, not negative, but {found}.")
    whole = counts.astype(np.int64)
    relations = list(relations)
    for total, parts in relations:
        if whole[total] != whole[list(parts)].sum():
            raise ValueError(
                f"Cell {total} is {whole[total]}, but its parts {parts} add up to {whole[list(parts)].sum()}."
            )
    rows = np.repeat(np.arange(len(relations)), [1 + len(relation.parts) for relation in relations])
    cells = np.array([cell for total, parts in relations for cell in (total, *parts)], dtype=np.intp)
    signs = np.array([sign for _, parts in relations for sign in (-1, *(1 for _ in parts))], dtype=np.int64)
    entries = (rows, cells, signs)

    public = _mask(exempt, len(whole))
    small = ~public & (whole > 0) & (whole < threshold)
    goals = np.where(small, threshold, whole + 1)
    undetermined = ~public
    if public.any():
        low, high = _possible(whole, entries, ~public, goals, exact=True)
        goals, undetermined = high.astype(np.int64), ~public & (low < high)
    return _Audit(whole, entries, public, small, goals, undetermined)


def _possible(values: Counts, entries: Entries, withheld: Mask, goals: Counts, *, exact: bool) -> tuple[Limits, Limits]:
    """Lowest and highest value of each cell that agree with the published ones, looked for from value − 1 to goal.

    Relations handing bounds to one another is exact where they form no cycle, and elsewhere never too narrow; there
    `exact` has each connected set of withheld cells searched for whole tables that agree with all that is published.
    """
    rows, cells, _ = entries = _among(entries, withheld)
    low, high = _first_limits(values, withheld)
    for _ in range(int(rows.max(initial=-1)) + 1):
        before = low.copy(), high.copy()
        ground, ceiling = _limits_by_relation(values, entries, low, high)
        np.maximum.at(low, cells, ground)
        np.minimum.at(high, cells, ceiling)
        if np.array_equal(before, (low, high)):
            break
    low, high = np.maximum(low, values - 1.0), np.minimum(high, goals)
    if exact:
        for members, relations in _cycles(entries, len(values)):
            count = values[members]
            room = (count - np.minimum(count, 1)).astype(np.float64)  # how far each may fall
            endless = np.full(len(members), np.inf)
            high[members] = count + _furthest(relations, high[members] - count, -room, endless)
            low[members] = count - _furthest(relations, count - low[members], -endless, room)
    return low, high


def _among(entries: Entries, withheld: Mask) -> Entries:
    rows, cells, signs = entries
    kept = withheld[cells]
    return rows[kept], cells[kept], signs[kept]


def _first_limits(values: Counts, withheld: Mask) -> tuple[Limits, Limits]:
    """What the rule alone tells of each cell: published ones themselves, withheld ones that they are no zero."""
    return np.where(withheld, np.minimum(values, 1.0), values), np.where(withheld, np.inf, values)


def _limits_by_relation(values: Counts, entries: Entries, low: Limits, high: Limits) -> tuple[Limits, Limits]:
    """Bounds that each relation, given the bounds of its other withheld cells, sets for each of its withheld cells."""
    rows, cells, signs = entries
    total = np.bincount(rows, signs * values[cells])[rows] if rows.size else np.zeros(0)
    least = np.where(signs > 0, low[cells], -high[cells])
    most = np.where(signs > 0, high[cells], -low[cells])
    ceiling, ground = total - _sum_of_others(rows, least), total - _sum_of_others(rows, most)
    return np.where(signs > 0, ground, -ceiling), np.where(signs > 0, ceiling, -ground)


def _sum_of_others(rows: Cells, limits: Limits) -> Limits:
    """Sum of the limits in the same relation but one's own; infinite limits, all of one sign, do not cancel out."""
    endless = np.isinf(limits)
    finite = np.where(endless, 0.0, limits)
    sums = np.bincount(rows, finite)[rows] - finite
    return np.where(np.bincount(rows, endless)[rows] > endless, limits[endless].sum(), sums)


def _components(entries: Entries, size: int) -> Cells:
    """A label for each cell and, after the cells, for each relation: the same for what withheld cells connect."""
    rows, cells, _ = entries
    nodes = size + int(rows.max(initial=-1)) + 1
    graph = csr_array((np.ones(len(rows)), (cells, size + rows)), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def _cycles(entries: Entries, size: int) -> Iterator[tuple[Cells, csr_array]]:
    """Cells of each component in which relations form a cycle, and those relations as a matrix over the cells."""
    rows, cells, signs = entries
    labels = _components(entries, size)
    links = np.bincount(labels[cells], minlength=labels.max(initial=0) + 1)
    nodes = np.bincount(labels[np.unique(np.concatenate([cells, size + rows]))], minlength=len(links))
    for label in np.flatnonzero((links >= nodes) & (links > 0)):
        inside = labels[cells] == label
        members, columns = np.unique(cells[inside], return_inverse=True)
        lines = np.unique(rows[inside], return_inverse=True)[1]
        yield members, csr_array((signs[inside].astype(np.float64), (lines, columns)))


def _furthest(relations: csr_array, aims: Limits, lower: Limits, upper: Limits) -> Limits:
    """How far each cell can rise, up to its aim, while changes within `lower` and `upper` leave all relations true.

    Every table found shows what is possible for all of its cells, so first as many as can be are raised together.
    """
    reached = np.zeros(len(aims))
    left = aims > 0
    together = True
    while left.any():
        raised = left if together else np.arange(len(aims)) == np.argmax(left)
        changes = _raise(relations, raised, lower, np.where(raised, np.minimum(aims, upper), upper))
        reached = np.maximum(reached, np.minimum(changes, aims))
        met = reached >= aims
        if not together:
            left = left & ~raised
        together = together and bool((left & met).any())
        left = left & ~met
    return reached


def _raise(relations: csr_array, raised: Mask, lower: Limits, upper: Limits) -> Limits:
    """Whole changes that raise the cells as much as can be; a linear program mostly finds them, and much faster."""
    for whole in (0, 1):
        found = milp(
            -raised.astype(np.float64),
            integrality=np.full(len(raised), whole),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(relations, 0, 0),
        )
        if found.x is not None:
            changes: Limits = np.round(found.x)
            if np.abs(changes - found.x).max() < 1e-5 and not (relations @ changes).any():
                return changes
    raise ArithmeticError(f"The search for tables that agree with the published counts failed: {found.message}")


def _complements(audit: _Audit, withheld: Mask, exposed: list[int]) -> Iterator[int]:
    """For each exposed cell the one to withhold with it, one a relation at most: the next audit tells what lacks.

    Where a relation alone exposes the cell, a cell of that relation must join it; elsewhere any connected one may.
    """
    rows, cells, _ = audit.entries
    size = len(audit.values)
    entries = _among(audit.entries, withheld)
    labels = _components(entries, size)
    ground, ceiling = _limits_by_relation(audit.values, entries, *_first_limits(audit.values, withheld))
    alone = audit.is_exposed(entries[1], ground, ceiling)

    in_relation = np.bincount(rows, withheld[cells])
    newly_alone = np.bincount(cells, in_relation[rows] == 0, minlength=size)
    order = np.lexsort((np.arange(size), audit.values, newly_alone, audit.values == 0))
    rank = np.argsort(order)
    free = ~withheld & audit.open

    used = np.zeros(len(in_relation), dtype=np.bool_)
    # What those need whom a relation alone exposes may protect the others too.
    for cell in [one for one in exposed if (alone & (entries[1] == one)).any()] or exposed:
        own = rows[cells == cell]
        tight = entries[0][alone & (entries[1] == cell)]
        near = entries[0][labels[entries[1]] == labels[cell]]
        for relations, zeros in ((tight, True), (own, False), (near, False), (own, True), (near, True)):
            options = cells[np.isin(rows, relations)]
            options = options[free[options] & (zeros | (audit.values[options] > 0))]
            if options.size:
                break
        if not used[relations].any():
            chosen = options[np.argmin(rank[options])]
            used[rows[cells == chosen]] = True
            yield int(chosen)


def _mask(marks: ArrayLike | None, size: int) -> Mask:
    mask = np.zeros(size, dtype=np.bool_) if marks is None else np.array(marks, dtype=np.bool_)
    if mask.shape != (size,):
        raise ValueError(f"A mask has shape {mask.shape}: give one true or false for each of the {size} cells.")
    return mask


def _check_threshold(threshold: int) -> None:
    if threshold < LOWEST_THRESHOLD:
        raise ValueError(
            f"The suppression threshold is {threshold}: it protects students and may not be under {LOWEST_THRESHOLD}."
        )
