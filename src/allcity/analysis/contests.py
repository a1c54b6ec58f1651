"""Where partnerships place the same students: what a term's places owe to each of them, and what they owe to several at once.

Let F(T) be the largest number of students placed in a term with the seats of the set T of partnerships and all seats that are
nobody's (`placement.py`). The set of nodes on the source's side of a minimum cut only shrinks as T grows. So, with

    R = what the source reaches in the residual network where no partnership is there,
    Z = what does not reach the sink in the residual network where all are there,                                     (1)

each T has a minimum cut that holds R ∩ Z on the source's side and leaves out all that is not in R. Cutting there,

    F(T) = F(∅) + Σ_(p ∈ T) a_p + Σ_M (F_M(T) − F_M(∅)),                                                              (2)

a_p being the seats of p's offerings in Z that a student of R may take: seats that are full and wanted whoever else is there. What
is outside of R has places without any partnership. M are the connected parts of the network of what remains, R less Z; only
partnerships of one part can take the place of one another. In F_M(∅) all seats are taken and in F_M(all) all students placed.

Sources: nested minimum cuts as in Gallo, Grigoriadis and Tarjan (see `placement.py`), known to us from
textbooks, not read in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from allcity.analysis.cells import BoolArray, FloatArray, IntArray
from allcity.analysis.placement import kinds_of, maximum_flow_of, whole_sums, whole_units
from allcity.analysis.rerouting import Flow, Links

NOBODY = -1


@dataclass(frozen=True)
class Network:
    """Cells and offerings of a term with what links them, in whole numbers of which `unit` are one student.

    Attributes:
        students: (cells,). seats: (offerings,). cell, offering: (arcs,) index pairs, each once.
        owner: (offerings,) number of the partnership that an offering's seats are reserved for; `NOBODY` for all others.
    """

    students: IntArray
    seats: IntArray
    cell: IntArray
    offering: IntArray
    owner: IntArray
    unit: int

    @classmethod
    def of(
        cls,
        *,
        students: FloatArray,
        school: IntArray,
        seats: FloatArray,
        cell: IntArray,
        offering: IntArray,
        owner: IntArray,
    ) -> Network:
        """From what `placement.place` takes. Cells with the same offerings are one, and so are an owner's equal offerings."""
        units, unit = whole_units(students, school)
        useful_seats = np.minimum(seats, np.ceil(students.sum())).astype(np.int64) * unit
        useful = (units[cell] > 0) & (useful_seats[offering] > 0)
        pairs = (cell[useful], offering[useful])
        arcs = coo_array((np.ones(len(pairs[0]), dtype=np.int32), pairs), shape=(len(units), len(useful_seats))).tocsr()
        cell_kind, first = kinds_of(arcs, label=np.zeros(len(units), dtype=np.int64))
        arcs = arcs[first].T.tocsr()
        offering_kind, first_offering = kinds_of(arcs, label=owner)
        kind_offering, kind_cell = (ends.astype(np.int64) for ends in arcs[first_offering].nonzero())
        return cls(
            students=whole_sums(cell_kind, units, len(first) + 1)[:-1],
            seats=whole_sums(offering_kind, useful_seats, len(first_offering) + 1)[:-1],
            cell=kind_cell,
            offering=kind_offering,
            owner=owner[first_offering],
            unit=unit,
        )

    def part(self, cells: BoolArray, offerings: BoolArray) -> BoolArray:
        """(arcs,) whether both ends are among these."""
        return cells[self.cell] & offerings[self.offering]


@dataclass(frozen=True)
class Placing:
    """A largest flow on the arcs of a part of a network, and which nodes of that part the source still reaches."""

    amount: IntArray
    reached_cells: BoolArray
    reached_offerings: BoolArray


