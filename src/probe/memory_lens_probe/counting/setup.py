"""Hands the native library what it needs to count lines."""

from __future__ import annotations

import ctypes
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional

# Every one 8 bytes, in the order of CountingSetup in src/native/counters.h.
SLOTS = (
    "versionHex",
    "countLimit",
    "objectCallFunctionObjArgs",
    "opcodeLoadConstant",
    "opcodeNot",
    "opcodePop",
    "opcodeJumpForward",
    "opcodeExtendedArgument",
    "opcodeLoadFast",
    "opcodeGeneratorStart",
    "opcodeResume",
    "opcodeReturn",
    "opcodeImportName",
    "opcodeTraits",
    "jumpUnitBytes",
    "hasCaches",
    "codeBytecode",
    "codeConstants",
    "codeLineTable",
    "codeStackSize",
    "codeIdleFrame",
    "codeVariableCount",
    "threadStackTop",
    "reducedProbe",
    "bytesFromStringAndSize",
    "tupleNew",
    "dictNew",
    "dictSetItemString",
    "longFromLongLong",
    "objectCall",
    "typeReady",
    "bufferFillInfo",
    "setFrameEvaluation",
    "getFrameEvaluation",
    "evaluateFrame",
    "setLocalEvents",
    "toolId",
    "localEvents",
    "disable",
)


class CountingUnavailable(Exception):
    """Lines can't be counted; the message is a whole sentence for the profile's notes."""


class CountingSetup:
    """What the native library needs to count lines, and its life.

    Args:
        library: The native library, its tables laid out.
        count_limit: Executions of a line that are counted; None counts all.
    """

    def __init__(self, library: ctypes.PyDLL, count_limit: Optional[int]) -> None:
        self.library = library
        self._values: Dict[str, int] = {
            "versionHex": sys.hexversion >> 16,
            "countLimit": (1 << 64) - 1 if count_limit is None else count_limit,
            "objectCallFunctionObjArgs": self.function_address("PyObject_CallFunctionObjArgs"),
        }
        # What the library holds the addresses of.
        self._kept: List[object] = []

    def function_address(self, name: str) -> int:
        """Gives the address of a function of Python's C API.

        Raises:
            CountingUnavailable: This interpreter has none of that name.
        """
        try:
            function = getattr(ctypes.pythonapi, name)
        except AttributeError:
            raise CountingUnavailable("Lines are not counted: this Python has no %s." % name) from None
        return ctypes.cast(function, ctypes.c_void_p).value or 0

    def set_object(self, name: str, value: object) -> None:
        """Hands over an object, which lives as long as the setup."""
        self._kept.append(value)
        self._values[name] = id(value)

    def set_value(self, name: str, value: int) -> None:
        """Hands over a number; negative ones in two's complement."""
        self._values[name] = value & (1 << 64) - 1

    def set_bytes(self, name: str, value: bytes) -> None:
        """Hands over the address of a copy, which a zero follows and which lives as long as the setup."""
        copy = ctypes.create_string_buffer(value)
        self._kept.append(copy)
        self._values[name] = ctypes.addressof(copy)

    def start(self) -> None:
        """Counts the lines of the modules that begin from now on.

        Raises:
            CountingUnavailable: The interpreter refuses.
        """
        slots = (ctypes.c_uint64 * len(SLOTS))(*(self._values.get(name, 0) for name in SLOTS))
        self.library.startCounting.argtypes = [ctypes.c_void_p]
        if not self.library.startCounting(ctypes.addressof(slots)):
            raise CountingUnavailable("Lines are not counted: Python takes no audit hook.")
        if hasattr(os, "register_at_fork"):
            # The tables are shared with a forked child.
            os.register_at_fork(after_in_child=self.library.disableCountingInChild)

    def stop(self) -> List[str]:
        """Stops for good; gives notes for the profile."""
        self.library.stopCounting()
        self.library.droppedLineCount.restype = ctypes.c_uint64
        self.library.unreachedModuleCount.restype = ctypes.c_uint64
        self.library.bytecodeReaderModuleCount.restype = ctypes.c_uint64
        notes: List[str] = []
        if self.library.droppedLineCount():
            # The engine says so, too, where the table is full; it shows the same sentence once.
            notes.append("There are very many lines: some were not counted.")
        if self.library.unreachedModuleCount():
            notes.append("Lines of some modules are not counted: Python, or another tool, would not let them be changed.")
        if self.library.bytecodeReaderModuleCount():
            notes.append("Lines of files whose bytecode others read (numba, executing, icecream) are not counted before Python 3.12.")
        return notes
