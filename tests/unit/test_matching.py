from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.correlate.matching import cheapest_matching
from tests.work import steps


def cost_of(rows, chosen):
    return sum(dict(row)[column] for row, column in zip(rows, chosen, strict=True) if column is not None)


def least_cost(rows, columns):
    """By trying every way, with a free column of its own for each row."""
    places = [*range(columns), *([None] * len(rows))]
    best = 0
    for chosen in set(permutations(places, len(rows))):
        if all(column is None or column in dict(row) for row, column in zip(rows, chosen, strict=True)):
            best = min(best, cost_of(rows, chosen))
    return best


costs = st.dictionaries(st.integers(0, 3), st.integers(-9, 4), max_size=4).map(lambda edges: sorted(edges.items()))


@settings(max_examples=300)
@given(st.lists(costs, max_size=4))
def test_the_matching_is_the_cheapest_there_is(rows):
    chosen = cheapest_matching(rows, 4)
    used = [column for column in chosen if column is not None]
    assert len(used) == len(set(used))
    assert cost_of(rows, chosen) == least_cost(rows, 4)


@given(st.lists(costs, max_size=30), st.integers(10**30, 10**40))
def test_huge_costs_are_exact(rows, unit):
    """Costs are whole numbers of any length: nothing is rounded away."""
    plain = cheapest_matching(rows, 4)
    scaled = cheapest_matching([[(column, cost * unit) for column, cost in row] for row in rows], 4)
    assert cost_of(rows, plain) == cost_of(rows, scaled)


def test_local_edges_take_work_in_proportion_to_the_rows():
    """A chain through the whole history: each row may use its own column or a neighbour's."""

    def work(count):
        rows = [[(j, -(10**6) + 7 * abs(i - j)) for j in range(max(0, i - 2), min(count, i + 3))] for i in range(count)]
        assert cheapest_matching(rows, count) == list(range(count))
        return steps(lambda: cheapest_matching(rows, count))

    assert work(4000) < 10 * work(500)
