"""Suppression against attackers written here: one lists whole tables, one eliminates, one solves linear programs."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from allcity.analysis.suppression import (
    Relation,
    cross,
    disclosed,
    suppress,
    suppress_revision,
    suppress_share,
    with_margins,
)

COUNTS = st.integers(0, 4) | st.integers(0, 14) | st.sampled_from([0, 0, 9, 10, 60, 250])
AREAS = [Relation(5, (0, 1)), Relation(6, (2, 3, 4)), Relation(7, (5, 6))]  # five schools in two areas in the city


@st.composite
def tables(draw, *shapes, counts=COUNTS):
    shape = draw(st.sampled_from(shapes))
    leaves = draw(st.lists(counts, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    values, relations = with_margins(np.reshape(leaves, shape))
    return values.ravel(), relations


@st.composite
def hierarchies(draw, counts=COUNTS, contributions=3):
    """Schools in areas in the city, by contribution and its total."""
    leaves = np.array(draw(st.lists(counts, min_size=5 * contributions, max_size=5 * contributions)))
    schools = leaves.reshape(5, contributions)
    areas = np.array([schools[:2].sum(0), schools[2:].sum(0)])
    rows = np.vstack([schools, areas, areas.sum(0)])
    values = np.hstack([rows, rows.sum(1, keepdims=True)])
    total = [Relation(contributions, tuple(range(contributions)))]
    return values.ravel(), cross((8, AREAS), (contributions + 1, total))


def possible_tables(values, relations, public, *, most):
    """Every table of whole counts up to `most` that has the public cells, and no zero where the true one has none."""
    inside = {cell: {cell} for cell in range(len(values))}
    for _ in relations:
        for total, parts in relations:
            inside[total] = set().union(*(inside[part] for part in parts))
    leaves = sorted(set(range(len(values))) - {total for total, _ in relations})
    floors = [min(1, value) for value in values]
    order = random.Random(0)
    choices = [
        [values[leaf]] if public[leaf] else order.sample(range(floors[leaf], most + 1), most + 1 - floors[leaf])
        for leaf in leaves
    ]
    known = [total for total, _ in relations if public[total]]
    closing = {leaf: [total for total in known if max(inside[total]) == leaf] for leaf in leaves}

    def extend(chosen, left):
        if len(chosen) == len(leaves):
            table = [sum(chosen[leaf] for leaf in inside[cell]) for cell in range(len(values))]
            if not any(left.values()) and all(map(int.__ge__, table, floors)):
                yield table
            return
        leaf = leaves[len(chosen)]
        allowed = choices[len(chosen)]
        for total in closing[leaf]:  # the last part is what its total leaves
            allowed = [left[total]] if left[total] in allowed else []
        for count in allowed:
            rest = {cell: value - count if leaf in inside[cell] else value for cell, value in left.items()}
            if min(rest.values(), default=0) >= 0:
                yield from extend({**chosen, leaf: count}, rest)

    yield from extend({}, {cell: int(values[cell]) for cell in known})


def ranges(values, relations, public):
    """Lowest and highest count of each cell over all possible tables; the grand total must be public."""
    lowest = highest = np.array(values)
    for table in possible_tables([int(v) for v in values], relations, public, most=int(max(values))):
        lowest, highest = np.minimum(lowest, table), np.maximum(highest, table)
    return lowest, highest


def assert_withstands_listing(values, relations, withheld, threshold):
    """Look for tables until each withheld cell was seen with two values, each small one at the threshold or above."""
    values = [int(value) for value in values]
    waiting = {("two values", cell) for cell in np.flatnonzero(withheld)}
    waiting |= {("not small", cell) for cell in np.flatnonzero(withheld) if 0 < values[cell] < threshold}
    for table in possible_tables(values, relations, ~withheld, most=max(values) + threshold):
        waiting -= {("two values", cell) for cell in range(len(values)) if table[cell] != values[cell]}
        waiting -= {("not small", cell) for cell in range(len(values)) if table[cell] >= threshold}
        if not waiting:
            break
    assert not waiting


def equations(size, relations):
    matrix = np.zeros((len(relations), size))
    for row, (total, parts) in zip(matrix, relations, strict=True):
        row[list(parts)] += 1
        row[total] -= 1
    return matrix


def determined_by_elimination(size, relations, withheld):
    """Withheld cells that some linear combination of relations and published cells gives."""
    hidden = np.flatnonzero(withheld)
    if not hidden.size:
        return []
    matrix = equations(size, relations)[:, hidden]
    _, singular, directions = np.linalg.svd(matrix)
    null = directions[int((singular > 1e-9).sum()) :]
    return [int(cell) for cell, column in zip(hidden, null.T, strict=True) if np.abs(column).max(initial=0) < 1e-9]


def bounds_by_linear_program(values, relations, withheld, cell):
    matrix = equations(len(values), relations)
    bounds = [(min(1, v), None) if hidden else (v, v) for v, hidden in zip(values, withheld, strict=True)]
    objective = np.arange(len(values)) == cell
    answers = []
    for sign in (1, -1):
        answer = linprog(sign * objective, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
        answers.append(sign * answer.fun if answer.status == 0 else np.inf)
    return answers


@settings(deadline=None, max_examples=150)
@given(tables((2, 2), (2, 3), (2, 2, 2), (4,), counts=st.integers(0, 3) | st.just(6)), st.data())
def test_the_audit_finds_what_listing_all_tables_finds(table, data):
    values, relations = table
    assume(values[-1] <= 11)
    cells = st.lists(st.booleans(), min_size=len(values), max_size=len(values))
    exempt = np.array(data.draw(cells | st.just([False] * len(values))))
    exempt[-1] = exempt.any()
    withheld = np.array(data.draw(cells)) & ~exempt
    withheld[-1] = False

    lowest, highest = ranges(values, relations, ~withheld)
    goal, open_ = np.full(len(values), 5), ~exempt
    if exempt.any():
        at_best = ranges(values, relations, exempt)
        goal, open_ = np.minimum(5, at_best[1]), at_best[0] < at_best[1]
    small = (values > 0) & (values < 5) & ~exempt
    expected = (small & ~withheld) | (withheld & open_ & ((lowest == highest) | (small & (highest < goal))))
    found = disclosed(values, relations, withheld, threshold=5, exempt=exempt if exempt.any() else None)
    assert found == np.flatnonzero(expected).tolist()


@settings(deadline=None, max_examples=60)
@given(tables((2, 2), (1, 3), (4,), (2, 3), counts=st.integers(0, 14)), st.integers(5, 12))
def test_no_listing_of_tables_reveals_a_withheld_count(table, threshold):
    values, relations = table
    withheld = suppress(values, relations, threshold=threshold)
    assert_withstands_listing(values, relations, withheld, threshold)


@settings(deadline=None, max_examples=40)
@given(tables((4, 5), (3, 3, 3), (2, 3, 2), (9,), (6, 2)) | hierarchies(), st.integers(5, 20))
def test_no_sum_or_difference_reveals_a_withheld_count(table, threshold):
    values, relations = table
    withheld = suppress(values, relations, threshold=threshold)
    small = (values > 0) & (values < threshold)
    assert withheld[small].all()
    assert not withheld[values == 0].any()
    assert withheld.any() == small.any()
    assert determined_by_elimination(len(values), relations, withheld) == []
    for cell in np.flatnonzero(withheld)[:4]:
        low, high = bounds_by_linear_program(values, relations, withheld, cell)
        assert high - low > 0.5
        assert high > max(values[cell], threshold if small[cell] else 0) - 1e-6
    assert disclosed(values, relations, withheld, threshold=threshold) == []
    assert (suppress(values, relations, threshold=threshold) == withheld).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=3, max_size=3))
def test_a_group_its_complement_and_published_enrolment(pairs):
    """Reached and not reached add up to enrolment, which is public: either number gives the other."""
    reached, other = np.array(pairs).T
    values, relations = with_margins(np.array([reached, other]))
    exempt = np.zeros(values.shape, dtype=bool)
    exempt[-1] = True
    withheld = suppress(values.ravel(), relations, exempt=exempt.ravel()).reshape(values.shape)
    assert not withheld[-1].any()
    # Of one enrolled, the rule itself tells: a count that is withheld is at least 1.
    assert (withheld[0, :3] == withheld[1, :3])[(reached + other) > 1].all()
    assert withheld[(values > 0) & (values < 10) & ~exempt].all()
    assert disclosed(values.ravel(), relations, withheld.ravel(), exempt=exempt.ravel()) == []


@settings(deadline=None, max_examples=60)
@given(tables((3, 4), (2, 3, 2)) | hierarchies(), st.data())
def test_exempt_cells_are_published_and_the_rest_is_hidden_as_far_as_they_leave_it(table, data):
    values, relations = table
    exempt = np.array([data.draw(st.booleans()) for _ in values])
    withheld = suppress(values, relations, exempt=exempt)
    assert not (withheld & exempt).any()
    assert withheld[(values > 0) & (values < 10) & ~exempt].all()
    assert disclosed(values, relations, withheld, exempt=exempt) == []
    # Beyond what they tell alone, nothing is determined.
    public_anyway = determined_by_elimination(len(values), relations, ~exempt)
    for cell in set(determined_by_elimination(len(values), relations, withheld)) - set(public_anyway):
        low, high = bounds_by_linear_program(values, relations, ~exempt, cell)
        assert high - low < 1


def test_the_margins_of_a_small_table():
    values, relations = with_margins([[3, 20, 30], [40, 50, 60], [12, 11, 99]])
    withheld = suppress(values.ravel(), relations).reshape(values.shape)
    # The 3 needs one more in its row and in its column, and these need a fourth: here the smallest that close the ring.
    assert withheld.tolist() == [
        [True, True, False, False],
        [False, False, False, False],
        [True, True, False, False],
        [False, False, False, False],
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([3, 20, 30], [True, True, False, False]),  # the smallest other part
        ([3, 0, 30], [True, False, True, False]),  # a zero protects nothing
        ([0, 0, 3], [False, False, True, True]),  # nor do all of them: the total equals the part
        ([0, 12, 0], [False, False, False, False]),
        ([4, 5, 2], [True, True, True, True]),  # 11 in three parts of at least 1: none could be 10
        ([2, 9, 0], [True, True, False, False]),  # 11 in two: either could be 10
        ([], [False]),
    ],
)
def test_one_total_and_its_parts(parts, expected):
    values, relations = with_margins(parts)
    assert suppress(values, relations).tolist() == expected


def test_a_difference_of_two_totals_is_hidden_too():
    # City and outer areas published would leave the centre's 7: two different breakdowns of one total.
    values = [7, 93, 100, 40, 60]
    relations = [Relation(2, (0, 1)), Relation(2, (3, 4))]
    assert suppress(values, relations).tolist() == [True, True, False, False, False]
    assert disclosed(values, relations, [True, False, False, False, False]) == [0]
    assert disclosed(values, relations, [False] * 5) == [0]
    # Two schools, one small, within an area whose total is in the city's: the small one is hidden on every way down.
    values = [7, 0, 20, 30, 40, 7, 90, 97]
    withheld = suppress(values, AREAS)
    assert withheld[[0, 5]].all()
    assert withheld[[6, 7]].any()


def test_that_counts_are_whole_tells_more_than_sums_and_differences():
    # a + b = 50, a + c = 60, b + c + d = 72 and d + e = 3, so 2a = 38 + d: of d = 1 and d = 2 only one is even.
    values = [20, 30, 40, 2, 1, 50, 60, 72, 3]
    relations = [Relation(5, (0, 1)), Relation(6, (0, 2)), Relation(7, (1, 2, 3)), Relation(8, (3, 4))]
    hidden = [True] * 5 + [False] * 4
    assert determined_by_elimination(9, relations, np.array(hidden)) == []
    assert disclosed(values, relations, hidden) == [0, 1, 2, 3, 4, 8]
    assert disclosed(values, relations, suppress(values, relations)) == []


def test_a_zero_is_withheld_only_where_nothing_else_can_help():
    # Of 7 enrolled students 7 were reached: only the 0 not reached can keep the 7 from being told.
    assert suppress([7, 0, 7], [Relation(2, (0, 1))], exempt=[False, False, True]).tolist() == [True, True, False]
    withheld = suppress([7, 0, 12, 19], [Relation(3, (0, 1, 2))], exempt=[False, False, False, True])
    assert withheld.tolist() == [True, False, True, False]


def test_totals_stay_published_where_parts_can_protect():
    reached, other = [7, 50], [0, 20]
    values, relations = with_margins([reached, other])
    exempt = np.zeros(values.shape, dtype=bool)
    exempt[-1] = True  # enrolment
    withheld = suppress(values.ravel(), relations, exempt=exempt.ravel()).reshape(values.shape)
    assert withheld.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_what_exempt_cells_tell_alone_costs_no_other_cell():
    # Both parts of 8 are public, so is the 8; the city's other 50 need not be withheld for it.
    values, relations = [3, 5, 8, 50, 58], [Relation(2, (0, 1)), Relation(4, (2, 3))]
    withheld = suppress(values, relations, exempt=[True, True, False, False, False])
    assert withheld.tolist() == [False, False, True, False, False]


def test_cells_without_relations_and_no_cells():
    assert suppress([0, 1, 9, 10], []).tolist() == [False, True, True, False]
    assert suppress([], []).tolist() == []
    assert disclosed([4], [], [True]) == []


def test_already_withheld_cells_stay_withheld_and_protected():
    values, relations = with_margins([60, 20, 30])
    assert not suppress(values, relations).any()
    assert suppress(values, relations, already=[True, False, False, False]).tolist() == [True, True, False, False]


def test_a_revision_does_not_lean_on_what_the_earlier_version_published():
    first, relations = with_margins([12, 15, 40])
    assert not suppress(first, relations).any()
    second, _ = with_margins([4, 15, 40])
    # Alone, the second version would hide its 4 behind the 15, which everyone has read in the first.
    assert suppress(second, relations).tolist() == [True, True, False, False]
    withheld = suppress_revision(second, relations, earlier=[(first, [False] * 4)])
    assert withheld.tolist() == [True, False, False, True]
    assert suppress_revision(second, relations, earlier=[]).tolist() == [True, True, False, False]


@settings(deadline=None, max_examples=40)
@given(tables((2, 2), (4,)), st.data())
def test_versions_put_together_reveal_nothing(table, data):
    first, relations = table
    leaves = sorted(set(range(len(first))) - {total for total, _ in relations})
    published = suppress(first, relations)
    second = first.copy()
    for leaf in leaves:
        if data.draw(st.booleans()):
            second[leaf] = data.draw(COUNTS)
    for _ in relations:
        for total, parts in relations:
            second[total] = second[list(parts)].sum()
    withheld = suppress_revision(second, relations, earlier=[(first, published)])
    assert withheld[published].all()
    assert withheld[(second > 0) & (second < 10)].all()

    # The attacker: both versions side by side, and equal where nothing changed.
    size = len(first)
    both, hidden = np.concatenate([first, second]), np.concatenate([published, withheld])
    joint = [*relations, *(Relation(t + size, tuple(p + size for p in parts)) for t, parts in relations)]
    joint += [Relation(int(cell), (int(cell) + size,)) for cell in np.flatnonzero(first == second)]
    before = np.concatenate([published, np.ones(size, dtype=bool)])
    for cell in np.flatnonzero(hidden):
        low, high = bounds_by_linear_program(both, joint, hidden, cell)
        low_before, high_before = bounds_by_linear_program(both, joint, before, cell)
        assert high - low > 0.5 or high_before - low_before < 0.5
        if 0 < both[cell] < 10:
            assert high > min(10, high_before) - 1e-6


def test_cross_relates_a_hierarchy_with_a_table():
    relations = cross((8, AREAS), (2, []))
    assert relations == [
        Relation(total * 2 + column, tuple(part * 2 + column for part in parts))
        for column, (total, parts) in itertools.product(range(2), AREAS)
    ]


@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 3))
def test_margins_add_up_on_every_axis(seed, first, second):
    counts = np.random.default_rng(seed).integers(0, 30, (first, second, 2))
    values, relations = with_margins(counts)
    assert values.shape == (first + 1, second + 1, 3)
    assert (values[:-1, :-1, :-1] == counts).all()
    assert (values[-1, :-1, -1] == counts.sum((0, 2))).all()
    assert values[-1, -1, -1] == counts.sum()
    flat = values.ravel()
    assert all(flat[total] == flat[list(parts)].sum() for total, parts in relations)
    assert np.linalg.matrix_rank(equations(len(flat), relations)) == len(flat) - counts.size


@given(st.integers(0, 40), st.integers(0, 40), st.integers(5, 15))
def test_a_published_share_tells_no_small_count(part, rest, threshold):
    def small(count):
        return 0 < count < threshold

    whole = part + rest
    withheld = suppress_share(part, whole, threshold=threshold)
    assert withheld == (small(part) or small(rest) or small(whole))
    of_enrolled = suppress_share(part, whole, threshold=threshold, denominator_exempt=True)
    assert of_enrolled == (small(part) or small(rest))


def test_shares_at_once_and_unknown_ones():
    withheld = suppress_share([3, 0, 45, 50, np.nan], 50)
    assert withheld.tolist() == [True, False, True, False, False]


@pytest.mark.parametrize("call", [lambda **kw: suppress([3], [], **kw), lambda **kw: suppress_share(3, 9, **kw)])
def test_a_threshold_under_five_is_refused(call):
    with pytest.raises(ValueError, match="threshold is 4: it protects students and may not be under 5"):
        call(threshold=4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: suppress([3, -1], []), "cell 1 is -1"),
        (lambda: suppress([2.5, 3], []), "cell 0 is 2.5"),
        (lambda: suppress([2, np.nan], []), "cell 1 is nan"),
        (lambda: suppress([[2]], []), r"shape \(1, 1\)"),
        (lambda: suppress([2, 3, 6], [Relation(2, (0, 1))]), r"Cell 2 is 6, but its parts \(0, 1\) add up to 5"),
        (lambda: suppress([2, 3], [], exempt=[True]), "one true or false for each of the 2 cells"),
        (lambda: suppress([2, 30], [], exempt=[0, 1], already=[0, 1]), "Cell 1 is both exempt and withheld"),
        (lambda: suppress_share([1, 9], [2, 8]), "A share of 9 of 8 lies outside 0 to 1"),
    ],
)
def test_impossible_input_says_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
