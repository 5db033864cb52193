"""Counting by probes in the bytecode of the user's modules, before Python 3.12."""

from __future__ import annotations

import ctypes
import opcode
import struct
import sys

from .setup import CountingSetup, CountingUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Dict, List

# Bits of an opcode's traits, as in src/native/counterBytecode.c.
_JUMPS_TO = 1
_JUMPS_BY = 2
_JUMPS_BACK_BY = 4
_NEVER_FALLS_THROUGH = 8
_SETS_HANDLER = 16
_UNREPORTED_JUMP = 32
_COMES_BACK = 64
_HANDLES_OWN_LINE = 128

_TRAITS_BY_NAME = {
    "RETURN_VALUE": _NEVER_FALLS_THROUGH,
    "RAISE_VARARGS": _NEVER_FALLS_THROUGH,
    "RERAISE": _NEVER_FALLS_THROUGH,
    "JUMP_FORWARD": _NEVER_FALLS_THROUGH,
    "JUMP_ABSOLUTE": _NEVER_FALLS_THROUGH,
    "JUMP_BACKWARD": _NEVER_FALLS_THROUGH,
    "JUMP_BACKWARD_NO_INTERRUPT": _NEVER_FALLS_THROUGH | _UNREPORTED_JUMP,
    "SETUP_FINALLY": _SETS_HANDLER,
    "SETUP_WITH": _SETS_HANDLER,
    "SETUP_ASYNC_WITH": _SETS_HANDLER,
    "CALL_FINALLY": _COMES_BACK,
    "END_ASYNC_FOR": _HANDLES_OWN_LINE,
}

_OPCODES = {
    "opcodeLoadConstant": "LOAD_CONST",
    "opcodeNot": "UNARY_NOT",
    "opcodePop": "POP_TOP",
    "opcodeJumpForward": "JUMP_FORWARD",
    "opcodeExtendedArgument": "EXTENDED_ARG",
    "opcodeLoadFast": "LOAD_FAST",
    "opcodeGeneratorStart": "GEN_START",
    "opcodeResume": "RESUME",
    "opcodeReturn": "RETURN_VALUE",
    "opcodeImportName": "IMPORT_NAME",
}

_FUNCTIONS = {
    "bytesFromStringAndSize": "PyBytes_FromStringAndSize",
    "tupleNew": "PyTuple_New",
    "typeReady": "PyType_Ready",
    "bufferFillInfo": "PyBuffer_FillInfo",
}
# 3.11 makes new code objects and exchanges a frame's.
_FUNCTIONS_FOR_NEW_CODE = {
    "dictNew": "PyDict_New",
    "dictSetItemString": "PyDict_SetItemString",
    "longFromLongLong": "PyLong_FromLongLong",
    "objectCall": "PyObject_Call",
    "setFrameEvaluation": "_PyInterpreterState_SetEvalFrameFunc",
    "getFrameEvaluation": "_PyInterpreterState_GetEvalFrameFunc",
    "evaluateFrame": "_PyEval_EvalFrameDefault",
}

# Bytes from the start of a code object; 3.8 to 3.10, and 3.11. The last is PyThreadState.datastack_top.
_OFFSETS_OF_SEPARATE_BYTECODE = {
    "codeBytecode": 48,
    "codeConstants": 56,
    "codeLineTable": 120,
    "codeStackSize": 32,
    "codeIdleFrame": 128,
    "codeVariableCount": -1,
    "threadStackTop": -1,
}
_OFFSETS_OF_INLINE_BYTECODE = {
    "codeBytecode": -1,
    "codeConstants": 24,
    "codeLineTable": -1,
    "codeStackSize": 68,
    "codeIdleFrame": -1,
    "codeVariableCount": 76,
    "threadStackTop": 304,
}


def prepare_rewriting(setup: CountingSetup) -> None:
    """Hands over what the library needs to rewrite bytecode.

    Raises:
        CountingUnavailable: This interpreter's code objects are not laid out as CPython's of that version.
    """
    has_inline_bytecode = sys.version_info >= (3, 11)
    for name, function in {**_FUNCTIONS, **(_FUNCTIONS_FOR_NEW_CODE if has_inline_bytecode else {})}.items():
        setup.set_value(name, setup.function_address(function))
    for name, operation in _OPCODES.items():
        setup.set_value(name, opcode.opmap.get(operation, 0))
    offsets = _OFFSETS_OF_INLINE_BYTECODE if has_inline_bytecode else _OFFSETS_OF_SEPARATE_BYTECODE
    for code in (prepare_rewriting.__code__, _traits_of_opcodes.__code__, _check_offsets.__code__):
        _check_offsets(code, offsets)
    for name, offset in offsets.items():
        setup.set_value(name, offset)
    # The argument of jumps counts instructions from 3.10 on.
    setup.set_value("jumpUnitBytes", 2 if sys.version_info >= (3, 10) else 1)
    setup.set_value("hasCaches", int(has_inline_bytecode))
    setup.set_bytes("opcodeTraits", _traits_of_opcodes())
    setup.set_object("reducedProbe", (bool, ()))


def _traits_of_opcodes() -> bytes:
    traits = bytearray(256)
    for number in opcode.hasjabs:
        traits[number] |= _JUMPS_TO
    for number in opcode.hasjrel:
        traits[number] |= _JUMPS_BACK_BY if "BACKWARD" in opcode.opname[number] else _JUMPS_BY
    for name, bits in _TRAITS_BY_NAME.items():
        if name in opcode.opmap:
            traits[opcode.opmap[name]] |= bits
    return bytes(traits)


def _check_offsets(code: CodeType, offsets: Dict[str, int]) -> None:
    """Compares what stands in a code object with what Python says of it.

    Raises:
        CountingUnavailable: They differ.
    """
    address = id(code)
    line_table: object = getattr(code, "co_linetable", None) or code.co_lnotab
    found: List[bool] = [_pointer_at(address + offsets["codeConstants"]) == id(code.co_consts)]
    found.append(_integer_at(address + offsets["codeStackSize"]) == code.co_stacksize)
    if offsets["codeBytecode"] >= 0:
        found.append(_pointer_at(address + offsets["codeBytecode"]) == id(code.co_code))
        found.append(_pointer_at(address + offsets["codeLineTable"]) == id(line_table))
    if offsets["codeVariableCount"] >= 0:
        variable_count = len(set(code.co_varnames + code.co_cellvars)) + len(code.co_freevars)
        found.append(_integer_at(address + offsets["codeVariableCount"]) == variable_count)
    if not all(found):
        raise CountingUnavailable("Lines are not counted: this Python's code objects are not laid out as CPython's.")


def _pointer_at(address: int) -> int:
    return struct.unpack("@P", ctypes.string_at(address, 8))[0]


def _integer_at(address: int) -> int:
    return struct.unpack("@i", ctypes.string_at(address, 4))[0]
