"""Labels objects by what they are reached from: nothing, several places, or one name alone.

The same as src/native/heldBytes.c, which says why each reference is followed twice at most.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, List, Sequence

_NONE, _SHARED, _OWNER = 0, 1, 2
FIRST_NAME = 3


class NameLabels:
    """Labels of the objects of a graph.

    Args:
        edges: What each object refers to.
        look_at_clock: Called with the number of objects that were gone through.

    Attributes:
        of_node: From FIRST_NAME on, the one name that the object is reached from.
    """

    def __init__(self, edges: Sequence[Sequence[int]], look_at_clock: Callable[[int], None]) -> None:
        self.of_node = [_NONE] * len(edges)
        self._edges = edges
        self._look_at_clock = look_at_clock
        self._passed_count = 0
        self._next_name = FIRST_NAME

    def own(self, nodes: Iterable[int]) -> None:
        """Takes them for what names belong to, which hold what they refer to by these alone."""
        for node in nodes:
            self.of_node[node] = _OWNER

    def share(self, node: int) -> None:
        """Takes it, and all that it leads to, for held whatever name goes."""
        self._spread([node], _SHARED)

    def name(self, nodes: Iterable[int]) -> None:
        """Takes them for what the next name refers to."""
        self._spread(nodes, self._next_name)
        self._next_name += 1

    def _spread(self, nodes: Iterable[int], label: int) -> None:
        waiting: List[int] = []
        shared: List[int] = []
        self._reach(nodes, label, waiting, shared)
        while waiting or shared:
            # What is shared first: its label stands above the name's.
            given = _SHARED if shared else label
            node = shared.pop() if shared else waiting.pop()
            if self.of_node[node] == given:
                self._reach(self._edges[node], given, waiting, shared)
            self._passed_count += 1
            self._look_at_clock(self._passed_count)

    def _reach(self, nodes: Iterable[int], label: int, waiting: List[int], shared: List[int]) -> None:
        for node in nodes:
            known = self.of_node[node]
            if known in (_SHARED, _OWNER, label):
                continue
            if known == _NONE and label != _SHARED:
                self.of_node[node] = label
                waiting.append(node)
            else:
                self.of_node[node] = _SHARED
                shared.append(node)
