"""Reads objects of the program without running any of its code: no method, property or metaclass of it is asked.

Classes are read by the descriptors of `type`, modules and instances by those in C, which no class of the program can override.
"""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, AsyncIterator, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Type

    # Of whatever class; only what is said here is known of it.
    AnyClass = Type[Any]


class _Own:
    def generate(self) -> Iterator[None]:
        yield

    async def wait(self) -> None:
        pass

    async def generate_waiting(self) -> AsyncIterator[None]:
        yield


def _type_of_coroutine() -> AnyClass:
    coroutine = _Own().wait()
    # Else it would warn that it was never awaited.
    coroutine.close()
    return type(coroutine)


def _cell() -> object:
    value = None
    closure = (lambda: value).__closure__
    return None if closure is None else closure[0]


def class_of(value: object) -> AnyClass:
    """Gives the value's class, whatever its `__class__` says."""
    return type(value)


MODULE_TYPE: AnyClass = class_of(sys)
FUNCTION_TYPE: AnyClass = class_of(lambda: None)
METHOD_TYPE: AnyClass = class_of(_Own().generate)
CELL_TYPE: AnyClass = class_of(_cell())
FRAME_TYPE: AnyClass = class_of(sys._getframe())
GENERATOR_TYPE: AnyClass = class_of(_Own().generate())
COROUTINE_TYPE: AnyClass = _type_of_coroutine()
ASYNC_GENERATOR_TYPE: AnyClass = class_of(_Own().generate_waiting())
# They read a field of the object in C.
GETSET_TYPE: AnyClass = class_of(FUNCTION_TYPE.__dict__["__code__"])
MEMBER_TYPE: AnyClass = class_of(FUNCTION_TYPE.__dict__["__globals__"])

# Of a dict, a list, a tuple, whatever its class makes of them.
entries_of: Callable[[Any], Iterable[Tuple[Any, Any]]] = getattr(dict, "items")
entry_count_of: Callable[[Any], int] = getattr(dict, "__len__")
list_items_of: Callable[[Any], Iterable[Any]] = getattr(list, "__iter__")
tuple_items_of: Callable[[Any], Iterable[Any]] = getattr(tuple, "__iter__")

_read_mro = type.__dict__["__mro__"].__get__
_read_namespace = type.__dict__["__dict__"].__get__
_read_name = type.__dict__["__name__"].__get__
_read_flags = type.__dict__["__flags__"].__get__
_read_module_dict = MODULE_TYPE.__dict__["__dict__"].__get__


def is_class(value: object) -> bool:
    """Says whether it is a class; isinstance would ask the value's own `__class__`."""
    return issubclass(type(value), type)


def is_module(value: object) -> bool:
    """Says whether it is a module."""
    return issubclass(type(value), MODULE_TYPE)


def class_name(cls: AnyClass) -> str:
    """Gives the class's name as its `class` statement has it."""
    return _read_name(cls)


def type_name(value: object) -> str:
    """Gives the name of the value's class."""
    return _read_name(type(value))


def class_flags(cls: AnyClass) -> int:
    """Gives what CPython notes of the class (Py_TPFLAGS_...)."""
    return _read_flags(cls)


def mro_of(cls: AnyClass) -> Tuple[AnyClass, ...]:
    """Gives the class and its bases in the order in which attributes are looked up."""
    # Classes that C keeps to itself may never have been made ready.
    return _read_mro(cls) or (cls,)


def namespace_of(cls: AnyClass) -> Mapping[str, Any]:
    """Gives what the class itself defines."""
    return _read_namespace(cls) or {}


def namespace_dict(cls: AnyClass) -> Optional[Dict[str, object]]:
    """Gives the dict behind the class's namespace; only to be read."""
    found: List[Any] = gc.get_referents(_read_namespace(cls))
    return found[0] if len(found) == 1 and class_of(found[0]) is dict else None


def module_dict(module: object) -> Dict[str, object]:
    """Gives a module's names."""
    return _read_module_dict(module)


def instance_dict(value: object) -> Optional[Dict[str, Any]]:
    """Gives the attributes of an instance; None: it has no dict of them, or its class keeps them in its own way."""
    for cls in mro_of(type(value)):
        descriptor = namespace_of(cls).get("__dict__")
        if descriptor is not None:
            found: Any = read_field(descriptor, value) if type(descriptor) is GETSET_TYPE else None
            return found if class_of(found) is dict else None
    return None


def read_field(descriptor: Any, value: object) -> Any:
    """Gives what a descriptor in C reads of an object; None: it has nothing there, or is that of another class."""
    try:
        return descriptor.__get__(value, type(value))
    except (AttributeError, TypeError):
        return None
