"""The names of the user's modules, and of the classes in them, at the end of the program."""

from __future__ import annotations

import sys

from ..user_files import is_user_file
from .safe_reading import FUNCTION_TYPE, class_name, instance_dict, is_class, is_module, module_dict, namespace_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set


class Namespace:
    """A module's or a class's names.

    Attributes:
        path: Its file, as Python names it.
        names: The dict itself; only to be read.
        class_name: None for a module.
        module_name: As the program imported it.
    """

    def __init__(self, path: str, names: Dict[str, object], module_name: str, of_class: Optional[str] = None) -> None:
        self.path = path
        self.names = names
        self.module_name = module_name
        self.class_name = of_class


class LoadedModules:
    """What is imported.

    Args:
        workspace_folder: Files under it are the user's.

    Attributes:
        user: The user's modules.
        others: All other modules.
        classes: The classes of the user's modules.
    """

    def __init__(self, workspace_folder: str) -> None:
        self.user: List[Namespace] = []
        self.others: List[Namespace] = []
        self.classes: List[Namespace] = []
        seen: Set[int] = set()
        for name, module in list(sys.modules.items()):
            if type(name) is not str or not is_module(module):
                continue
            names = module_dict(module)
            # A module may be there under two names.
            if id(names) in seen:
                continue
            seen.add(id(names))
            path = _file_of(names)
            if path is not None and is_user_file(path, workspace_folder):
                self.user.append(Namespace(path, names, name))
            else:
                self.others.append(Namespace("", names, name))
        for namespace in self.user:
            self.classes += _classes_of(namespace)


def is_data(value: object) -> bool:
    """Says whether a name's value is the program's data, not a part of the program."""
    return not is_module(value) and not is_class(value) and type(value) is not FUNCTION_TYPE


def _file_of(names: Dict[str, object]) -> Optional[str]:
    path = names.get("__file__")
    if path is None:
        # Python takes the program's own away at its end.
        path = (instance_dict(names.get("__loader__")) or {}).get("path")
    return path if type(path) is str else None


def _classes_of(module: Namespace) -> List[Namespace]:
    found: List[Namespace] = []
    # A class may be there under two names.
    values: Dict[int, Any] = {id(value): value for value in list(module.names.values())}
    for value in values.values():
        if is_class(value):
            names = namespace_dict(value)
            if names is not None and names.get("__module__") == module.module_name:
                found.append(Namespace(module.path, names, module.module_name, class_name(value)))
    return found
