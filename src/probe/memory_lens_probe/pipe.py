"""The probe's end of the private pipe to the engine: one JSON object a line.

A pipe that is gone is silent. No thread reads it: the engine speaks once, right after `hello`.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock

from .json_text import decode_json_object, encode_json

if sys.platform == "win32":
    from .windows_stream import WindowsStream as Stream
else:
    from .socket_stream import SocketStream as Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping, Optional

    from .json_text import JsonValue

_MAX_LINE_BYTES = 1 << 20


class Pipe:
    """An open pipe.

    Raises:
        OSError: The engine does not listen (any more).
    """

    def __init__(self, address: str) -> None:
        self._stream: Optional[Stream] = Stream(address)
        self._lock = allocate_lock()
        self._process_id = os.getpid()

    def send(self, message: Mapping[str, JsonValue]) -> bool:
        """Sends a message, waiting a bounded time for an engine that does not read.

        Returns:
            False: it was not sent, as the pipe is gone or another thread is sending just now.
        """
        # A signal handler of the program may interrupt the sending and come here again: never wait. When Python ends, another thread may
        # have gone in the midst of it.
        if self._stream is None or not (self._lock.acquire(False) or sys.is_finalizing()):
            return False
        try:
            self._stream.send((encode_json(message) + "\n").encode("ascii"))
            return True
        except OSError:
            # A line may have gone in part, so the rest would not be understood.
            self._hang_up()
            return False
        finally:
            self._lock.release()

    def receive(self, timeout_seconds: float) -> Optional[Dict[str, object]]:
        """Waits for the next message.

        Returns:
            None: the engine said nothing in that time, nothing sensible, or has hung up.
        """
        deadline = time.monotonic() + timeout_seconds
        line = b""
        try:
            while self._stream is not None and not line.endswith(b"\n"):
                left_seconds = deadline - time.monotonic()
                received = self._stream.receive(left_seconds) if left_seconds > 0 else b""
                line += received
                if not received or len(line) > _MAX_LINE_BYTES:
                    return None
            return decode_json_object(line.decode("utf-8"))
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        """Hangs up; what is sent from now on is dropped."""
        self._hang_up()

    def _hang_up(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
