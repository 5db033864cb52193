"""Bytes of an object as sys.getsizeof counts them, but of what C says alone: a `__sizeof__` of the program's is not called."""

from __future__ import annotations

import sys

from .safe_reading import class_flags, class_name, class_of, mro_of, namespace_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Tuple

    from .safe_reading import AnyClass

# What a class in C has as `__sizeof__`.
_METHOD_TYPE: AnyClass = class_of(str.join)
# That of struct.Struct reads what `__init__` leaves, though there may have been none: a subclass that does not call it.
_UNSAFE_CLASS = "Struct"
_HAS_COLLECTOR_HEADER = 1 << 14
# Py_TPFLAGS_MANAGED_DICT, from 3.12 on also Py_TPFLAGS_MANAGED_WEAKREF: two words stand before the object.
_HAS_WORDS_BEFORE = 0 if sys.version_info < (3, 11) else 0x10 if sys.version_info < (3, 12) else 0x18
_HEADER_BYTES = 16


class ObjectSizes:
    """Sizes, with what is known of each class."""

    def __init__(self) -> None:
        self._known: Dict[AnyClass, Tuple[Callable[[object], int], int]] = {}

    def bytes_of(self, value: object) -> int:
        """Gives the object's own bytes, without what it refers to."""
        cls = class_of(value)
        known = self._known.get(cls)
        if known is None:
            known = self._known[cls] = (_size_function(cls), _header_bytes(cls))
        try:
            return known[0](value) + known[1]
        except Exception:
            # A class in C that does not keep what it says.
            return 0


def _size_function(cls: AnyClass) -> Callable[[object], int]:
    for base in mro_of(cls):
        found = namespace_of(base).get("__sizeof__")
        if found is not None:
            return found if class_of(found) is _METHOD_TYPE and class_name(found.__objclass__) != _UNSAFE_CLASS else object.__sizeof__
    return object.__sizeof__


def _header_bytes(cls: AnyClass) -> int:
    flags = class_flags(cls)
    return (_HEADER_BYTES if flags & _HAS_COLLECTOR_HEADER else 0) + (_HEADER_BYTES if flags & _HAS_WORDS_BEFORE else 0)
