"""What Python itself knows when the program has ended: why memory is still held.

Modules are whole then and the recorder has stopped. None of the program's code is run, nothing is kept alive and nothing is let go: no
`__repr__`, `__eq__` or property is asked, no finaliser runs at another time.
"""

from __future__ import annotations

import gc

# By itself: the program may put another clock into the module.
from time import perf_counter

from ..resident_memory import peak_resident_bytes, spare_bytes
from .caches import DictEntries, cached_functions
from .holder_steps import HolderPath
from .safe_reading import class_of, entry_count_of, instance_dict, type_name
from .surviving_line import OutOfTime
from .user_names import LoadedModules, is_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

    from ..json_text import JsonValue
    from ..native import NativeRecorder
    from .caches import CachedFunction
    from .native_graph import NativeGraph
    from .python_graph import PythonGraph
    from .surviving_line import SurvivingLine
    from .user_names import Namespace

    Graph = Union[NativeGraph, PythonGraph]
    Message = Dict[str, JsonValue]

# An ordinary run may take so long at its end, or this share of what it took, whichever is more; and the graph of objects so much memory,
# but never more than a share of what the system still has.
_LEAST_SECONDS = 0.3
_RUN_RATIO = 0.05
_MOST_BYTES = 256 << 20
_SPARE_RATIO = 0.25
# One that was asked to look closer.
_EXPLAINING_SECONDS = 20.0
_EXPLAINING_BYTES = 1 << 30
# Less is no news.
_LEAST_GLOBAL_BYTES = 65_536
_LEAST_LINE_BYTES = 65_536
_LEAST_WASTED_BYTES = 65_536
# Fewer entries say nothing about how a dict is used.
_LEAST_DICT_ENTRIES = 16
_MOST_NAMES = 100
_MOST_LINES = 512
_MOST_HOLDERS = 20
_OUT_OF_TIME_NOTE = (
    "At the end there were too many objects to find in the time and memory of an ordinary run what holds them: globals, holders, equal "
    "values and what caches hold are not shown in full. Asked to explain the memory, the profiler takes more."
)
_WATCHED_NOTE = "The program has audit hooks, which would see how the profiler looks at objects: what holds memory is not shown."


class Inspection:
    """Looks at the program's end.

    Args:
        recorder: Whose library has the graph of objects; None: the graph is the one in Python.
        workspace_folder: Files under it are the user's.
        is_explaining: The person asked to look closer.
    """

    def __init__(self, recorder: Optional[NativeRecorder], workspace_folder: str, is_explaining: bool) -> None:
        # Now, for at the end the program may have changed how modules are imported; and only one of the two, for each takes time.
        self._graph: Graph
        self._dict_entries: Optional[DictEntries] = None
        if recorder is not None:
            from .native_graph import NativeGraph

            self._graph = NativeGraph(recorder)
            self._dict_entries = DictEntries()
        else:
            from .python_graph import PythonGraph

            self._graph = PythonGraph()
        self._workspace_folder = workspace_folder
        self._seconds, self._bytes = (_EXPLAINING_SECONDS, _EXPLAINING_BYTES) if is_explaining else (_LEAST_SECONDS, _MOST_BYTES)

    def note_threads(self) -> None:
        """Call it once the program has ended and before Python takes away the threads that still run."""
        self._graph.note_threads()

    def look(self, run_seconds: float) -> Message:
        """Gives the message; call it once, when the program has ended.

        Args:
            run_seconds: How long the program ran.
        """
        if self._graph.is_watched():
            return {"type": "inspection", "note": _WATCHED_NOTE}
        deadline = perf_counter() + max(self._seconds, run_seconds * _RUN_RATIO)
        peak_bytes = peak_resident_bytes()
        objects = gc.get_objects()
        caches = cached_functions(objects, self._workspace_folder)
        message: Message = {"type": "inspection", "caches": [cache.message() for cache in caches]}
        if peak_bytes is not None:
            message["peakRssBytes"] = peak_bytes
        try:
            self._look_at_graph(message, objects, caches, deadline)
        except OutOfTime:
            message["note"] = _OUT_OF_TIME_NOTE
        finally:
            self._graph.release()
            # It has the frames that run here in it, which have it: nothing of the program's would be let go in time.
            objects.clear()
        return message

    def _look_at_graph(self, message: Message, objects: List[object], caches: List[CachedFunction], deadline: float) -> None:
        """Adds what each name and each cache alone keeps alive, and what each line left and by what it is held."""
        graph = self._graph
        modules = LoadedModules(self._workspace_folder)
        spare = spare_bytes()
        most_bytes = self._bytes if spare is None else min(self._bytes, int(spare * _SPARE_RATIO))
        graph.build(objects, deadline - perf_counter(), most_bytes)
        namespaces = modules.user + modules.classes
        owners: List[object] = [namespace.names for namespace in namespaces]
        # Of a cached function only the entries count.
        shared: List[object] = []
        for cache in caches:
            owners.append(cache.wrapper)
            shared += [cache.function, instance_dict(cache.wrapper)]
        counts = [len(namespace.names) for namespace in namespaces] + [1] * len(caches)
        held = _grouped(graph.held_bytes(owners, shared, sum(counts)), counts)
        message["caches"] = [{**cache.message(), "heldBytes": held_bytes} for cache, (held_bytes,) in zip(caches, held[len(namespaces) :])]
        message["globals"] = _globals(modules.user, held)
        if self._dict_entries is not None:
            message["dicts"] = _possible_caches(namespaces, held, self._dict_entries)
        lines = graph.surviving_lines(_MOST_LINES)
        message["repeatedValues"] = [report for line in lines for report in _repeated_values(line)]
        graph.find_holders([namespace.names for namespace in modules.user], [namespace.names for namespace in modules.others])
        known = {id(namespace.names): namespace for namespace in modules.user + modules.others}
        holders: List[Message] = []
        for line in lines[:_MOST_HOLDERS]:
            # Telling a path looks through the dicts and lists on it.
            if line.live_bytes < _LEAST_LINE_BYTES or perf_counter() > deadline:
                break
            holders.append(_holder(graph, line, known))
        message["holders"] = holders


