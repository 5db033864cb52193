"""All objects and what they refer to, as the native library sees them (src/native/objectGraph.c)."""

from __future__ import annotations

import struct

from ..native import frame_variables
from .surviving_line import OutOfTime, SurvivingLine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, List, Optional, Tuple

    from ..native import NativeRecorder

# SurvivingLine of src/native/survivingLines.c.
_LINE = struct.Struct("ddQQQdddddd")


class NativeGraph:
    """The graph of one moment.

    Args:
        recorder: Whose library it uses; its tables say which line allocated what.
    """

    def __init__(self, recorder: NativeRecorder) -> None:
        # The recorder has loaded it.
        import ctypes

        self._ctypes = ctypes
        self._library = library = recorder.library
        # Made here, for at the end it would count as the program's.
        self._note_threads = library.noteThreadRoots
        library.graphApiNames.restype = ctypes.c_char_p
        names: List[str] = library.graphApiNames().decode().split()
        # Every version that has a layout has them.
        addresses = [ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value for name in names]
        library.useGraphApi(struct.pack("{}Q".format(len(addresses)), *addresses))
        library.findSurvivingLines.restype = ctypes.c_int64
        library.holderPath.restype = library.threadRootOf.restype = ctypes.py_object

    def note_threads(self) -> None:
        """Notes what the calls that run in other threads hold, while these are there."""
        self._note_threads()

    def is_watched(self) -> bool:
        """Says whether an audit hook of the program would see that objects are asked for."""
        return bool(self._library.isProgramAuditing())

    def build(self, objects: List[object], seconds: float, most_bytes: int) -> None:
        """Finds all objects and references; `release` must follow.

        Args:
            objects: All that the collector knows. Nobody else may hold this list.
            seconds: How long this and everything after it may take together.
            most_bytes: What the graph may take.

        Raises:
            OutOfTime: Here and below: time or memory did not suffice.
        """
        ctypes = self._ctypes
        micros = ctypes.c_uint64(max(0, int(seconds * 1e6)))
        if not self._library.buildGraph(ctypes.py_object(objects), micros, ctypes.c_uint64(most_bytes)):
            raise OutOfTime

    def held_bytes(self, owners: List[object], shared: List[object], name_count: int) -> List[int]:
        """Gives the bytes that would be freed if only one name were gone.

        Args:
            owners: Dicts, each of whose entries is a name, and other objects, each a name for all that it refers to.
            shared: Objects that count for no name.
            name_count: How many names that are.

        Returns:
            A figure for each name in their order.
        """
        ctypes = self._ctypes
        held = (ctypes.c_uint64 * name_count)()
        done = self._library.findHeldBytes(
            ctypes.py_object(owners), ctypes.py_object(shared), ctypes.py_object("__sizeof__"), held, ctypes.c_uint64(name_count)
        )
        if not done:
            raise OutOfTime
        return list(held)

    def find_holders(self, user_modules: List[object], other_modules: List[object]) -> None:
        """Finds how all objects are reached, from the dicts of modules first."""
        if not self._library.findHolders(self._ctypes.py_object(user_modules), self._ctypes.py_object(other_modules)):
            raise OutOfTime

    def path_to(self, address: int) -> List[object]:
        """Gives the objects from a root to the one at this address, after `find_holders`; empty where nothing leads to it."""
        path: List[object] = self._library.holderPath(self._ctypes.c_void_p(address))
        path.reverse()
        return path

    def variable_of(self, root: object) -> Optional[Tuple[CodeType, str]]:
        """Gives the code and the name of its variable by which a call that ran in another thread held an object."""
        found: List[Any] = self._library.threadRootOf(self._ctypes.py_object(root))
        if not found:
            return None
        code: CodeType = found[0]
        variable: int = found[1]
        return code, frame_variables(code)[variable]

    def surviving_lines(self, capacity: int) -> List[SurvivingLine]:
        """Gives the lines that left the most alive, the biggest first."""
        found = self._ctypes.create_string_buffer(_LINE.size * capacity)
        count = self._library.findSurvivingLines(found, self._ctypes.c_uint64(capacity))
        if count < 0:
            raise OutOfTime
        return [_decode_line(found.raw[at * _LINE.size : (at + 1) * _LINE.size]) for at in range(count)]

    def release(self) -> None:
        """Gives the graph's memory back."""
        self._library.forgetThreadRoots()
        self._library.releaseHolders()
        self._library.releaseGraph()


def _decode_line(fields: bytes) -> SurvivingLine:
    figures: Tuple[Any, ...] = _LINE.unpack(fields)
    line = SurvivingLine({"stack": figures[3]})
    line.live_bytes, line.biggest_bytes, line.address = figures[:3]
    line.references = figures[4]
    line.texts[:] = figures[5:8]
    line.data[:] = figures[8:]
    return line
