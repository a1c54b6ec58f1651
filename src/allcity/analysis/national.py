"""Figures of several cities together: sums of what was counted, and shares weighed by how many students a city has.

What one city does not know stays unknown in the whole: it adds nothing to the low end of a sum and takes away its high
end. A figure that a city withholds counts as unknown, so that nothing can be worked out from the total.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date

from allcity.analysis.figures import Figure, Status

SUMS = (
    "schools", "students", "organizations", "programs.sustained", "offerings.sustained", "seats", "partnerships",
    "deliveries.students", "deliveries.hours", "needs.stated", "needs.met",
)  # fmt: skip
"""Counts and hours that are added up. Whoever is counted in two cities is counted twice."""
SHARES = ("access.reach", "access.placed")
"""Shares of students, weighed by the students of each city."""
_WEIGHT = "students"
_BY_CERTAINTY: tuple[Status, ...] = ("measured", "estimated", "modelled")


def combine(cities: Iterable[Iterable[Figure]]) -> list[Figure]:
    """The figures of several cities together, each city's own being its newest; only those of whole cities count.

    `known` of `total` cities have a value of their own. The year is the newest of theirs, `as_of` the oldest of their
    days. A value stands only where every city has one; else the bounds say what is sure. No city gives no figure.
    """
    whole = [{figure.id: figure for figure in figures if figure.by is None} for figures in cities]
    if not whole:
        return []
    students = [city.get(_WEIGHT) for city in whole]
    sums = (_sum([city.get(name) for city in whole]) for name in SUMS)
    shares = (_share([city.get(name) for city in whole], students) for name in SHARES)
    return [figure for figure in (*sums, *shares) if figure is not None]


def _sum(figures: Sequence[Figure | None]) -> Figure | None:
    values = [_value(figure) for figure in figures]
    lows, highs = zip(*(_bounds(figure) for figure in figures), strict=True)
    known = [value for value in values if value is not None]
    complete = [None if figure is None or figure.suppressed else figure.high_if_complete for figure in figures]
    return _together(
        figures,
        value=sum(known) if len(known) == len(values) else None,
        low=sum(lows),
        high=None if math.inf in highs else sum(highs),
        high_if_complete=None if None in complete else sum(each for each in complete if each is not None),
    )


def _share(figures: Sequence[Figure | None], students: Sequence[Figure | None]) -> Figure | None:
    values, weights = [_value(figure) for figure in figures], [_value(figure) for figure in students]
    ends = [_bounds(figure, most=1.0) for figure in figures]
    spans = [_bounds(figure) for figure in students]
    pairs = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None and w is not None]
    total = sum(weight for _, weight in pairs)
    unbounded = any(
        span[1] > 0 and (figure is None or figure.suppressed or figure.high is None)
        for figure, span in zip(figures, spans, strict=True)
    )
    return _together(
        figures,
        value=sum(v * w for v, w in pairs) / total if total and len(pairs) == len(values) else None,
        low=least_mean([low for low, _ in ends], spans),
        high=None if unbounded else -least_mean([-high for _, high in ends], spans),
    )


def least_mean(values: Sequence[float], weights: Sequence[tuple[float, float]]) -> float:
    r"""The least that a weighted mean can be, where each weight is only known to lie between two ends.

    .. math:: \min_{a_i \le w_i \le b_i} \frac{\sum_i w_i v_i}{\sum_i w_i}

    The mean moves one way only as one weight grows, so that every weight is at an end: at its high end for the least
    values, at its low end for the others. An end may be infinite: the mean then comes as near to that value as one likes.
    Where nothing need weigh anything, it is the least of the values that may.
    """
    rows = sorted((value, *ends) for value, ends in zip(values, weights, strict=True) if ends[1] > 0)
    if not rows:
        return min(values)
    near = [value for value, _low, high in rows if math.isinf(high)]
    best = min(near) if near else math.inf
    for split in range(len(rows) + 1):
        sizes = [high if i < split and math.isfinite(high) else low for i, (_value, low, high) in enumerate(rows)]
        if total := sum(sizes):
            best = min(best, sum(size * row[0] for size, row in zip(sizes, rows, strict=True)) / total)
    return best


def _value(figure: Figure | None) -> float | None:
    return None if figure is None or figure.suppressed else figure.value


def _bounds(figure: Figure | None, most: float = math.inf) -> tuple[float, float]:
    """The ends between which a figure lies; nothing is below 0."""
    if figure is None or figure.suppressed:
        return 0.0, most
    low = figure.low if figure.low is not None else 0.0
    return low, most if figure.high is None else figure.high


def _together(
    figures: Sequence[Figure | None],
    *,
    value: float | None,
    low: float,
    high: float | None,
    high_if_complete: float | None = None,
) -> Figure | None:
    there = [figure for figure in figures if figure is not None]
    if not there:
        return None
    days: list[date] = [figure.as_of for figure in there if figure.as_of]
    return Figure(
        there[0].id,
        value,
        there[0].unit,
        max(figure.year for figure in there),
        # Sums that are taken in another order differ in their last digit.
        low=low if value is None else min(low, value),
        high=high if value is None or high is None else max(high, value),
        high_if_complete=high_if_complete,
        status=max((figure.status for figure in there), key=_BY_CERTAINTY.index),
        known=sum(_value(figure) is not None for figure in figures),
        total=len(figures),
        records="cities",
        as_of=min(days) if days else None,
    )
