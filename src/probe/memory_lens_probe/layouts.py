"""Where CPython keeps what the native recorder reads, by version: offsets in bytes on 64-bit builds.

Taken from CPython's headers. Each is proved against the running interpreter before anything is recorded (native.py), so that a build
that differs is refused instead of misread.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping, Tuple

# Before 3.11 frames are objects (PyFrameObject), linked from the thread's state; the instruction is an index.
_FRAME_OBJECTS: Dict[str, int] = {
    "threadFrame": 24,
    "cFrameCurrent": -1,
    "threadInterpreter": 16,
    "frameCode": 32,
    "frameInstruction": 104,
    "framePrevious": 24,
    "frameLocals": 360,
    "frameOwner": -1,
    "skippedOwner": 0,
    "codeStart": -1,
    "instructionFactor": 1,
    "codeFileName": 104,
    "codeName": 112,
    "codeFirstLine": 40,
    "codeVariableCount": 28,
    "codeFreeNames": 80,
    "codeCellNames": 88,
    "codeLength": 48,
    "textData": 48,
    "wideTextData": 72,
    "hasOwnLocks": 0,
    "preHeaderFlags": 0,
    "managedDictFlag": 0,
    "managedDict": 0,
    "sharedKeys": 0,
    "instanceValues": 0,
    "instanceValuesTag": 0,
}

# From 3.11 on frames are _PyInterpreterFrame, in 3.11 and 3.12 behind the thread's C frame; the instruction is an address in the code.
_INTERPRETER_FRAMES: Dict[str, int] = {
    "threadInterpreter": 16,
    "frameInstruction": 56,
    "frameLocals": 72,
    "instructionFactor": 1,
    "codeFileName": 112,
    "codeName": 128,
    "codeLength": -1,
    "codeFreeNames": -1,
    "codeCellNames": -1,
}

LAYOUTS: Mapping[Tuple[int, int], Mapping[str, int]] = {
    (3, 8): _FRAME_OBJECTS,
    (3, 9): _FRAME_OBJECTS,
    # f_lasti counts instructions of two bytes; f_gen moved it.
    (3, 10): {**_FRAME_OBJECTS, "frameInstruction": 96, "frameLocals": 352, "instructionFactor": 2},
    (3, 11): {
        **_INTERPRETER_FRAMES,
        "threadFrame": 56,
        "cFrameCurrent": 8,
        "frameCode": 32,
        "framePrevious": 48,
        # All frames run Python code.
        "frameOwner": -1,
        "skippedOwner": 0,
        "codeStart": 184,
        "codeFirstLine": 72,
        "codeVariableCount": 76,
        "textData": 48,
        "wideTextData": 72,
        # Py_TPFLAGS_MANAGED_DICT.
        "hasOwnLocks": 0,
        "preHeaderFlags": 0x10,
        "managedDictFlag": 0x10,
        "managedDict": -24,
        "sharedKeys": 872,
        "instanceValues": -32,
        "instanceValuesTag": 0,
    },
    (3, 12): {
        **_INTERPRETER_FRAMES,
        "threadFrame": 56,
        "cFrameCurrent": 0,
        "frameCode": 0,
        "framePrevious": 8,
        "frameOwner": 70,
        # FRAME_OWNED_BY_CSTACK: the entry into the interpreter.
        "skippedOwner": 3,
        "codeStart": 192,
        "codeFirstLine": 68,
        "codeVariableCount": 72,
        # PEP 623 took wstr out of texts.
        "textData": 40,
        "wideTextData": 56,
        # PEP 684.
        "hasOwnLocks": 1,
        # And Py_TPFLAGS_MANAGED_WEAKREF.
        "preHeaderFlags": 0x18,
        "managedDictFlag": 0x10,
        "managedDict": -24,
        "sharedKeys": 880,
        "instanceValues": -24,
        # PyDictOrValues: the address is one too low, so that it can be told from a dict's.
        "instanceValuesTag": -1,
    },
    (3, 13): {
        **_INTERPRETER_FRAMES,
        "threadFrame": 72,
        "cFrameCurrent": -1,
        "frameCode": 0,
        "framePrevious": 8,
        "frameOwner": 70,
        "skippedOwner": 3,
        "codeStart": 200,
        "codeFirstLine": 68,
        "codeVariableCount": 72,
        "textData": 40,
        "wideTextData": 56,
        "hasOwnLocks": 1,
        "preHeaderFlags": 0x18,
        "managedDictFlag": 0x10,
        "managedDict": -24,
        "sharedKeys": 880,
        # They are part of the object.
        "instanceValues": 0,
        "instanceValuesTag": 0,
    },
}
