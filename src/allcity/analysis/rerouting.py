"""A placement that is kept the largest while seats come and go, by moving students along augmenting paths.

Cells (students of a grade at a school, or several that are alike) and offerings are two sides of a network, linked where a
student of the cell may take a seat of the offering. A node of either side that wants more finds it along a path

    x₀ – y₁ – x₁ – y₂ – … – y_k,                                                                                     (1)

x on its own side and y on the other, where x_i holds something of y_i that it gives up and finds anew at y_(i+1), and y_k has
room. Where x are offerings and y cells, seats that are empty find students; where x are cells and y offerings, students whose
seat is gone find another. A placement is the largest exactly if no seat finds a student who has none (Ford and Fulkerson,
"Maximal flow through a network", Canadian Journal of Mathematics 8 (1956), for flows in general; known to us from textbooks, not
read in full).

What a fruitless search has seen stays fruitless as long as no room is added on the side where it looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

Step = tuple[int, int]
Move = tuple[int, int, int]
"""A cell, an offering, and how many students of the one came into seats of the other; fewer than 0 left them."""


class Links(NamedTuple):
    """For each cell the offerings, and for each offering the cells, as bits of a number."""

    of_cells: list[int]
    of_offerings: list[int]

    @classmethod
    def between(cls, *, cells: int, offerings: int, arcs: Sequence[Step]) -> Links:
        """Links of so many cells and offerings; `arcs` are pairs of a cell and an offering."""
        of_cells, of_offerings = [0] * cells, [0] * offerings
        for cell, offering in arcs:
            of_cells[cell] |= 1 << offering
            of_offerings[offering] |= 1 << cell
        return cls(of_cells, of_offerings)


@dataclass
class Side:
    """The nodes of one side: `room` of each (students without a seat, or empty seats), and what it `holds` of the other's.

    `open` are those with room, as bits.
    """

    linked: list[int]
    room: list[int]
    holds: list[dict[int, int]]
    open: int

    @classmethod
    def empty(cls, linked: list[int], room: Sequence[int]) -> Side:
        """Nodes that hold nothing."""
        open_ = sum(1 << node for node, size in enumerate(room) if size)
        return cls(linked, list(room), [{} for _ in room], open_)

    def copy(self) -> Side:
        return Side(self.linked, self.room.copy(), [held.copy() for held in self.holds], self.open)

    def add_room(self, node: int, amount: int) -> None:
        """Negative amounts take room away."""
        self.room[node] += amount
        if self.room[node]:
            self.open |= 1 << node
        else:
            self.open &= ~(1 << node)


@dataclass
class Flow:
    """Students in seats. Numbers are whole."""

    cells: Side
    offerings: Side

    @classmethod
    def empty(cls, links: Links, *, students: Sequence[int], seats: Sequence[int]) -> Flow:
        """Nobody has a seat."""
        return cls(Side.empty(links.of_cells, students), Side.empty(links.of_offerings, seats))

    def copy(self) -> Flow:
        return Flow(self.cells.copy(), self.offerings.copy())

    def put(self, cell: int, offering: int, amount: int) -> None:
        """Give students of a cell so many seats of an offering; both must have the room."""
        _exchange(self.cells, self.offerings, cell, offering, amount)
        self.cells.add_room(cell, -amount)
        self.offerings.add_room(offering, -amount)

    def clear(self, offering: int) -> list[Move]:
        """Take everybody out of an offering."""
        moves = [(cell, offering, -amount) for cell, amount in self.offerings.holds[offering].items()]
        for move in moves:
            self.put(*move)
        return moves

    def take_back(self, moves: Sequence[Move]) -> None:
        """Put all as it was before these moves."""
        for cell, offering, amount in reversed(moves):
            self.put(cell, offering, -amount)

    def fill(self, offering: int, barred: int = 0) -> tuple[int, int]:
        """Fill empty seats of an offering with students who have none: how many it found, and the cells now known to be spent.

        `barred` are cells, as bits, where nobody is to be looked for.
        """
        return _find(offering, self.offerings.room[offering], self.offerings, self.cells, barred)

    def seat(self, cell: int, wanted: int, barred: int, moves: list[Move]) -> tuple[int, int]:
        """Find empty seats for so many students of a cell who have none: how many, and the offerings now known to be full.

        The moves that it takes are added to `moves`.
        """
        return _find(cell, wanted, self.cells, self.offerings, barred, moves)


def _find(
    start: int, wanted: int, own: Side, other: Side, barred: int, moves: list[Move] | None = None
) -> tuple[int, int]:
    found = 0
    while found < wanted:
        path, seen = _path(start, own, other, barred)
        if not path:
            return found, seen
        # The last node of the other side gives of its room, each one before it of what it holds of the next own node.
        amount = min(wanted - found, other.room[path[-1][1]])
        for (_, left), (node, _) in pairwise(path):
            amount = min(amount, other.holds[left][node])
        for node, entered in path:
            _exchange(own, other, node, entered, amount)
        for (_, left), (node, _) in pairwise(path):
            _exchange(own, other, node, left, -amount)
        if moves is not None:
            moves += [(node, entered, amount) for node, entered in path]
            moves += [(node, left, -amount) for (_, left), (node, _) in pairwise(path)]
        own.add_room(start, -amount)
        other.add_room(path[-1][1], -amount)
        found += amount
    return found, barred


def _path(start: int, own: Side, other: Side, barred: int) -> tuple[list[Step], int]:
    """A shortest path of equation (1) as pairs (x_i, y_i+1), or none and all of the other side's nodes that were seen."""
    seen, queue = barred, [start]
    came: dict[int, Step] = {start: (-1, -1)}
    for node in queue:
        fresh = own.linked[node] & ~seen
        if open_ := fresh & other.open:
            path = [(node, (open_ & -open_).bit_length() - 1)]
            while node != start:
                path.append(came[node])
                node = came[node][0]
            return path[::-1], seen
        seen |= fresh
        while fresh:
            lowest = fresh & -fresh
            fresh ^= lowest
            entered = lowest.bit_length() - 1
            for next_ in other.holds[entered]:
                if next_ not in came:
                    came[next_] = node, entered
                    queue.append(next_)
    return [], seen


def _exchange(own: Side, other: Side, node: int, entered: int, amount: int) -> None:
    left = own.holds[node].get(entered, 0) + amount
    if left:
        own.holds[node][entered] = other.holds[entered][node] = left
    else:
        del own.holds[node][entered], other.holds[entered][node]
