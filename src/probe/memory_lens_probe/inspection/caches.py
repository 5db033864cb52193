"""Caches of the user's: functions under functools.lru_cache or functools.cache, and dicts that may be caches made by hand."""

from __future__ import annotations

import sys

from ..user_files import is_user_file
from .safe_reading import FUNCTION_TYPE, class_of, entry_count_of, instance_dict, module_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Dict, List, Optional, Tuple

    from ..json_text import JsonValue


class CachedFunction:
    """A cached function of the user's.

    Attributes:
        wrapper: What functools put around it.
        function: The function itself.
        code: The function's.
    """

    def __init__(self, wrapper: Any, function: Any, code: CodeType) -> None:
        self.wrapper = wrapper
        self.function = function
        self.code = code

    def message(self) -> Dict[str, JsonValue]:
        """Describes it for the engine."""
        # All in C, but for the named tuple of functools that carries the figures.
        figures: Tuple[Any, ...] = class_of(self.wrapper).cache_info(self.wrapper)
        hit_count, miss_count, limit, entry_count = figures
        return {
            "name": self.function.__qualname__.replace("<locals>.", ""),
            "path": self.code.co_filename,
            "line": self.code.co_firstlineno,
            "hitCount": hit_count,
            "missCount": miss_count,
            "entryCount": entry_count,
            "maxEntryCount": limit,
        }


def wrapper_type() -> Optional[Any]:
    """Gives the type of what functools puts around a cached function; None: the program has no such function."""
    functools = sys.modules.get("_functools")
    found = None if functools is None else module_dict(functools).get("_lru_cache_wrapper")
    return found if type(found) is type else None


def cached_functions(objects: List[object], workspace_folder: str) -> List[CachedFunction]:
    """Finds the user's cached functions.

    Args:
        objects: All that the collector knows.
        workspace_folder: Files under it are the user's.
    """
    found_type = wrapper_type()
    if found_type is None:
        return []
    found: List[CachedFunction] = []
    for wrapper in [value for value in objects if type(value) is found_type]:
        attributes = instance_dict(wrapper)
        function: Any = None if attributes is None else attributes.get("__wrapped__")
        if type(function) is FUNCTION_TYPE:
            code = function.__code__
            if is_user_file(code.co_filename, workspace_folder):
                found.append(CachedFunction(wrapper, function, code))
    return found


class DictEntries:
    """Tells whether entries were only ever added to a dict.

    Its table keeps the place of an entry that was removed until it is made anew. How many places there are is read by offset, after a
    try on dicts whose history is known.
    """

    def __init__(self) -> None:
        import ctypes

        self._int64 = ctypes.c_int64
        self._offset = 32 if sys.version_info < (3, 11) else 24
        tried: Dict[object, object] = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
        self.is_known = self._places(tried) == 5
        del tried["c"]
        self.is_known = self.is_known and self._places(tried) == 5 and self._places({}) == 0

    def _places(self, value: object) -> int:
        keys = self._int64.from_address(id(value) + 32).value
        return self._int64.from_address(keys + self._offset).value

    def has_only_grown(self, value: object) -> bool:
        """Says so as far as the dict itself shows it."""
        return self.is_known and self._places(value) == entry_count_of(value)
