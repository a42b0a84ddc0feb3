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
    matching = _Matching(rows, columns)
    for row in range(len(rows)):
        matching.take_in(row)
    return [column if column is not None and column < columns else None for column in matching.held]


class _Matching:
    """A cheapest matching of the rows taken in so far. Prices keep every reduced cost at or above zero.

    Attributes:
        held: for each row its column.
    """

    def __init__(self, rows: Sequence[Sequence[Edge]], columns: int) -> None:
        # Each row also has a column of its own, at no cost, which stands for being left without one.
        self._edges = [[*row, (columns + index, 0)] for index, row in enumerate(rows)]
        self._owner: list[int | None] = [None] * (columns + len(rows))
        self.held: list[int | None] = [None] * len(rows)
        self._row_price = [0] * len(rows)
        self._column_price = [0] * len(self._owner)

    def take_in(self, row: int) -> None:
        """One more row, along the shortest augmenting path."""
        self._row_price[row] = min(cost - self._column_price[column] for column, cost in self._edges[row])
        distance: dict[int, int] = {}
        reached_from: dict[int, int] = {}
        settled: set[int] = set()
        queue: list[tuple[int, int]] = []
        scanning, travelled = row, 0
        while True:
            for column, cost in self._edges[scanning]:
                through = travelled + cost - self._row_price[scanning] - self._column_price[column]
                if column not in settled and through < distance.get(column, through + 1):
                    distance[column] = through
                    reached_from[column] = scanning
                    heappush(queue, (through, column))
            travelled, column = heappop(queue)
            while column in settled:
                travelled, column = heappop(queue)
            settled.add(column)
            holder = self._owner[column]
            if holder is None:
                break
            scanning = holder
        self._reprice(row, travelled, {passed: distance[passed] for passed in settled - {column}})
        self._hand_over(row, column, reached_from)

    def _reprice(self, row: int, travelled: int, passed: dict[int, int]) -> None:
        """Give the columns on the way, and their rows, what is left of the way behind them."""
        self._row_price[row] += travelled
        for column, way in passed.items():
            self._column_price[column] -= travelled - way
            holder = self._owner[column]
            if holder is not None:
                self._row_price[holder] += travelled - way

    def _hand_over(self, row: int, free: int, reached_from: dict[int, int]) -> None:
        """Along the path each row takes the column that it reached, and leaves its own to the one before."""
        next_free: int | None = free
        while next_free is not None:
            taker = reached_from[next_free]
            self._owner[next_free], self.held[taker], next_free = taker, next_free, self.held[taker]
            if taker == row:
                break
