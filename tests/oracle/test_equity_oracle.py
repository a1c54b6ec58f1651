"""Equity measures against PySAL `inequality` (weights expanded to single students) and against plain double sums."""

import numpy as np
import pytest
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from allcity.analysis.equity import concentration_index, gini, share_of_neediest, theil


def made_city(seed):
    random = np.random.default_rng(seed)
    units = int(random.integers(3, 60))
    values = np.round(random.gamma(1, 3, units), 1) * (random.random(units) > 0.2)
    values[0] = 4.2
    return values, random.integers(1, 12, units), random.integers(0, 6, units), random.integers(0, 4, units)


@pytest.mark.parametrize("seed", range(25))
def test_gini_and_theil_agree_with_pysal(seed):
    values, weights, groups, _ = made_city(seed)
    students = np.repeat(values, weights)
    assert gini(values, weights).value == pytest.approx(Gini(students).g, abs=1e-12)
    parts, theirs = theil(values, weights, groups), TheilD(students, np.repeat(groups, weights))
    assert parts.total.value == pytest.approx(float(Theil(students).T), abs=1e-12)
    assert parts.between.value == pytest.approx(float(theirs.bg[0]), abs=1e-12)
    assert parts.within.value == pytest.approx(float(theirs.wg[0]), abs=1e-12)


@pytest.mark.parametrize("seed", range(25))
def test_gini_is_half_the_relative_mean_difference(seed):
    values, weights, _, _ = made_city(seed)
    weights = weights / 7  # estimated students need not be whole
    pairs = sum(
        a * b * abs(y - z) for y, a in zip(values, weights, strict=True) for z, b in zip(values, weights, strict=True)
    )
    expected = pairs / (2 * weights.sum() * (weights @ values))
    assert gini(values, weights).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(25))
def test_concentration_by_need_student_by_student(seed):
    values, weights, _, need = made_city(seed)
    students = [(n, y) for y, w, n in zip(values, weights, need, strict=True) for _ in range(w)]
    count, provision = len(students), sum(y for _, y in students)
    ranks = [(sum(m > n for m, _ in students) + sum(m == n for m, _ in students) / 2) / count for n, _ in students]
    covariance = (
        sum((y - provision / count) * (rank - 0.5) for (_, y), rank in zip(students, ranks, strict=True)) / count
    )
    expected = 2 * covariance / (provision / count)
    assert concentration_index(values, weights, need).value == pytest.approx(expected, abs=1e-12)

    # Each student of the boundary need counts by the same fraction.
    wanted, taken, got = count / 4, 0.0, 0.0
    for level in sorted(set(need), reverse=True):
        members = [y for n, y in students if n == level]
        fraction = min(1.0, (wanted - taken) / len(members))
        taken += fraction * len(members)
        got += fraction * sum(members)
    assert share_of_neediest(values, weights, need).value == pytest.approx(got / provision, abs=1e-12)
