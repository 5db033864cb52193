"""All objects and what they refer to, in Python alone: for the fallback.

The native library's graph (src/native/objectGraph.c) says more of how it is done, and does it some fifty times as fast.
"""

from __future__ import annotations

import _tracemalloc
import gc
import sys

# By itself: the program may put another clock into the module.
from time import perf_counter

from .name_labels import FIRST_NAME, NameLabels
from .object_sizes import ObjectSizes
from .safe_reading import class_of, entries_of, entry_count_of, is_module
from .surviving_line import OutOfTime, SurvivingLine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple

    Place = Tuple[str, int]

_OBJECTS_BETWEEN_LOOKS = 256
# In place of the object that one was reached from.
_BLOCKED = -2
_UNREACHED = -1


class PythonGraph:
    """The graph of one moment; NativeGraph says what its methods do."""

    def __init__(self) -> None:
        self._sizes = ObjectSizes()
        self._traceback_of: Callable[[object], Optional[List[Place]]] = getattr(_tracemalloc, "_get_object_traceback")
        self._deadline = 0.0
        self.release()

    def note_threads(self) -> None:
        """Notes nothing: in Python that can't be done without keeping alive what they hold."""

    def is_watched(self) -> bool:
        """Says no: which audit hooks there are is not known."""
        return False

    def release(self) -> None:
        """Gives the graph's memory back."""
        self._objects: List[object] = []
        self._index: Dict[int, int] = {}
        self._edges: List[List[int]] = []
        self._found_counts: List[int] = []
        self._external_counts: List[int] = []
        self._parents: List[int] = []

    def build(self, objects: List[object], seconds: float, most_bytes: int) -> None:
        """Finds all objects and references; for lack of time before it would be for lack of memory."""
        self._deadline = perf_counter() + seconds
        index: Dict[int, int] = {}
        edges: List[List[int]] = []
        found_counts = [0] * len(objects)
        # What is made here and what runs is not the program's.
        own: List[object] = [objects, index, edges, found_counts, self, self.__dict__]
        frame: Any = sys._getframe()
        while frame is not None:
            own.append(frame)
            frame = frame.f_back
        hidden = {id(value) for value in own}
        hidden.update((id(own), id(hidden)))
        # Else this frame would hold itself, and with it all objects of the program.
        own.clear()
        index.update((id(value), node) for node, value in enumerate(objects))
        # It grows while it is looked through.
        node = 0
        while node < len(objects):
            edges.append([])
            for referent in () if id(objects[node]) in hidden else _referents(objects[node]):
                if id(referent) in hidden:
                    continue
                target = index.setdefault(id(referent), len(objects))
                if target == len(objects):
                    objects.append(referent)
                    found_counts.append(0)
                found_counts[target] += 1
                edges[-1].append(target)
            referent = None
            node += 1
            self._look_at_clock(node)
        self._objects, self._index, self._edges, self._found_counts = objects, index, edges, found_counts
        self._external_counts = _external_counts(objects, found_counts)

    def held_bytes(self, owners: Sequence[object], shared: Sequence[object], name_count: int) -> List[int]:
        """Gives the bytes that would be freed if only one name were gone, a figure for each name."""
        labels = NameLabels(self._edges, self._look_at_clock)
        labels.own(self._nodes(owners))
        for node, count in enumerate(self._external_counts):
            if count > 0:
                labels.share(node)
        for node in self._nodes(shared):
            labels.share(node)
        for owner in owners:
            if issubclass(class_of(owner), dict):
                for _, value in entries_of(owner):
                    labels.name(self._nodes((value,)))
            else:
                labels.name(self._edges[self._index[id(owner)]])
        held = [0] * name_count
        for node, label in enumerate(labels.of_node):
            if label >= FIRST_NAME:
                held[label - FIRST_NAME] += self._sizes.bytes_of(self._objects[node])
            self._look_at_clock(node)
        return held

    def surviving_lines(self, capacity: int) -> List[SurvivingLine]:
        """Gives the lines that left the most alive, the biggest first."""
        lines: Dict[Place, SurvivingLine] = {}
        contents: Dict[Tuple[Place, object], bool] = {}
        for node, value in enumerate(self._objects):
            self._look_at_clock(node)
            traceback = self._traceback_of(value)
            if not traceback:
                continue
            place = traceback[0]
            line = lines.get(place)
            if line is None:
                line = lines[place] = SurvivingLine({"file": place[0], "line": place[1]})
            own_bytes = self._sizes.bytes_of(value)
            line.live_bytes += own_bytes
            if own_bytes > line.biggest_bytes:
                line.biggest_bytes = own_bytes
                line.address = id(value)
                line.references = self._external_counts[node] + self._found_counts[node]
            # Of these two alone it is known that comparing them runs no code of the program.
            counts = line.texts if type(value) is str else line.data if type(value) is bytes else None
            if counts is not None:
                is_first = not contents.setdefault((place, value), False)
                contents[(place, value)] = True
                counts[0] += 1
                counts[1] += is_first
                counts[2] += 0 if is_first else own_bytes
        return sorted(lines.values(), key=_live_bytes, reverse=True)[:capacity]

    def find_holders(self, user_modules: Sequence[object], other_modules: Sequence[object]) -> None:
        """Finds how all objects are reached, from the dicts of modules first."""
        self._parents = [_BLOCKED if is_module(value) else _UNREACHED for value in self._objects]
        others = list(self._nodes(other_modules))
        for node in others:
            self._parents[node] = _BLOCKED
        self._search(self._nodes(user_modules))
        self._search(others)
        self._search(node for node, count in enumerate(self._external_counts) if count > 0 and self._parents[node] == _UNREACHED)

    def path_to(self, address: int) -> List[object]:
        """Gives the objects from a root to the one at this address, after `find_holders`."""
        path: List[object] = []
        node = self._index[address]
        while self._parents[node] >= 0:
            path.append(self._objects[node])
            if self._parents[node] == node:
                break
            node = self._parents[node]
        path.reverse()
        return path

    def variable_of(self, root: object) -> None:
        """Says nothing: it is not noted."""

    def _nodes(self, values: Sequence[object]) -> Iterable[int]:
        return [self._index[id(value)] for value in values if id(value) in self._index]

    def _search(self, roots: Iterable[int]) -> None:
        queue: List[int] = []
        for root in roots:
            self._parents[root] = root
            queue.append(root)
        # It grows while it is looked through.
        for looked, node in enumerate(queue):
            self._look_at_clock(looked)
            for target in self._edges[node]:
                if self._parents[target] == _UNREACHED:
                    self._parents[target] = node
                    queue.append(target)

    def _look_at_clock(self, count: int) -> None:
        if count % _OBJECTS_BETWEEN_LOOKS == 0 and perf_counter() > self._deadline:
            raise OutOfTime


def _referents(value: object) -> List[object]:
    found = gc.get_referents(value)
    if issubclass(class_of(value), dict):
        entry_count = entry_count_of(value)
        # Keys that are all texts are not shown, for they can't be part of a cycle.
        if entry_count > 0 and len(found) < 2 * entry_count:
            found.extend(key for key, _ in entries_of(value))
    return found


def _external_counts(objects: List[object], found_counts: List[int]) -> List[int]:
    """Gives for each object the references that were not found."""
    only = [object()]
    # Of the list, and of the call.
    own_count = sys.getrefcount(only[0])
    return [sys.getrefcount(objects[node]) - own_count - found_counts[node] for node in range(len(objects))]


def _live_bytes(line: SurvivingLine) -> float:
    return line.live_bytes
