"""The cheapest way to give each row at most one column, and each column at most one row.

The Hungarian method in its row-by-row form (Kuhn 1955; shortest augmenting paths after Jonker and Volgenant 1987),
for few edges a row: a search ends at the first free column, so where edges are local, as days and their windows are,
the work grows with the number of rows. Costs are whole numbers, so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

type Edge = tuple[int, int]
"""A column and what it costs to use it."""


def cheapest_matching(rows: Sequence[Sequence[Edge]], columns: int) -> list[int | None]:
    """For each row its column, or None, so that the total cost is least.

    Leaving a row without a column costs nothing, so only an edge with a negative cost is ever used. Of several
    cheapest matchings the same one is found for the same input.
    """
    # Each row also has a column of its own, at no cost, which stands for being left without one.
    edges = [[*row, (columns + index, 0)] for index, row in enumerate(rows)]
    owner: list[int | None] = [None] * (columns + len(rows))
    held: list[int | None] = [None] * len(rows)
    row_price = [0] * len(rows)
    column_price = [0] * len(owner)
    for row in range(len(rows)):
        row_price[row] = min(cost - column_price[column] for column, cost in edges[row])
        _insert(row, edges, owner, held, row_price, column_price)
    return [column if column is not None and column < columns else None for column in held]


def _insert(
    row: int,
    edges: Sequence[Sequence[Edge]],
    owner: list[int | None],
    held: list[int | None],
    row_price: list[int],
    column_price: list[int],
) -> None:
    """Take in one more row along the shortest augmenting path; prices keep every reduced cost at or above zero."""
    distance: dict[int, int] = {}
    reached_from: dict[int, int] = {}
    settled: set[int] = set()
    queue: list[tuple[int, int]] = []
    scanning, travelled = row, 0
    while True:
        for column, cost in edges[scanning]:
            through = travelled + cost - row_price[scanning] - column_price[column]
            if column not in settled and through < distance.get(column, through + 1):
                distance[column] = through
                reached_from[column] = scanning
                heappush(queue, (through, column))
        travelled, column = heappop(queue)
        while column in settled:
            travelled, column = heappop(queue)
        settled.add(column)
        holder = owner[column]
        if holder is None:
            break
        scanning = holder

    row_price[row] += travelled
    for passed in settled - {column}:
        slack = travelled - distance[passed]
        column_price[passed] -= slack
        holder = owner[passed]
        if holder is not None:
            row_price[holder] += slack

    free: int | None = column
    while free is not None:
        taker = reached_from[free]
        owner[free], held[taker], free = taker, free, held[taker]
        if taker == row:
            break
