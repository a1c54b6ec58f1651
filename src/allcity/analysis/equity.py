"""How evenly provision is spread over students, and whether it goes where the need is.

Units are schools (or areas, or any groups of students). `values` is provision per student in each unit (seats, hours,
a share reached), `weights` its students: every student of a unit counts with the unit's value, so a unit of 300
students is the same as 300 units of one student.

A unit whose value, weight or need is unknown (NaN) is left out and counted: `Estimate.known` of `Estimate.total`.
Where a measure cannot be told (no known unit, no students, no provision at all) it is NaN, never 0: dividing nothing
is neither even nor uneven. Where every student has the same positive provision, inequality is 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from allcity.analysis.figures import Interval

BOOTSTRAP = "bootstrap"

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], ArrayLike]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measure over the `known` of `total` units, with its sampling range where draws were asked for."""

    value: float
    known: int
    total: int
    interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Theil:
    """Theil's T and its parts: `total` = `between` groups + `within` groups."""

    total: Estimate
    between: Estimate
    within: Estimate


def gap(a: float, b: float) -> float:
    """Difference a − b, in the unit of both; NaN where either is unknown."""
    return a - b


def ratio(a: float, b: float) -> float:
    """Ratio a ÷ b; NaN where either is unknown or b is 0, since no multiple of nothing can be told."""
    return a / b if b else math.nan


def mean(values: ArrayLike, weights: ArrayLike, *, draws: int = 0, seed: int = 0, level: float = 0.95) -> Estimate:
    """Provision of the average student: Σ wᵢ yᵢ ÷ Σ wᵢ, in the unit of `values`.

    `values` and `weights` have shape (units,). Raises ValueError for negative or infinite input or unequal lengths.
    With `draws`, `interval` is as in `bootstrap`.
    """
    total, (y, w) = _known(values=values, weights=weights)
    return _estimates(
        lambda w: _divide(float(w @ y), float(w.sum())), w, total=total, draws=draws, seed=seed, level=level
    )[0]


def gini(values: ArrayLike, weights: ArrayLike, *, draws: int = 0, seed: int = 0, level: float = 0.95) -> Estimate:
    """Weighted Gini coefficient, 0 (all students have the same) to nearly 1 (one student has all).

    G = Σᵢ Σⱼ fᵢ fⱼ |yᵢ − yⱼ| ÷ 2μ with fᵢ the share of students in unit i and μ the mean, computed in its covariance
    form G = 2 Σᵢ fᵢ yᵢ Rᵢ ÷ μ − 1 over fractional ranks Rᵢ by value (Lerman and Yitzhaki 1989, "Improving the accuracy
    of estimates of Gini coefficients", Journal of Econometrics 42). Arguments and errors as in `mean`.
    """
    total, (y, w) = _known(values=values, weights=weights)
    order = np.argsort(y)
    y = y[order]

    def statistic(w: Floats) -> float:
        return max(_concentration(y, w), 0.0)  # rounding may fall below where all have the same

    return _estimates(statistic, w[order], total=total, draws=draws, seed=seed, level=level)[0]


