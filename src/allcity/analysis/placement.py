"""Placed: the largest number of students who could hold a seat, shared out as evenly as reach, fit and seats allow.

The model of one term. A student of cell c (a grade of a school) may take a seat of offering o where an arc (c, o) says that it
is in reach and fits. The numbers of students that sets of schools can place together,

    f(S) = largest number placed when only the schools in S send students,                                            (1)

are maximum flows, so f is the rank function of a polymatroid. Of its bases (the ways to place f(all) students) exactly one is
leximin over the schools' shares x(s) / n(s), n(s) being the students of school s: the base that is lexicographically optimal
for the weights n. Its shares come from a chain of bottleneck sets. Of a set B of schools whose even share would be
λ = f(B) / n(B), look for

    the least S within B that minimises f(S) - λ n(S).                                                                (2)

Where S is empty, every school of B has the share λ. Otherwise each school of S has less than λ, each other school of B at least
λ, and both sides are settled in the same way: S by itself, the others with what S leaves them. S is the source's side of a
minimum cut in the network source → school → cell → offering → sink where school s may send at most λ n(s). That f(S) is the
capacity of the cut less λ n(B - S) spares a flow to find it, and any λ in place of the even share makes a valid split too.
All sets of one generation are disjoint, so one maximum flow splits them all: the number of flows is the depth of the tree
of splits, not the number of levels.

Sources: Megiddo, "Optimal flows in networks with multiple sources and sinks", Mathematical Programming 7 (1974); Fujishige,
"Lexicographically optimal base of a polymatroid with respect to a weight vector", Mathematics of Operations Research 5 (1980);
Gallo, Grigoriadis and Tarjan, "A fast parametric maximum flow algorithm and applications", SIAM Journal on Computing 18 (1989),
for splitting the network along a cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_UNITS = 360360  # the least common multiple of 1 to 15: totals spread evenly over up to 15 grades are whole in it
_COARSE_UNITS = 2520  # the least common multiple of 1 to 10
_ENGINE_BITS = 30  # the flow engine computes in 32 signed bits and wraps silently
_EXACT_BITS = 62


@dataclass(frozen=True)
class Placement:
    """The largest placement of a term, leximin over schools' shares.

    The amounts by school are unique. Those by cell and by offering are one way to have them; equal cells of a school (those with
    the same offerings) are treated alike, and so are equal offerings.
    """

    total: float
    """The largest number of students placed; whole where all numbers of students are."""
    by_school: FloatArray
    """(schools,) students placed, fractional."""
    by_cell: FloatArray
    """(cells,) students placed; a school's cells sum to its `by_school`."""
    by_offering: FloatArray
    """(offerings,) seats taken."""


def place(
    *, students: IntArray | FloatArray, school: IntArray, seats: IntArray, cell: IntArray, offering: IntArray
) -> Placement:
    """Place as many students as possible and, among the ways to do so, be leximin over schools' shares; exactly.

    students: (cells,) students of each cell, fractional where a school's total was spread over its grades.
    school: (cells,) index of each cell's school; there are max(school) + 1 schools. seats: (offerings,) whole seats.
    cell, offering: (arcs,) index pairs where reach and fit hold; a pair that is repeated counts once.

    Students are counted in whole units of 1/360360 student where each school's total is whole, which loses nothing when it was
    spread evenly over up to 15 grades, and otherwise of 1/2520, so that products fit 64 bits. A number that is no multiple
    of the unit is rounded to a neighbouring one such that the school's total is right to half a unit. Everything up to
    the final division is in whole numbers.

    A school with nothing in reach places nobody. Raises ValueError for students or seats that are negative or not finite, and
    OverflowError where the numbers outgrow 64 bits.
    """
    students = np.asarray(students, dtype=np.float64)
    if not (np.isfinite(students).all() and np.isfinite(seats).all() and (students >= 0).all() and (seats >= 0).all()):
        raise ValueError("Students and seats must be finite and at least 0; bound unknown numbers before placing.")
    units, unit = whole_units(students, school)
    totals = whole_sums(school, units, int(school.max(initial=-1)) + 1)
    # More seats than students are never used, and would only cost digits.
    useful_seats = np.minimum(seats, np.ceil(students.sum())).astype(np.int64) * unit

    useful = (units[cell] > 0) & (useful_seats[offering] > 0)
    pairs = (cell[useful], offering[useful])
    arcs = coo_array((np.ones(len(pairs[0]), dtype=np.int32), pairs), shape=(len(units), len(useful_seats))).tocsr()
    cell_kind, cell_first = kinds_of(arcs, label=school)
    arcs = arcs[cell_first].T.tocsr()
    offering_kind, offering_first = kinds_of(arcs, label=np.zeros(len(useful_seats), dtype=np.int64))
    kind_cell, kind_offering = (ends.astype(np.int64) for ends in arcs[offering_first].T.nonzero())
    kind_students = whole_sums(cell_kind, units, len(cell_first) + 1)[:-1]
    kind_seats = whole_sums(offering_kind, useful_seats, len(offering_first) + 1)[:-1]

    total, by_school, flow = _leximin(
        totals=totals,
        students=kind_students,
        school=school[cell_first],
        seats=kind_seats,
        cell=kind_cell,
        offering=kind_offering,
    )

    def pro_rata(sizes: IntArray, kind: IntArray, kind_sizes: IntArray, ends: IntArray) -> FloatArray:
        rate = np.bincount(ends, weights=flow, minlength=len(kind_sizes)) / kind_sizes
        return np.append(rate, 0.0)[kind] * sizes / unit

    return Placement(
        total=total / unit,
        by_school=by_school / unit,
        by_cell=pro_rata(units, cell_kind, kind_students, kind_cell),
        by_offering=pro_rata(useful_seats, offering_kind, kind_seats, kind_offering),
    )


