"""Sets of recordings that grow link by link, and refuse the links that they must not take."""

from __future__ import annotations

from collections.abc import Sequence

from syncer.domain.activity import Provider
from syncer.sync.measures import Family, Timed
from syncer.sync.rules import Link

_PROVIDER_BIT = {provider: 1 << place for place, provider in enumerate(Provider)}


class Partition:
    """Disjoint sets of recordings (union-find), each knowing its providers, families and foes.

    ``links`` holds the links that were taken, and ``tree`` the same by recording: they form a tree in each set.
    """

    def __init__(self, timed: Sequence[Timed]) -> None:
        self.links: list[Link] = []
        self.tree: dict[int, list[tuple[int, Link]]] = {}
        self._parent = list(range(len(timed)))
        self._size = [1] * len(timed)
        self._providers = [_PROVIDER_BIT[one.provider] for one in timed]
        self._families = [0 if one.family is Family.OTHER else one.family.value for one in timed]
        self._foes: dict[int, set[int]] = {}

    def find(self, member: int) -> int:
        """The set of a recording, named by one of its members."""
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def share_provider(self, a: int, b: int) -> bool:
        """Whether the sets of two recordings both have one of the same provider."""
        return bool(self._providers[self.find(a)] & self._providers[self.find(b)])

    def part(self, a: int, b: int) -> bool:
        """Keep two recordings in different sets for good; false when they already are in one."""
        root_a, root_b = self.find(a), self.find(b)
        if root_a == root_b:
            return False
        self._foes.setdefault(root_a, set()).add(b)
        self._foes.setdefault(root_b, set()).add(a)
        return True

    def join_by_hand(self, link: Link) -> bool:
        """Unite two sets unless a newer word keeps them apart."""
        root_a, root_b = self.find(link.a), self.find(link.b)
        if root_a == root_b or self._are_foes(root_a, root_b):
            return root_a == root_b
        self._unite(root_a, root_b, link)
        return True

    def join(self, link: Link, *, one_to_one: bool) -> bool:
        """Unite two sets by a rule: never foes, never a run with a strength session.

        Args:
            link: what says that the two are one.
            one_to_one: refuse when both sets already have a recording of the same provider.
        """
        root_a, root_b = self.find(link.a), self.find(link.b)
        if root_a == root_b or self._are_foes(root_a, root_b) or not self._fit(root_a, root_b):
            return False
        if one_to_one and self._providers[root_a] & self._providers[root_b]:
            return False
        self._unite(root_a, root_b, link)
        return True

    def _fit(self, root_a: int, root_b: int) -> bool:
        """One family at most; a set that was mixed by hand takes what it already has."""
        mine, theirs = self._families[root_a], self._families[root_b]
        both = mine | theirs
        return both.bit_count() <= 1 or both in (mine, theirs)

    def _are_foes(self, root_a: int, root_b: int) -> bool:
        return any(self.find(foe) == root_b for foe in self._foes.get(root_a, ()))

    def _unite(self, root_a: int, root_b: int, link: Link) -> None:
        self.links.append(link)
        self.tree.setdefault(link.a, []).append((link.b, link))
        self.tree.setdefault(link.b, []).append((link.a, link))
        if self._size[root_a] < self._size[root_b]:
            root_a, root_b = root_b, root_a
        self._parent[root_b] = root_a
        self._size[root_a] += self._size[root_b]
        self._providers[root_a] |= self._providers[root_b]
        self._families[root_a] |= self._families[root_b]
        if root_b in self._foes:
            self._foes.setdefault(root_a, set()).update(self._foes.pop(root_b))
