"""Which files are the user's own: those that get annotations.

The native recorder has the same rule in a cheaper form, and the engine decides finally; what differs here only costs a little time.
"""

from __future__ import annotations

import os

_PACKAGE_FOLDERS = frozenset(("site-packages", "dist-packages", "node_modules"))


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        # It has been removed.
        return os.sep


# A program may change its folder later; what its code objects name relatively (CPython 3.8 does so for the main file) is meant from here.
_START_FOLDER = _current_folder()
_STANDARD_LIBRARY = os.path.normcase(os.path.realpath(os.path.dirname(os.__file__)))
_PROBE_FOLDER = os.path.normcase(os.path.realpath(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def is_user_file(path: str, workspace_folder: str) -> bool:
    """Says whether a file is the user's own.

    It is when it lies under the workspace folder, but not in an installed package, a virtual environment, the standard library or this
    probe. Asks the file system, so callers keep the answer for each path.

    Args:
        path: As a code object names its file; may be relative to the folder in which the program was started.
        workspace_folder: Absolute real path in the platform's own form.

    Returns:
        False, too, for what is no file: `<string>`, `<frozen importlib._bootstrap>`.
    """
    if not path or (path.startswith("<") and path.endswith(">")):
        return False
    workspace = os.path.normcase(workspace_folder)
    try:
        real_path = os.path.normcase(os.path.realpath(os.path.join(_START_FOLDER, path)))
    except (OSError, ValueError):
        # A null character, or a loop of links.
        return False
    if not _lies_in(real_path, workspace) or _lies_in(real_path, _STANDARD_LIBRARY) or _lies_in(real_path, _PROBE_FOLDER):
        return False
    folders = os.path.relpath(os.path.dirname(real_path), workspace).split(os.sep)
    if not _PACKAGE_FOLDERS.isdisjoint(folders):
        return False
    # The workspace folder itself may be a virtual environment that holds the user's files.
    folder = workspace
    for name in folders:
        folder = os.path.join(folder, name)
        if name != os.curdir and os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            return False
    return True


def _lies_in(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)
