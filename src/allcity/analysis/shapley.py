"""The Shapley value: what each player adds to a worth, on average over all orders in which they may come.

With the worth v(T) of each set T of the players N,

    φ_p = Σ_(T ⊆ N∖p) |T|! (|N| − |T| − 1)! / |N|! · (v(T ∪ p) − v(T)).                                               (1)

Few players are summed over all sets. Of many, orders are drawn at random, each together with its reverse (antithetic): who comes
late in one comes early in the other, which evens out. Half the spread of these pairs, as they are independent, gives the standard
error.

Sources: Shapley, "A value for n-person games" (1953); Castro, Gómez and Tejada, "Polynomial calculation of the Shapley value
based on sampling", Computers & Operations Research 36 (2009). Known to us from textbooks, neither read in full.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import comb

import numpy as np

from allcity.analysis.cells import FloatArray, IntArray

_FEWEST_PAIRS = 10


@dataclass(frozen=True)
class Precision:
    """When to stop drawing orders: the players' standard errors, summed, are this share of what they add together, or
    so many orders were drawn. The same seed gives the same orders."""

    error: float = 0.05
    most_orders: int = 2000
    seed: int = 1953

    def of_part(self, number: int) -> "Precision":
        """The same for a part of a game, whose orders are drawn apart from those of the other parts."""
        return replace(self, seed=self.seed + number)


@dataclass(frozen=True)
class Values:
    """(players,) values and their standard errors, 0 where they are exact; `orders` is how many were drawn."""

    value: FloatArray
    error: FloatArray
    orders: int = 0


def over_all_sets(worth: FloatArray) -> FloatArray:
    """Equation (1), (players,), from the worth of each set, (2^players,): bit p of its index is whether p is in the set."""
    players = len(worth).bit_length() - 1
    sets = np.arange(len(worth))
    size = np.bitwise_count(sets).astype(np.int64)
    weight = 1 / (players * np.array([comb(players - 1, k) for k in range(players)], dtype=np.float64))
    values = np.zeros(players)
    for player in range(players):
        others = sets[~sets >> player & 1 == 1]
        values[player] = weight[size[others]] @ (worth[others | 1 << player] - worth[others])
    return values


def over_drawn_orders(players: int, joined: Callable[[IntArray], FloatArray], precision: Precision) -> Values:
    """Estimate equation (1); `joined` says what each player, (players,), adds when they come in an order."""
    random = np.random.default_rng(precision.seed)
    total, squares, pairs = np.zeros(players), np.zeros(players), 0
    while True:
        order = random.permutation(players)
        pair = (joined(order) + joined(order[::-1])) / 2
        pairs += 1
        # Welford's way, which does not lose digits.
        step = pair - total
        total += step / pairs
        squares += step * (pair - total)
        error = np.sqrt(squares / (pairs * max(1, pairs - 1)))
        close = pairs >= _FEWEST_PAIRS and error.sum() <= precision.error * total.sum()
        if close or 2 * (pairs + 1) > precision.most_orders:
            return Values(total, error, 2 * pairs)