def _grouped(figures: Sequence[int], counts: Sequence[int]) -> List[List[int]]:
    groups: List[List[int]] = []
    at = 0
    for count in counts:
        groups.append(list(figures[at : at + count]))
        at += count
    return groups


def _globals(modules: List[Namespace], held: List[List[int]]) -> List[Message]:
    found: List[Message] = []
    for module, figures in zip(modules, held):
        for (name, value), held_bytes in zip(module.names.items(), figures):
            if held_bytes >= _LEAST_GLOBAL_BYTES and type(name) is str and is_data(value):
                found.append({"path": module.path, "name": name, "typeName": type_name(value), "retainedBytes": held_bytes})
    return sorted(found, key=_retained_bytes, reverse=True)[:_MOST_NAMES]


def _retained_bytes(report: Dict[str, Any]) -> int:
    return report["retainedBytes"]


def _possible_caches(namespaces: List[Namespace], held: List[List[int]], entries: DictEntries) -> List[Message]:
    """Dicts that only grew, as far as they show it themselves; how they are used stands in the source, which the engine reads."""
    found: List[Message] = []
    for namespace, figures in zip(namespaces, held):
        for (name, value), held_bytes in zip(namespace.names.items(), figures):
            if type(name) is not str or class_of(value) is not dict:
                continue
            entry_count = entry_count_of(value)
            if entry_count >= _LEAST_DICT_ENTRIES and entries.has_only_grown(value):
                report: Message = {"path": namespace.path, "name": name, "entryCount": entry_count, "heldBytes": held_bytes}
                if namespace.class_name is not None:
                    report["className"] = namespace.class_name
                found.append(report)
    return found[:_MOST_NAMES]


def _repeated_values(line: SurvivingLine) -> List[Message]:
    return [
        {**line.place, "typeName": name, "valueCount": counts[0], "distinctCount": counts[1], "wastedBytes": counts[2]}
        for name, counts in (("str", line.texts), ("bytes", line.data))
        if counts[2] >= _LEAST_WASTED_BYTES
    ]


def _holder(graph: Graph, line: SurvivingLine, known: Mapping[int, Namespace]) -> Message:
    path = graph.path_to(line.address)
    described = HolderPath(path, known, graph.variable_of(path[0]) if path else None)
    return {
        **line.place,
        "typeName": type_name(path[-1]) if path else "",
        "bytes": line.biggest_bytes,
        "referenceCount": line.references,
        "rootKind": described.root_kind,
        "path": described.steps,
    }
