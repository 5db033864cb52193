"""Undoes what the engine did to the environment so that the probe would be loaded, and begins the session."""

from __future__ import annotations

import os

from .json_text import decode_json_object
from .session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def begin(description: str, started_at_seconds: float) -> Optional[Session]:
    """Restores PYTHONPATH and gets ready to record.

    Args:
        description: The value of the environment variable, JSON of ProbeEnvironment.
        started_at_seconds: time.perf_counter() at the probe's first line.

    Returns:
        What is to be started right before the program; None: it runs unprofiled.
    """
    try:
        environment = decode_json_object(description)
    except ValueError:
        return None
    python_path = environment.get("pythonPath")
    if isinstance(python_path, str):
        # Exactly as it was, empty for example.
        os.environ["PYTHONPATH"] = python_path
    try:
        session = Session(environment, started_at_seconds)
    except (KeyError, OSError):
        # Nobody listens: there is nobody to tell, either.
        return None
    return session if session.prepare() else None