def largest(network: Network, cells: BoolArray, offerings: BoolArray) -> Placing:
    """Place the students of some cells in some offerings."""
    count, inner = len(network.students), np.flatnonzero(network.part(cells, offerings))
    students, seats = network.students * cells, network.seats * offerings
    amount = np.zeros(len(network.cell), dtype=np.int64)
    if not len(inner):
        return Placing(amount, students > 0, np.zeros(len(seats), dtype=bool))
    ends = network.cell[inner], network.offering[inner]
    amount[inner], reached = maximum_flow_of(
        nodes=np.arange(count + len(seats)),
        entering=np.concatenate([students, np.zeros_like(seats)]),
        leaving=np.concatenate([np.zeros_like(students), seats]),
        tail=ends[0],
        head=ends[1] + count,
        # One more than can ever flow, so that no minimum cut passes between a cell and an offering.
        capacity=np.minimum(students[ends[0]], seats[ends[1]]) + 1,
    )
    return Placing(amount, reached[:count], reached[count : count + len(seats)])


def reaching_seats(network: Network, placing: Placing, offerings: BoolArray) -> tuple[BoolArray, BoolArray]:
    """(cells,) and (offerings,) that could place a student more, here or by moving others, among these offerings."""
    count, size = len(network.students), len(network.students) + len(network.seats) + 1
    spare = np.flatnonzero(
        offerings & (network.seats > whole_sums(network.offering, placing.amount, len(network.seats)))
    )
    here = offerings[network.offering]
    cell, offering = network.cell[here], network.offering[here] + count
    taken = placing.amount[here] > 0
    tail = np.concatenate([np.full(len(spare), size - 1), offering, cell[taken]])
    head = np.concatenate([spare + count, cell, offering[taken]])
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size)).tocsr()
    found = np.zeros(size, dtype=bool)
    found[breadth_first_order(graph, size - 1, return_predecessors=False)] = True
    return found[:count], found[count:-1]


@dataclass(frozen=True)
class Contest:
    """A part M of equation (2). All numbers are whole units.

    Attributes:
        players: the partnerships that have seats in it.
        offerings: by player, the offerings of each, as numbers of nodes in the flows.
        none: the seats that are nobody's, taken. everyone: all students placed.
        worth: F_M(all) − F_M(∅).
    """

    players: tuple[int, ...]
    offerings: dict[int, tuple[int, ...]]
    none: Flow
    everyone: Flow
    worth: int

    def join(self, flow: Flow, player: int, spent: int) -> tuple[int, int]:
        """Let a player's seats in: how many students more are placed, and the cells now known to be spent, as bits."""
        joined = 0
        for offering in self.offerings[player]:
            found, spent = flow.fill(offering, spent)
            joined += found
        return joined, spent

    def joined(self, order: IntArray) -> IntArray:
        """What each adds as the players come in this order, in the order."""
        flow, spent = self.none.copy(), 0
        result = np.zeros(len(order), dtype=np.int64)
        for at, player in enumerate(order.tolist()):
            result[at], spent = self.join(flow, player, spent)
        return result

    def worth_of_all_sets(self) -> FloatArray:
        """(2^players,) F_M of each set less F_M(∅): bit k of its index is whether the player k of `players` is in the set."""
        worth = np.zeros(2 ** len(self.players))

        def visit(flow: Flow, spent: int, members: int, first: int) -> None:
            for at in range(first, len(self.players)):
                with_it = flow.copy()
                found, now_spent = self.join(with_it, self.players[at], spent)
                worth[members | 1 << at] = worth[members] + found
                visit(with_it, now_spent, members | 1 << at, at + 1)

        visit(self.none, 0, 0, 0)
        return worth

    def lost_without(self, player: int, flow: Flow) -> int:
        """F_M(all) − F_M(all but the player); `flow` places all, and is left as it was."""
        full = sum(1 << offering for offering in self.offerings[player])
        freed = [move for offering in self.offerings[player] for move in flow.clear(offering)]
        lost, moves = 0, freed.copy()
        for cell, _offering, amount in freed:
            found, full = flow.seat(cell, -amount, full, moves)
            lost -= amount + found
        # Taking the moves back costs nothing, where to fill the seats anew would search the whole contest.
        flow.take_back(moves)
        return lost