def whole_units(students: FloatArray, school: IntArray) -> tuple[IntArray, int]:
    """Students as whole numbers of the least unit that serves, each school's total kept by largest remainders."""
    totals = np.bincount(school, weights=students)
    unit = _UNITS if np.allclose(totals, np.rint(totals), rtol=0, atol=1e-6) else _COARSE_UNITS
    exact = students * unit
    units = np.floor(exact).astype(np.int64)
    missing = np.rint(totals * unit).astype(np.int64) - whole_sums(school, units, len(totals))
    order = np.lexsort((units - exact, school))
    rank = np.arange(len(order)) - np.searchsorted(school[order], school[order])
    units[order] += rank < missing[school[order]]
    common = int(np.gcd.reduce(np.append(units, unit)))
    return units // common, unit // common


def whole_sums(index: IntArray, values: IntArray, size: int) -> IntArray:
    """Sums of whole numbers by index, (size,); numpy's own bincount would sum floats."""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, index, values)
    return sums


def kinds_of(arcs: csr_array, *, label: IntArray) -> tuple[IntArray, IntArray]:
    """Return each row's kind, and each kind's first row. Rows of a kind have the same label and columns; -1: no columns."""
    kinds: dict[tuple[int, bytes], int] = {}
    kind = np.full(len(label), -1, dtype=np.int64)
    for row in np.flatnonzero(np.diff(arcs.indptr)):
        columns = arcs.indices[arcs.indptr[row] : arcs.indptr[row + 1]]
        kind[row] = kinds.setdefault((int(label[row]), columns.tobytes()), len(kinds))
    first = np.unique(kind, return_index=True)[1]
    return kind, first[len(first) - len(kinds) :]


