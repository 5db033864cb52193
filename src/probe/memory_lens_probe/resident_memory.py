"""How much memory the process has resident."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def peak_resident_bytes() -> Optional[int]:
    """Gives the most that it had so far, where the system keeps that, which is Linux."""
    return _kibibytes("/proc/self/status", b"VmHWM:")


def spare_bytes() -> Optional[int]:
    """Gives what the system still has for all processes, as far as it says so.

    The limit of a container is that of its own control group (version 2).
    """
    spare = _kibibytes("/proc/meminfo", b"MemAvailable:")
    limit = _whole_number("/sys/fs/cgroup/memory.max")
    used = _whole_number("/sys/fs/cgroup/memory.current")
    if limit is not None and used is not None:
        left = max(0, limit - used)
        return left if spare is None else min(spare, left)
    return spare


def resident_bytes() -> Optional[int]:
    """Gives it where the system tells it cheaply, which is Linux."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def _kibibytes(path: str, name: bytes) -> Optional[int]:
    try:
        with open(path, "rb", buffering=0) as file:
            for line in file.read(65536).splitlines():
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        # Another system, or no descriptor is left.
        return None
    return None


def _whole_number(path: str) -> Optional[int]:
    try:
        with open(path, "rb", buffering=0) as file:
            return int(file.read(64))
    except (OSError, ValueError):
        # There is no such file, or no limit.
        return None
