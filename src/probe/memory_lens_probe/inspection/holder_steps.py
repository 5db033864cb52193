"""Tells in terms of the source how an object is reached: `app.py: USERS`, `['alice']`, `.history`, `[17]`."""

from __future__ import annotations

import os

from .caches import wrapper_type
from .safe_reading import (
    ASYNC_GENERATOR_TYPE,
    CELL_TYPE,
    COROUTINE_TYPE,
    FRAME_TYPE,
    FUNCTION_TYPE,
    GENERATOR_TYPE,
    MEMBER_TYPE,
    METHOD_TYPE,
    class_name,
    class_of,
    entries_of,
    instance_dict,
    is_class,
    list_items_of,
    mro_of,
    namespace_dict,
    namespace_of,
    read_field,
    tuple_items_of,
    type_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Dict, List, Mapping, Optional, Tuple

    from ..json_text import JsonValue
    from .safe_reading import AnyClass
    from .user_names import Namespace

    Step = Dict[str, JsonValue]

_MOST_LOOKED_THROUGH = 100_000
_LONGEST_KEY = 40
_LONGEST_PATH = 20
_CODE_ATTRIBUTES = {GENERATOR_TYPE: "gi_code", COROUTINE_TYPE: "cr_code", ASYNC_GENERATOR_TYPE: "ag_code", FRAME_TYPE: "f_code"}


class HolderPath:
    """A path as a person reads it.

    Args:
        path: The objects from the root on.
        namespaces: What is known of the dicts of modules, by id.
        variable: Code and name of the variable by which a call that runs in another thread holds the first object.

    Attributes:
        root_kind: RootKind of the profile.
        steps: Root first.
    """

    def __init__(self, path: List[Any], namespaces: Mapping[int, Namespace], variable: Optional[Tuple[CodeType, str]]) -> None:
        self.root_kind = "other"
        self.steps: List[Step] = []
        self._namespaces = namespaces
        at = self._begin(path, variable)
        while at < len(path) - 1 and len(self.steps) < _LONGEST_PATH:
            at = self._step(path, at)
        if at < len(path) - 1:
            self._add("…")

    def _add(self, text: str, kind: Optional[str] = None, code: Optional[CodeType] = None) -> None:
        step: Step = {"text": text}
        if code is not None:
            step["path"] = code.co_filename
            step["line"] = code.co_firstlineno
        self.steps.append(step)
        if kind is not None:
            self.root_kind = kind

    def _begin(self, path: List[Any], variable: Optional[Tuple[CodeType, str]]) -> int:
        """Tells what the root is; gives where the rest begins."""
        namespace = self._namespaces.get(id(path[0]))
        if namespace is None and variable is not None:
            code, name = variable
            function = _function_name(getattr(code, "co_qualname", code.co_name))
            self._add("local %s of %s() in a running thread" % (name, function), "thread", code)
            return 0
        if namespace is None:
            code = _running_code(path[0])
            if code is None and len(path) > 1 and not _says_itself(path[0]):
                self._add("(%s)" % type_name(path[0]))
            return 0
        name = _key_of(path[0], path[1]) if len(path) > 1 else None
        text = name if type(name) is str else "(a name)"
        if namespace.path:
            self._add("%s: %s" % (os.path.basename(namespace.path), text), "global")
            self.steps[-1]["path"] = namespace.path
            self.steps[-1]["name"] = text
        else:
            self._add("%s.%s" % (namespace.module_name, text), "thread" if namespace.module_name == "threading" else "module")
        return 1

    def _step(self, path: List[Any], at: int) -> int:
        """Tells how the object at this place leads on; gives the place that it was told up to."""
        value, following = path[at], path[at + 1]
        after = path[at + 2] if at + 2 < len(path) else None
        kind = class_of(value)
        code = _running_code(value)
        if kind is wrapper_type():
            self._add("lru_cache of %s()" % _cached_name(value), "cache", _cached_code(value))
            # Its dict leads to the entry.
            return at + 2 if type(following) is dict and after is not None else at + 1
        if code is not None:
            # Before 3.11 a generator refers to its frame.
            if at == 0 or code is not _running_code(path[at - 1]):
                self._add("local of %s()" % _function_name(getattr(code, "co_qualname", code.co_name)), "local", code)
            return at + 1
        if kind is FUNCTION_TYPE:
            return self._function_step(value, path, at)
        if kind is CELL_TYPE:
            return at + 1
        if kind is METHOD_TYPE:
            self._add(".__self__" if value.__self__ is following else ".__func__")
            return at + 1
        if is_class(value):
            return self._class_step(value, path, at)
        if issubclass(kind, dict) and following is not instance_dict(value):
            self._add(_key_text(_key_of(value, following)))
            return at + 1
        if issubclass(kind, (list, tuple)):
            self._add(_index_text(value, following))
            return at + 1
        if issubclass(kind, (set, frozenset)):
            self._add("(an element)")
            return at + 1
        return self._instance_step(value, path, at)

    def _function_step(self, function: Any, path: List[Any], at: int) -> int:
        name = _function_name(function.__qualname__)
        if path[at + 1] is not function.__closure__:
            self._add("defaults of %s()" % name if path[at + 1] is function.__defaults__ else "%s()" % name, None, function.__code__)
            return at + 1
        outer = function.__qualname__.rpartition(".<locals>.")[0]
        text = "closure of %s()" % _function_name(outer or function.__qualname__)
        cell = path[at + 2] if at + 2 < len(path) else None
        for variable, found in zip(function.__code__.co_freevars, function.__closure__ or ()):
            if found is cell:
                text += ": " + variable
        self._add(text, "closure", function.__code__)
        # Over the tuple to the cell.
        return at + 2 if cell is not None else at + 1

    def _class_step(self, cls: AnyClass, path: List[Any], at: int) -> int:
        if path[at + 1] is not namespace_dict(cls) or at + 2 >= len(path):
            self._add("(class %s)" % class_name(cls))
            return at + 1
        attribute = _key_of(path[at + 1], path[at + 2])
        self._add(".%s" % (attribute,) if type(attribute) is str else "(class %s)" % class_name(cls), "class")
        return at + 2

    def _instance_step(self, value: Any, path: List[Any], at: int) -> int:
        attributes = instance_dict(value)
        if attributes is path[at + 1]:
            if at + 2 >= len(path):
                self._add(".__dict__")
                return at + 1
            name = _key_of(attributes, path[at + 2])
            self._add("." + name if type(name) is str else "(%s)" % type_name(value))
            return at + 2
        name = None if attributes is None else _key_of(attributes, path[at + 1])
        if type(name) is not str:
            name = _slot_of(value, path[at + 1])
        self._add("(%s)" % type_name(value) if type(name) is not str else "." + name)
        return at + 1


def _says_itself(value: Any) -> bool:
    return type(value) in (FUNCTION_TYPE, wrapper_type()) or _running_code(value) is not None


def _running_code(value: Any) -> Optional[CodeType]:
    """Gives the code of a suspended call, or of a frame."""
    kind = class_of(value)
    attribute = _CODE_ATTRIBUTES.get(kind)
    return None if attribute is None else getattr(value, attribute)


def _cached_name(wrapper: Any) -> str:
    function: Any = (instance_dict(wrapper) or {}).get("__wrapped__")
    return _function_name(function.__qualname__) if type(function) is FUNCTION_TYPE else "a function"


def _cached_code(wrapper: Any) -> Optional[CodeType]:
    function: Any = (instance_dict(wrapper) or {}).get("__wrapped__")
    return function.__code__ if type(function) is FUNCTION_TYPE else None


def _function_name(qualified_name: str) -> str:
    return qualified_name.replace("<locals>.", "")


def _key_of(value: Any, child: object) -> Any:
    """Gives the key under which a dict has a child; None: it is a key itself, or there are too many."""
    for looked, (key, found) in enumerate(entries_of(value)):
        if found is child:
            return key
        if looked > _MOST_LOOKED_THROUGH:
            break
    return None


def _key_text(key: Any) -> str:
    if type(key) is str:
        text = repr(key)
        return "[%s]" % (text if len(text) <= _LONGEST_KEY else text[: _LONGEST_KEY - 2] + "…'")
    if type(key) in (int, bool):
        return "[%s]" % repr(key)[:_LONGEST_KEY]
    return "[…]" if key is None else "[(a %s)]" % type_name(key)


def _index_text(value: Any, child: object) -> str:
    items = list_items_of(value) if issubclass(type(value), list) else tuple_items_of(value)
    for index, item in enumerate(items):
        if item is child:
            return "[%d]" % index
        if index > _MOST_LOOKED_THROUGH:
            break
    return "[…]"


def _slot_of(value: Any, child: object) -> Optional[str]:
    for cls in mro_of(class_of(value)):
        for name, descriptor in list(namespace_of(cls).items()):
            if type(descriptor) is MEMBER_TYPE and type(name) is str and read_field(descriptor, value) is child:
                return name
    return None