def _leximin(
    *, totals: IntArray, students: IntArray, school: IntArray, seats: IntArray, cell: IntArray, offering: IntArray
) -> tuple[int, FloatArray, FloatArray]:
    """Return the total placed, the leximin amounts by school, and a flow on each arc that has them.

    The nodes are the schools, then the cells, then the offerings. Each generation parts them into blocks, one for each set of
    schools that is yet to be settled; settled nodes have block -1. Cells on the far side of the cut that bounded their
    school are full in every placement sought. They stay in the far block, where they must be filled whatever its share, and
    are deducted from what their school sends in its own block: `due` adds both to what the share lets enter at a node.
    """
    schools, nodes = len(totals), len(totals) + len(students) + len(seats)
    cells = slice(schools, schools + len(students))
    tail = np.concatenate([school, cell + cells.start])
    head = np.concatenate([np.arange(cells.start, cells.stop), offering + cells.stop])
    # One more than can ever flow, so that no minimum cut passes through an arc between a cell and an offering.
    capacity = np.concatenate([students, np.minimum(students[cell], seats[offering]) + 1])
    seats = np.minimum(seats, whole_sums(offering, students[cell], len(seats)))
    room = np.concatenate([np.zeros(cells.stop, dtype=np.int64), seats])
    population = np.concatenate([totals, np.zeros(nodes - schools, dtype=np.int64)])
    weight = population // max(1, int(np.gcd.reduce(totals)))
    largest = max(1, int(totals.max(initial=0)), int(seats.max(initial=0)))
    if largest * int(weight.sum()) >> _EXACT_BITS:
        raise OverflowError(
            "Too many students to place exactly; place parts of the city that share no offering one by one."
        )
    coarse = max(1, 2**_ENGINE_BITS // largest)

    total, by_school, flow = 0, np.zeros(schools), np.zeros(len(tail))
    block = np.zeros(nodes, dtype=np.int64)
    block[:schools][whole_sums(school, students, schools) == 0] = -1
    due = np.zeros(nodes, dtype=np.int64)
    amount = np.array([totals[block[:schools] == 0].sum()])  # so the first share tried is 1: its cut gives f(all)
    unsplit = np.array([False])
    while (live := np.flatnonzero(block >= 0)).size:
        # A share of few digits splits a block as well and costs less; where it no longer does, the even share must decide.
        weights = np.maximum(1, whole_sums(block[live], weight[live], len(amount)))
        divisor = np.gcd(amount, weights)
        exact = unsplit | (weights // divisor <= coarse)
        scale = np.where(exact, weights // divisor, coarse)
        share = np.where(exact, amount // divisor, amount * coarse // weights)

        entering = np.maximum(0, share[block[live]] * weight[live] + scale[block[live]] * due[live])
        inner = np.flatnonzero((block[tail] >= 0) & (block[tail] == block[head]))
        inner_scale = scale[block[tail[inner]]]
        inner_flow, reached = maximum_flow_of(
            nodes=live,
            entering=entering,
            leaving=scale[block[live]] * room[live],
            tail=tail[inner],
            head=head[inner],
            capacity=inner_scale * capacity[inner],
        )

        flow[inner] = inner_flow / inner_scale
        split = np.bincount(block[live[reached[live] & (live < schools)]], minlength=len(amount)) > 0
        settled = exact & ~split
        total += int(amount[settled].sum())
        ends = live[settled[block[live]] & (live < schools)]
        by_school[ends] = share[block[ends]] * weight[ends] / scale[block[ends]]

        kept = live[~settled[block[live]]]
        side = 2 * block[kept] + ~reached[kept]  # even: the source's side
        block[live] = -1
        block[kept] = side
        due[cells] = np.where(block[cells] != block[school], students, 0)
        due[:schools] = -whole_sums(school, due[cells], schools)
        # The source's side can place what its cut holds, the other side the rest; but when f(all) is not yet known, all it has.
        near = whole_sums(side, room[kept] - due[kept], 2 * len(amount))[0::2]
        most = whole_sums(side, population[kept], 2 * len(amount))[1::2]
        label, block[kept] = np.unique(side, return_inverse=True)
        amount = np.stack([near, np.minimum(amount - near, most)], axis=1).ravel()[label]
        unsplit = ~split[label // 2]
    return total, by_school, flow[len(school) :]


def maximum_flow_of(
    *, nodes: IntArray, entering: IntArray, leaving: IntArray, tail: IntArray, head: IntArray, capacity: IntArray
) -> tuple[IntArray, NDArray[np.bool_]]:
    """Return a maximum flow on the inner arcs, and which nodes the source still reaches in the residual network.

    entering, leaving: (nodes,) capacities from the source and to the sink. Capacities have up to 62 bits and the engine 31, so
    the leading bits are solved first, then the rest of the flow in the residual network. What is left to flow after a round
    is less than one of its units for each arc of its minimum cut. So residual capacities may be clamped to 2^30 as long
    as a round adds no more bits than that allows.
    """
    size = int(nodes[-1]) + 3
    source, sink = size - 2, size - 1
    arc_tail = np.concatenate([tail, np.full(len(nodes), source), nodes])
    arc_head = np.concatenate([head, nodes, np.full(len(nodes), sink)])
    bound = np.concatenate([capacity, entering, leaving])
    arcs = len(bound)
    numbered = coo_array(
        (np.arange(2 * arcs), (np.concatenate([arc_tail, arc_head]), np.concatenate([arc_head, arc_tail]))),
        shape=(size, size),
    ).tocsr()
    place_of = np.empty(2 * arcs, dtype=np.int64)
    place_of[numbered.data] = np.arange(2 * arcs)

    flow = np.zeros(arcs, dtype=np.int64)
    shift = max(0, int(bound.max(initial=0)).bit_length() - _ENGINE_BITS)
    while True:
        room = np.minimum(np.concatenate([bound - flow, flow]) >> shift, 2**_ENGINE_BITS - 1)[numbered.data]
        network = csr_array((room.astype(np.int32), numbered.indices, numbered.indptr), shape=(size, size))
        found = maximum_flow(network, source, sink).flow
        flow += found.data[place_of[:arcs]].astype(np.int64) << shift
        if not shift:
            break
        shift = max(0, shift - (_ENGINE_BITS - (2 * arcs).bit_length()))
    network.data = network.data - found.data
    network.eliminate_zeros()
    reached = np.zeros(size, dtype=np.bool_)
    reached[breadth_first_order(network, source, return_predecessors=False)] = True
    return flow[: len(tail)], reached
