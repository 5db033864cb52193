"""Finds out whether the program started other programs, without wrapping anything that it could see."""

from __future__ import annotations

import os
import sys

if sys.platform != "win32":
    import resource

CHILDREN_NOTE = "The program started other processes, which were not profiled."


class ChildWatch:
    """Compares what the system knows about the process' children; on Windows, where it knows nothing, only forks would be seen."""

    def __init__(self) -> None:
        self._forked = False
        self._before = _ended_children()

    def after_fork_in_parent(self) -> None:
        """For os.register_at_fork."""
        self._forked = True

    def has_seen_children(self) -> bool:
        """Says whether there are or were any since the watch was made."""
        return self._forked or _ended_children() != self._before or _has_running_children()


def _ended_children() -> object:
    if sys.platform == "win32":
        return None
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The times are too coarse for a short one, but every process has page faults.
    return (usage.ru_minflt, usage.ru_majflt, usage.ru_maxrss)


def _has_running_children() -> bool:
    process_id = os.getpid()
    try:
        # Linux, of the main thread only; where the kernel was built without it, a child that still runs is missed.
        with open("/proc/self/task/%d/children" % process_id, "rb") as file:
            return bool(file.read(1))
    except OSError:
        return False