def concentration_index(
    values: ArrayLike, weights: ArrayLike, need: ArrayLike, *, draws: int = 0, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Concentration of provision by need, −1 to 1: below 0 it leans to the neediest, above 0 to the least needy.

    C = 2 Σᵢ fᵢ yᵢ Rᵢ ÷ μ − 1, where Rᵢ is the share of students in needier units plus half of those equally needy
    (Kakwani, Wagstaff and van Doorslaer 1997, "Socioeconomic inequalities in health", Journal of Econometrics 77):
    units of equal need share one rank, their average. `need` has shape (units,), any unit, higher is needier. Where
    all are equally needy C is 0. Other arguments and errors as in `mean`.
    """
    total, (y, w, need) = _known(values=values, weights=weights, need=need)
    order, starts = _by_need(need)
    y = y[order]

    def statistic(w: Floats) -> float:
        students = np.add.reduceat(w, starts)
        return _concentration(_shares(np.add.reduceat(w * y, starts), students), students)

    return _estimates(statistic, w[order], total=total, draws=draws, seed=seed, level=level)[0]


def share_of_neediest(
    values: ArrayLike,
    weights: ArrayLike,
    need: ArrayLike,
    *,
    part: float = 0.25,
    draws: int = 0,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Share of all provision that goes to the neediest `part` of students; even provision would give `part` itself.

    The concentration curve, read at `part` (Kakwani, Wagstaff and van Doorslaer 1997). The unit, or the units of equal
    need, in which the boundary falls count in proportion, so the group is exactly `part` of the students.
    Arguments and errors as in `concentration_index`; `part` lies strictly between 0 and 1.
    """
    if not 0 < part < 1:
        raise ValueError(f"The neediest part of students is {part}: give a share between 0 and 1, such as 0.25.")
    total, (y, w, need) = _known(values=values, weights=weights, need=need)
    order, starts = _by_need(need)
    y = y[order]

    def statistic(w: Floats) -> float:
        students = np.append(0.0, np.cumsum(np.add.reduceat(w, starts)))
        provision = np.append(0.0, np.cumsum(np.add.reduceat(w * y, starts)))
        reached = np.interp(part * students[-1], students, provision)
        return _divide(float(reached), provision[-1])

    return _estimates(statistic, w[order], total=total, draws=draws, seed=seed, level=level)[0]


def theil(
    values: ArrayLike,
    weights: ArrayLike,
    groups: ArrayLike,
    *,
    draws: int = 0,
    seed: int = 0,
    level: float = 0.95,
) -> Theil:
    """Theil's T, between and within groups (such as areas), in nats: 0 where all have the same, more where less even.

    T = Σᵢ fᵢ (yᵢ ÷ μ) ln(yᵢ ÷ μ), with 0 ln 0 = 0; between = Σ_g s_g ln(μ_g ÷ μ) and within = Σ_g s_g T_g, where s_g
    is the share of provision in group g, μ_g its mean and T_g its own Theil index (Theil 1967, *Economics and
    Information Theory*; Shorrocks 1980, "The class of additively decomposable inequality measures", Econometrica 48).
    `groups` has shape (units,), one label each, all of one type. Other arguments and errors as in `mean`.
    """
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    total, (y, w, known_codes) = _known(values=values, weights=weights, groups=codes)
    codes = known_codes.astype(np.intp)
    scale = y.mean() if y.any() else 1.0  # near 1 the logarithm loses no digits, whatever the unit of the values
    y = y / scale
    y_log_y = y * np.log(np.where(y > 0, y, 1.0))

    def statistic(w: Floats) -> list[float]:
        students = np.bincount(codes, w, minlength=len(names))
        provision = np.bincount(codes, w * y, minlength=len(names))
        whole = provision.sum()
        if not whole > 0:
            return [math.nan] * 3
        held = provision > 0
        log_of_means = provision[held] @ np.log(provision[held] / students[held]) / whole
        log_of_mean, own = math.log(whole / students.sum()), w @ y_log_y / whole
        return [max(part, 0.0) for part in (own - log_of_mean, log_of_means - log_of_mean, own - log_of_means)]

    total_, between, within = _estimates(statistic, w, total=total, draws=draws, seed=seed, level=level)
    return Theil(total=total_, between=between, within=within)


def bootstrap(
    statistic: Callable[[Floats], float], units: int, *, draws: int = 1000, seed: int = 0, level: float = 0.95
) -> Interval:
    """Percentile range of `statistic` when the units (schools) are drawn anew with replacement.

    `statistic` gets an array of shape (units,) saying how often each unit was drawn, by which it multiplies its
    weights; a draw for which it gives NaN tells nothing and is left out. With fewer than two units, or no draw that
    tells, both ends are NaN. The same seed gives the same range. (Efron and Tibshirani 1993, *An Introduction to the
    Bootstrap*, chapter 13.) Raises ValueError for fewer than one draw or a level outside 0 to 1.
    """
    return _redrawn(statistic, np.ones(units), draws=draws, seed=seed, level=level)[0]


def _redrawn(statistic: Statistic, weights: Floats, *, draws: int, seed: int, level: float) -> list[Interval]:
    if draws < 1 or not 0 < level < 1:
        raise ValueError(f"{draws} draws at level {level}: give at least 1 draw and a level between 0 and 1.")
    units = len(weights)
    if units < 2:
        width = np.atleast_1d(statistic(weights)).shape[0]
        return [Interval(BOOTSTRAP, math.nan, math.nan, level)] * width
    random = np.random.default_rng(seed)

    def draw() -> Floats:
        times = np.bincount(random.integers(units, size=units), minlength=units)
        return np.atleast_1d(np.asarray(statistic(times * weights), dtype=np.float64))

    intervals = []
    for column in np.array([draw() for _ in range(draws)]).T:
        told = column[~np.isnan(column)]
        low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2]) if told.size else (math.nan, math.nan)
        intervals.append(Interval(BOOTSTRAP, float(low), float(high), level))
    return intervals


def _estimates(
    statistic: Statistic, weights: Floats, *, total: int, draws: int, seed: int, level: float
) -> list[Estimate]:
    """Each number that `statistic` gives for `weights`, with its range if `draws` are asked for."""
    values = np.atleast_1d(np.asarray(statistic(weights), dtype=np.float64))
    intervals: list[Interval | None] = [None] * len(values)
    if draws:
        intervals = list(_redrawn(statistic, weights, draws=draws, seed=seed, level=level))
    return [
        Estimate(value=float(value), known=len(weights), total=total, interval=interval)
        for value, interval in zip(values, intervals, strict=True)
    ]


def _known(**columns: ArrayLike) -> tuple[int, list[Floats]]:
    """Number of units, and the columns without the units in which any of them is unknown."""
    arrays = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    lengths = {name: array.shape for name, array in arrays.items()}
    if len(set(lengths.values())) > 1 or any(len(shape) != 1 for shape in lengths.values()):
        told = ", ".join(f"{name} {shape}" for name, shape in lengths.items())
        raise ValueError(f"Each unit needs one entry in every column, but the shapes are {told}.")
    for name, array in arrays.items():
        if np.isinf(array).any() or (name in ("values", "weights") and (array < 0).any()):
            unit = int(np.argmax(np.isinf(array) | (array < 0)))
            raise ValueError(f"Unit {unit} has {array[unit]} in {name}: give a number of 0 or more, or NaN if unknown.")
    known = ~np.any([np.isnan(array) for array in arrays.values()], axis=0)
    return len(known), [array[known] for array in arrays.values()]


def _by_need(need: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order from the neediest on, and where in it each set of equally needy units starts."""
    order = np.argsort(-need, kind="stable")
    ordered = need[order]
    return order, np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])


def _concentration(values: Floats, weights: Floats) -> float:
    """2 Σ f y R ÷ μ − 1 for units in the order of their rank."""
    students, provision = weights.sum(), weights @ values
    if not provision > 0:
        return math.nan
    ranks = np.cumsum(weights) - weights / 2
    return float(2 * ((weights * values) @ ranks) / (students * provision) - 1)


def _divide(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator > 0 else math.nan


def _shares(numerators: Floats, denominators: Floats) -> Floats:
    return np.divide(numerators, denominators, out=np.zeros_like(numerators), where=denominators > 0)
