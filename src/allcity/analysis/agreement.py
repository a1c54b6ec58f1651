"""How far people agree on a question that is answered by a level, 1 to 4: within a group of people, and between two groups.

Levels are steps in words, not amounts: nothing here adds or averages them. Whoever does not know has no level, and is left out.

- *Agreement within a group* is Leik's ordinal consensus. With Fₖ the share of answers at level k or lower, and dₖ the smaller
  of Fₖ and 1 − Fₖ, it is 1 − 2 · Σ dₖ ⁄ (m − 1) over the first m − 1 of m levels: 1 where all chose one level, 0 where half
  chose the lowest and half the highest (Leik 1966, "A measure of ordinal consensus", Pacific Sociological Review 9(2)).
- *The difference between two groups* is Cliff's delta: of all pairs of one answer from each, the share in which the first
  is higher less the share in which it is lower (Cliff 1993, "Dominance statistics", Psychological Bulletin 114(3)).
- *Two groups stand apart* where their middles do not meet, and delta is at least a third in size. 0.33 is the medium
  difference of Romano, Kromrey, Coraggio and Skowronek 2006; that the middles may not meet either is ours.

Groups of few people move by much when one more answers. None of this is a test, and none says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

LEVELS = 4
APART = 0.33
AGREED = 0.6
"""From here on people are said to agree. An assumption of ours: two neighbouring levels, half and half, come to 0.67."""
SPLIT = 0.4
"""Up to here people are said to disagree. An assumption of ours: a quarter at each level comes to 0.33."""

Counts = Sequence[int]
"""How many chose each level, the lowest first."""


@dataclass(frozen=True)
class Apart:
    """Two groups that stand apart: the one that sees a higher level, the other, and Cliff's delta between them."""

    higher: str
    lower: str
    delta: float


def middle(counts: Counts) -> tuple[int, int] | None:
    """The lower and the upper median, which are the same unless two levels share the middle. None for nobody."""
    total = sum(counts)
    if not total:
        return None
    sums = list(accumulate(counts))
    lower, upper = (next(level for level, sum_ in enumerate(sums, 1) if sum_ >= half) for half in _halves(total))
    return lower, upper


def consensus(counts: Counts) -> float | None:
    """Leik's ordinal consensus, 0 to 1. None where fewer than two people answered."""
    total = sum(counts)
    if total < 2:
        return None
    shares = [sum_ / total for sum_ in accumulate(counts)][:-1]
    return 1 - 2 * sum(min(share, 1 - share) for share in shares) / len(shares)


def delta(first: Counts, second: Counts) -> float | None:
    """Cliff's delta, −1 to 1: above 0 where the first group sees higher levels. None where one of them is empty."""
    pairs = sum(first) * sum(second)
    if not pairs:
        return None
    difference = sum(
        a * b * ((level > other) - (level < other)) for level, a in enumerate(first) for other, b in enumerate(second)
    )
    return difference / pairs


def apart(groups: Mapping[str, Counts]) -> list[Apart]:
    """Every two groups that stand apart, those furthest from each other first; of equals, in the order of the groups."""
    found = []
    for one, other in combinations(groups, 2):
        here, there = middle(groups[one]), middle(groups[other])
        size = delta(groups[one], groups[other])
        if here is None or there is None or size is None or abs(size) < APART:
            continue
        if here[0] > there[1] and size > 0:
            found.append(Apart(one, other, size))
        elif there[0] > here[1] and size < 0:
            found.append(Apart(other, one, -size))
    return sorted(found, key=lambda pair: -pair.delta)


def together(groups: Mapping[str, Counts]) -> tuple[int, ...]:
    """How many of all groups chose each level."""
    return tuple(map(sum, zip(*groups.values(), strict=True))) if groups else (0,) * LEVELS


def pooled(sizes: Mapping[str, int], floors: Mapping[str, int], floor: int) -> tuple[str, ...] | None:
    """Which groups to show only together, so that none is told of that is smaller than its floor. None: show nothing at all.

    `sizes` is how many of each group answered, `floors` the least that each may be told of with. What is shown of the rest
    adds up with the pool to all, so the pool alone must not tell of few: it holds no group or at least two, and at least
    `floor` people. Where the groups under their floor do not suffice, the smallest of the others join them.
    """
    there = {group: size for group, size in sizes.items() if size}
    pool = [group for group, size in there.items() if size < floors[group]]
    rest = sorted((group for group in there if group not in pool), key=lambda group: there[group])
    while pool and (len(pool) < 2 or sum(there[group] for group in pool) < floor):
        if not rest:
            return None
        pool.append(rest.pop(0))
    return tuple(group for group in there if group in pool)


def _halves(total: int) -> tuple[int, int]:
    """Which of the sorted answers are in the middle, counted from 1."""
    return (total + 1) // 2, total // 2 + 1
