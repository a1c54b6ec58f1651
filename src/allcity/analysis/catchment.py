"""Seats per student within reach, by floating catchment areas.

With P students at each origin i, S seats at each site j, and a weight w(i, j) that falls with travel time and is 0 out
of reach, each site shares its seats among the students around it, and each origin adds up the shares it is offered:

    (1)  R(j) = S(j) / Σ_i w(i, j) · P(i)
    (2)  A(i) = Σ_j w(i, j) · R(j)

- two-step: w is 1 within reach (Luo and Wang 2003, Environment and Planning B 30: 865-884).
- enhanced: w falls in steps, or as a Gaussian (Luo and Qi 2009, Health & Place 15: 1100-1107).
- three-step: students also choose among the sites in reach (Wan, Zou and Sternberg 2012, International Journal of
  Geographical Information Science 26: 1073-1089), so that both equations take, in the place of w,

    (3)  w(i, j) · w(i, j) / Σ_l w(i, l)

Seats with no students around them are offered to nobody: their R is 0. All others are shared out in full, so that
Σ_i P(i) · A(i) = Σ_j S(j) over the sites that somebody reaches.

Neighbours reach nearly the same sites in the same time step, so pairs need not be stored once per origin. The origins,
in an order that keeps neighbours together, are the leaves of binary trees; each node keeps for each site the weight that
all origins below it have in common, less what the nodes above it keep:

    (4)  w(i, j) = Σ kept(v, j) over leaf i and all nodes v above it

The tens of millions of pairs of a large city become one or two million. As nothing kept is below 0, the sums in (1) and
(2) lose no precision, and an origin that reaches nothing has exactly 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from allcity.analysis.travel import FloatArray, Int32Array, Int64Array, Pairs

Method = Literal["two_step", "enhanced", "three_step"]
Steps = Sequence[tuple[float, float]]

DEFAULT_STEPS: Mapping[Method, Steps] = {
    "two_step": ((np.inf, 1.0),),
    "enhanced": ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22)),
    "three_step": ((10.0, 0.962), (20.0, 0.704), (30.0, 0.377), (60.0, 0.042)),
}
"""(upper minutes, weight) by method, from the papers above. A bound belongs to its step; beyond the last, w is 0."""

_TREE_DEPTH = 9
_MOST_STEPS = 255


@dataclass(frozen=True)
class Gaussian:
    """Weight exp(-minutes² / (2 · sigma²)), not normalized: 1 next door, 0.61 at sigma minutes, 0.14 at twice sigma.

    Raises:
        ValueError: sigma is not above 0.
    """

    sigma: float

    def __post_init__(self) -> None:
        if not 0 < self.sigma < np.inf:
            raise ValueError(f"A Gaussian weight has sigma = {self.sigma}: give a number of minutes above 0.")


class CatchmentIndex:
    """Who reaches what with which weight: built once, then asked for any numbers of students and seats.

    Args:
        pairs: the origins and the sites within their reach.
        method: "two_step", "enhanced" or "three_step".
        weights: (upper minutes, weight) steps or a Gaussian; None for the published steps of the method.

    Raises:
        ValueError: weights with the two-step method, which has none; no step or too many; a weight below 0.
    """

    def __init__(self, pairs: Pairs, *, method: Method, weights: Steps | Gaussian | None = None) -> None:
        if method == "two_step" and weights is not None:
            raise ValueError("The two-step method weighs all sites in reach alike: leave out weights, or use enhanced.")
        if weights is None:
            weights = DEFAULT_STEPS[method]
        tree = _unshared(pairs, weights) if isinstance(weights, Gaussian) else _shared(pairs, weights)
        self._leaves = tree.leaves
        self._factor: FloatArray = np.ones((pairs.origins, 1))
        self._sites = pairs.destinations
        # In place, since the pairs of a continuous weight take hundreds of megabytes.
        if method == "three_step":
            self._kept = _matrix(tree.weight - tree.above, tree.site, tree.start, columns=self._sites)
            total = self._of_origins(np.ones((self._sites, 1)))
            self._factor = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
            for weight in (tree.weight, tree.above):
                np.square(weight, out=weight)
        np.subtract(tree.weight, tree.above, out=tree.weight)
        self._kept = _matrix(tree.weight, tree.site, tree.start, columns=self._sites)

    def seats_per_student(self, *, demand: FloatArray, supply: FloatArray) -> FloatArray:
        """Accessibility A of equation (2), in seats per student.

        Args:
            demand: students at each origin, (n,), or (n, k) if each of k kinds of seat has students of its own.
            supply: seats at each site, (m,), or (m, k) for k kinds of seat at once. An unknown (NaN) number of seats
                makes the result unknown wherever these seats are in reach, and nowhere else.

        Returns:
            (n,), or (n, k) if demand or supply has k columns.

        Raises:
            ValueError: demand or supply does not have one row for each origin or site.
        """
        for name, rows, expected in (("demand", demand, len(self._factor)), ("supply", supply, self._sites)):
            if len(rows) != expected:
                raise ValueError(f"There are {len(rows)} rows of {name} for {expected} places: give one row for each.")
        around = self._of_sites(demand.reshape(len(demand), -1 if demand.ndim > 1 else 1))
        seats = supply.reshape(len(supply), -1 if supply.ndim > 1 else 1)
        ratio = np.zeros(np.broadcast_shapes(around.shape, seats.shape))
        np.divide(seats, around, out=ratio, where=around != 0)
        access = self._of_origins(ratio)
        return access if demand.ndim > 1 or supply.ndim > 1 else access[:, 0]

    def _of_sites(self, at_origins: FloatArray) -> FloatArray:
        """Σ_i w(i, j) · at_origins(i), (n, k) to (m, k): sums go up the tree, then each node meets its sites."""
        groups, width = self._leaves.shape
        leaves = (at_origins * self._factor)[self._leaves.ravel()]
        leaves[len(at_origins) :] = 0
        nodes = np.zeros((groups, 2 * width, at_origins.shape[1]))
        nodes[:, width:] = leaves.reshape(groups, width, at_origins.shape[1])
        while width > 1:
            np.add(
                nodes[:, width : 2 * width : 2], nodes[:, width + 1 : 2 * width : 2], out=nodes[:, width // 2 : width]
            )
            width //= 2
        sites: FloatArray = self._kept.T @ nodes.reshape(self._kept.shape[0], at_origins.shape[1])
        return sites

    def _of_origins(self, at_sites: FloatArray) -> FloatArray:
        """Σ_j w(i, j) · at_sites(j), (m, k) to (n, k): each node meets its sites, then sums go down the tree."""
        groups, leaves = self._leaves.shape
        nodes = (self._kept @ at_sites).reshape(groups, 2 * leaves, at_sites.shape[1])
        width = 1
        while width < leaves:
            nodes[:, 2 * width : 4 * width] += np.repeat(nodes[:, width : 2 * width], 2, axis=1)
            width *= 2
        at_origins = np.empty((len(self._factor), at_sites.shape[1]))
        at_origins[self._leaves] = nodes[:, leaves:]
        at_origins *= self._factor
        return at_origins


def seats_per_student(
    *, pairs: Pairs, demand: FloatArray, supply: FloatArray, method: Method, weights: Steps | Gaussian | None = None
) -> FloatArray:
    """Seats per student for one question, with the arguments of `CatchmentIndex` and of its `seats_per_student`."""
    return CatchmentIndex(pairs, method=method, weights=weights).seats_per_student(demand=demand, supply=supply)


@dataclass(frozen=True)
class _Tree:
    """The pairs of equation (4), by node: groups of neighbouring origins, each a heap of 2 · width nodes.

    In a heap, node 1 is the root, nodes 2v and 2v + 1 are below node v, the last `width` nodes are the leaves, and node
    0 is empty. A node keeps for a site `weight`, which the origins below it have in common, less `above`, the same of
    the node above it.

    Attributes:
        start: (nodes + 1,) position of the first pair of each node.
        site, weight, above: (pairs,).
        leaves: (groups, width) the origin at each leaf; the last one is repeated to fill the last group.
    """

    start: Int64Array
    site: Int32Array
    weight: FloatArray
    above: FloatArray
    leaves: Int64Array


def _unshared(pairs: Pairs, gaussian: Gaussian) -> _Tree:
    """A heap of one leaf for each origin: no two weights of a continuous function are alike."""
    weight = np.square(pairs.minutes)
    weight *= -0.5 / gaussian.sigma**2
    np.exp(weight, out=weight)
    start = np.repeat(pairs.origin_start, 2)[:-1]
    return _Tree(start, pairs.destination, weight, np.zeros(1), np.arange(pairs.origins).reshape(-1, 1))


def _shared(pairs: Pairs, steps: Steps) -> _Tree:
    """Heaps in which each node holds what the origins below it have in common."""
    if not 1 <= len(steps) <= _MOST_STEPS or not all(weight >= 0 for _, weight in steps):
        raise ValueError(
            f"The step weights are {list(steps)}: give 1 to {_MOST_STEPS} steps with weights of 0 or more."
        )
    upper, step_weight = np.array(sorted(steps), dtype=np.float64).T
    # Weights are compared as ranks, one byte each; rank 0 is weight 0, out of reach.
    weight_of, rank = np.unique(np.append(step_weight, 0.0), return_inverse=True)
    rank_of_step = rank.astype(np.uint8)
    reach = _matrix(pairs.minutes, pairs.destination, pairs.origin_start, columns=pairs.destinations)
    width = 2**_TREE_DEPTH
    parent = np.arange(2 * width) // 2
    filling = np.repeat(pairs.order[-1:], -pairs.origins % width)
    leaves = np.concatenate((pairs.order, filling)).reshape(-1, width)

    parts = [(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0))]
    for group in leaves:
        rows = reach[group]
        step = np.zeros(len(rows.data), dtype=np.uint8)
        for bound in upper:
            step += rows.data > bound
        rows.data = rank_of_step[step]
        reached = np.flatnonzero(np.bincount(rows.indices, minlength=pairs.destinations))
        node = np.zeros((2 * width, len(reached)), dtype=np.uint8)
        node[width:] = rows[:, reached].toarray()
        level = width
        while level > 1:
            np.minimum(node[level : 2 * level : 2], node[level + 1 : 2 * level : 2], out=node[level // 2 : level])
            level //= 2
        above = node[parent]
        kept = np.flatnonzero(node != above)
        row, column = np.divmod(kept, len(reached))
        count = np.bincount(row, minlength=2 * width)
        parts.append(
            (count, reached[column].astype(np.int32), weight_of[node.ravel()[kept]], weight_of[above.ravel()[kept]])
        )
    count, site, weight, over = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _Tree(np.cumsum(count), site, weight, over, leaves)


def _matrix(values: NDArray[Any], column: Int32Array, start: Int64Array, *, columns: int) -> Any:
    # Given positions in 64 bits, scipy would keep the columns in 64 bits as well: twice the memory.
    position = np.int32 if len(values) <= np.iinfo(np.int32).max else np.int64
    return sparse.csr_array((values, column, start.astype(position)), shape=(len(start) - 1, columns))