@dataclass(frozen=True)
class Term:
    """Equation (2) of one term, in units: `nothing` is F(∅), `sure` a_p, (partnerships,)."""

    nothing: int
    sure: IntArray
    contests: tuple[Contest, ...]

    @property
    def everything(self) -> int:
        """F(all)."""
        return self.nothing + int(self.sure.sum()) + sum(contest.worth for contest in self.contests)

    def lost_without_each(self) -> IntArray:
        """(partnerships,) F(all) − F(all but one), each freed student moved along augmenting paths."""
        lost = self.sure.copy()
        for contest in self.contests:
            flow = contest.everyone
            for player in contest.players:
                lost[player] += contest.lost_without(player, flow)
        return lost

    def joined(self, order: IntArray) -> IntArray:
        """(partnerships,) how many students more each places as they come in this order."""
        joined, rank = self.sure.copy(), np.argsort(order)
        for contest in self.contests:
            players = np.array(contest.players)
            mine = players[np.argsort(rank[players])]
            joined[mine] += contest.joined(mine)
        return joined

    def added_first(self) -> IntArray:
        """(partnerships,) F(one alone) − F(∅)."""
        added = self.sure.copy()
        for contest in self.contests:
            for player in contest.players:
                added[player] += contest.join(contest.none.copy(), player, 0)[0]
        return added


def parted(network: Network, partnerships: int) -> Term:
    """Part a term's network by equation (2)."""
    free = network.owner == NOBODY
    everyone = np.ones(len(network.students), dtype=bool)
    without = largest(network, everyone, free)
    wanted, open_ = without.reached_cells, ~free | without.reached_offerings
    within = largest(network, wanted, open_)
    cells, offerings = reaching_seats(network, within, open_)
    cells, touched = cells & wanted, np.zeros(len(network.seats), dtype=bool)
    touched[network.offering[wanted[network.cell]]] = True
    scarce = touched & ~offerings & ~free
    sure = whole_sums(network.owner[scarce], network.seats[scarce], partnerships)
    arcs = np.flatnonzero(network.part(cells, offerings))
    contests = []
    for contest in _contests(network, arcs, without.amount, within.amount):
        if len(contest.players) == 1:
            sure[contest.players[0]] += contest.worth
        else:
            contests.append(contest)
    return Term(int(without.amount.sum()), sure, tuple(contests))


def _contests(network: Network, arcs: IntArray, before: IntArray, after: IntArray) -> Iterator[Contest]:
    """The connected parts of the network of some arcs; `before` and `after` are flows without and with all partnerships."""
    count = len(network.students)
    size = count + len(network.seats)
    ends = network.cell[arcs], network.offering[arcs] + count
    graph = coo_array((np.ones(len(arcs), dtype=np.int8), ends), shape=(size, size)).tocsr()
    label = connected_components(graph, directed=False)[1]
    arcs = arcs[np.argsort(label[network.cell[arcs]], kind="stable")]
    for mine in np.split(arcs, np.flatnonzero(np.diff(label[network.cell[arcs]])) + 1 if len(arcs) else []):
        if len(mine):
            yield _contest(network, mine, before[mine], after[mine])


def _contest(network: Network, arcs: IntArray, before: IntArray, after: IntArray) -> Contest:
    cells, cell = np.unique(network.cell[arcs], return_inverse=True)
    offerings, offering = np.unique(network.offering[arcs], return_inverse=True)
    steps = list(zip(cell.tolist(), offering.tolist(), strict=True))
    links = Links.between(cells=len(cells), offerings=len(offerings), arcs=steps)
    owner, students, seats = network.owner[offerings], network.students[cells], network.seats[offerings]
    of_players: dict[int, list[int]] = {}
    for node in np.flatnonzero(owner != NOBODY).tolist():
        of_players.setdefault(int(owner[node]), []).append(node)
    flows = []
    for amounts in (before, after):
        flow = Flow.empty(links, students=students.tolist(), seats=seats.tolist())
        for (one, other), amount in zip(steps, amounts.tolist(), strict=True):
            if amount:
                flow.put(one, other, amount)
        flows.append(flow)
    return Contest(
        players=tuple(sorted(of_players)),
        offerings={player: tuple(nodes) for player, nodes in of_players.items()},
        none=flows[0],
        everyone=flows[1],
        worth=int(students.sum() - seats[owner == NOBODY].sum()),
    )
