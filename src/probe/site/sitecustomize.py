"""Loads the probe: the engine puts this folder in front of PYTHONPATH, and Python's `site` imports this module before the program.

Takes back everything by which the program could notice: the environment, the module search path, the modules. Then the person's own
sitecustomize is imported, if there is one, as `site` would have done, and Python goes on to run the program by itself.
"""

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from memory_lens_probe.session import Session

_VARIABLE = "MEMORY_LENS_PROBE"
_STARTED_AT_SECONDS = time.perf_counter()
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_PACKAGE_FOLDER = os.path.dirname(_FOLDER)

# CPython 3.8 and 3.9 keep the exit handlers in the module itself, so that a second one would drop those of the first. `threading` notes at
# its import which thread is the main one.
_KEPT_MODULES = ("atexit", "threading")


def _restore_search_path() -> None:
    """Takes this folder out of PYTHONPATH and sys.path."""
    first, _, rest = os.environ.get("PYTHONPATH", "").partition(os.pathsep)
    if _is_own_folder(first):
        if rest:
            os.environ["PYTHONPATH"] = rest
        else:
            del os.environ["PYTHONPATH"]
    for entry in sys.path:
        if _is_own_folder(entry):
            sys.path.remove(entry)
            sys.path_importer_cache.pop(entry, None)
            break


def _is_own_folder(entry: str) -> bool:
    return os.path.normcase(os.path.abspath(entry)) == os.path.normcase(_FOLDER)


def _begin_session(description: str) -> "Session | None":
    """Imports the probe from its own folder and the standard library only: the person's PYTHONPATH may have modules of the same names."""
    found = sys.path[:]
    own = {os.path.normcase(os.path.abspath(entry)) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry}
    sys.path[:] = [_PACKAGE_FOLDER] + [entry for entry in found if os.path.normcase(os.path.abspath(entry)) not in own]
    # Some may be there already, for installed packages' .pth files run before this.
    aside = {name: module for name, module in sys.modules.items() if _folder_of(module) in own}
    for name in aside:
        del sys.modules[name]
    try:
        from memory_lens_probe import startup

        return startup.begin(description, _STARTED_AT_SECONDS)
    except Exception:
        # There is no pipe yet; the engine notices that the probe never spoke.
        return None
    finally:
        sys.path[:] = found
        sys.modules.update(aside)


def _folder_of(module: object) -> "str | None":
    """Gives the folder of a module that is a file of its own."""
    file = getattr(module, "__dict__", {}).get("__file__")
    return os.path.normcase(os.path.dirname(os.path.abspath(file))) if isinstance(file, str) else None


def _forget_modules(known: "set[str]", known_folders: "set[str]") -> None:
    """Leaves modules and folders as the program would find them; what needs them has them already."""
    for name in [name for name in sys.modules if name not in known and name not in _KEPT_MODULES]:
        module = sys.modules.pop(name)
        parent, _, child = name.rpartition(".")
        if parent in known and getattr(sys.modules.get(parent), child, None) is module:
            delattr(sys.modules[parent], child)
    for folder in [folder for folder in sys.path_importer_cache if folder not in known_folders]:
        del sys.path_importer_cache[folder]


def _load() -> "Session | None":
    description = os.environ.pop(_VARIABLE, None)
    _restore_search_path()
    known = set(sys.modules)
    known_folders = set(sys.path_importer_cache)
    try:
        return None if description is None else _begin_session(description)
    finally:
        _forget_modules(known, known_folders)


_session = _load()
del sys.modules["sitecustomize"]
try:
    # The person's own. Where there is none, the error is the one that `site` expects.
    import sitecustomize  # noqa: F401  # pyright: ignore[reportUnusedImport]
finally:
    if _session is not None:
        _session.start()
