"""`@profile`, as users of memory_profiler and line_profiler know it: the annotations are limited to the functions that carry it.

While the program runs, the name `profile` is there without an import, and `from memory_profiler import profile` works where memory_profiler
is not installed. Either gives the function back unchanged. An installed memory_profiler is left alone, for what it does and prints is part
of the program; the profile has a note that its tracing is measured, too.
"""

from __future__ import annotations

import builtins
import os
import sys
from types import CodeType, FunctionType, ModuleType

from .user_files import is_user_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Set

    from .json_text import JsonValue

_STAND_IN = "memory_profiler"
_MAX_FILES_READ = 100
_MAX_BYTES_READ = 1 << 18

_INSTALLED_NOTE = (
    "The program uses the installed memory_profiler, which traces every line itself: that makes it many times slower, and its own memory "
    "is part of these figures. Leave its import out while profiling here; the name profile is there without it."
)


class ProfileDecorator:
    """Offers `profile` to the program and tells which functions carry it."""

    def __init__(self, workspace_folder: str, send: Callable[[Mapping[str, JsonValue]], object]) -> None:
        self._workspace_folder = workspace_folder
        self._send = send
        self._seen: Set[CodeType] = set()
        self._functions: List[Dict[str, JsonValue]] = []
        self._finder: Optional[_StandInFinder] = None

    def install(self, main_path: str) -> None:
        """Makes the name available; to be called before the program runs.

        Args:
            main_path: What Python was asked to run: a file, a folder, `-m`.
        """
        profile = self._make_decorator()
        builtins.profile = profile  # pyright: ignore[reportAttributeAccessIssue]
        # Only where it is wanted, for a program can see it: in sys.meta_path, and by its own trace function at imports that fail.
        if _is_named_beside(main_path):
            self._finder = _StandInFinder(profile, self._workspace_folder)
            # Last, so that whatever is installed or made by the program comes before it.
            sys.meta_path.append(self._finder)  # pyright: ignore[reportArgumentType]

    def notes(self) -> List[str]:
        """Says at the program's end what stands against its figures."""
        module = sys.modules.get(_STAND_IN)
        is_stand_in = self._finder is not None and module is self._finder.module
        return [_INSTALLED_NOTE] if module is not None and not is_stand_in and hasattr(module, "LineProfiler") else []

    def _make_decorator(self) -> Callable[..., object]:
        add = self._add

        # As memory_profiler has it, so that its keywords are accepted.
        def profile(func: object = None, stream: object = None, precision: int = 1, backend: str = "psutil") -> object:
            """Limits Memory Lens' annotations to this function, which stays as it is."""
            if func is None:
                return profile
            add(func)
            return func

        profile.__module__ = _STAND_IN
        profile.__qualname__ = "profile"
        return profile

    def _add(self, decorated: object) -> None:
        count = len(self._functions)
        for function in _functions_of(decorated):
            code = function.__code__
            if code in self._seen:
                continue
            self._seen.add(code)
            self._functions.append(
                {"path": code.co_filename, "name": function.__qualname__, "line": code.co_firstlineno, "endLine": _last_line(code)}
            )
        if len(self._functions) > count:
            self._send({"type": "profiledFunctions", "functions": self._functions})


class _StandInFinder:
    """Finds a memory_profiler with nothing but `profile`, for the user's own files only."""

    def __init__(self, profile: Callable[..., object], workspace_folder: str) -> None:
        self.module: Optional[ModuleType] = None
        self._profile = profile
        self._workspace_folder = workspace_folder

    def find_spec(self, fullname: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None) -> Optional[ModuleSpec]:
        """As importlib wants it."""
        # A library that tries to import it takes another way where it is not there.
        if fullname != _STAND_IN or not is_user_file(_importing_file(), self._workspace_folder):
            return None
        # Not imported by name: the program may have put something else in place of importlib.
        return type(sys.__spec__)(fullname, self, origin=__file__)  # pyright: ignore[reportArgumentType]

    def create_module(self, spec: ModuleSpec) -> Optional[ModuleType]:
        """As importlib wants it."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """As importlib wants it."""
        setattr(module, "profile", self._profile)
        setattr(module, "__all__", ["profile"])
        self.module = module


def _is_named_beside(main_path: str) -> bool:
    """Says whether the main file, or a file beside it, has the name of memory_profiler; looks into a bounded number of files."""
    folder = main_path if os.path.isdir(main_path) else os.path.dirname(main_path) or os.curdir
    try:
        names = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".py")]
    except OSError:
        names = []
    wanted = _STAND_IN.encode()
    for path in [main_path] + names[:_MAX_FILES_READ]:
        try:
            with open(path, "rb", buffering=0) as file:
                if wanted in (file.read(_MAX_BYTES_READ) or b""):
                    return True
        except OSError:
            # No file, like `-m`, whose module is then looked for in the current folder.
            continue
    return False


def _importing_file() -> str:
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame is not None:
        name = frame.f_code.co_filename
        if name != __file__ and not name.startswith("<frozen importlib"):
            return name
        frame = frame.f_back
    return ""


def _functions_of(decorated: object) -> Iterator[FunctionType]:
    """Finds the functions as they stand in the source: under other decorators, in a class, in a method's wrapper."""
    if isinstance(decorated, type):
        for member in list(vars(decorated).values()):
            if not isinstance(member, type):
                yield from _functions_of(member)
        return
    if type(decorated) in (staticmethod, classmethod):
        decorated = getattr(decorated, "__func__")
    if isinstance(decorated, property):
        for accessor in (decorated.fget, decorated.fset, decorated.fdel):
            yield from _functions_of(accessor)
        return
    followed = 0
    while isinstance(decorated, FunctionType):
        # As functools.wraps leaves it; bounded, for it may be a circle.
        wrapped = decorated.__dict__.get("__wrapped__")
        if wrapped is None or followed == 100:
            yield decorated
            return
        decorated = wrapped
        followed += 1


def _last_line(code: CodeType) -> int:
    line = max(_lines_of(code), default=code.co_firstlineno)
    return max([line, code.co_firstlineno] + [_last_line(inner) for inner in code.co_consts if isinstance(inner, CodeType)])


def _lines_of(code: CodeType) -> Iterator[int]:
    if sys.version_info >= (3, 11):
        # The only one that tells where a statement over several lines ends.
        for _line, end_line, _column, _end_column in code.co_positions():
            if end_line is not None:
                yield end_line
    elif sys.version_info >= (3, 10):
        for _start, _end, line in code.co_lines():
            if line is not None:
                yield line
    else:
        line = code.co_firstlineno
        # Pairs of bytes: the steps of the instructions' offset and of the line, which may be negative.
        for step in getattr(code, "co_lnotab")[1::2]:
            line += step - 256 if step > 127 else step
            yield line
