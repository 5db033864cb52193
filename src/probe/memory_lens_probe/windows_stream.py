"""The engine's named pipe on Windows."""

from __future__ import annotations

import os
import sys
import time

# So that types are checked for that platform only.
assert sys.platform == "win32"

import _winapi  # noqa: E402
import msvcrt  # noqa: E402

_RECEIVE_BYTES = 1 << 16
_POLL_SECONDS = 0.001


class WindowsStream:
    """A connected named pipe; not inherited by other programs.

    Raises:
        OSError: Nobody listens at the address.
    """

    def __init__(self, address: str) -> None:
        self._descriptor = os.open(address, os.O_RDWR | os.O_BINARY | os.O_NOINHERIT)
        self._handle = msvcrt.get_osfhandle(self._descriptor)

    def send(self, data: bytes) -> None:
        """Sends everything.

        Raises:
            OSError: The engine has gone, or the program has closed the descriptor.
        """
        self._check()
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def receive(self, timeout_seconds: float) -> bytes:
        """Gives what has come.

        Raises:
            OSError: Nothing came in time, or the engine has hung up.
        """
        self._check()
        deadline = time.monotonic() + timeout_seconds
        # A read of a pipe can't be given up, so look whether there is something first.
        while _winapi.PeekNamedPipe(self._handle, 0)[0] == 0:
            if time.monotonic() > deadline:
                raise OSError("nothing came in time")
            time.sleep(_POLL_SECONDS)
        return os.read(self._descriptor, _RECEIVE_BYTES)

    def close(self) -> None:
        """Closes the pipe, unless the program has done so and uses the descriptor for something of its own."""
        try:
            self._check()
            os.close(self._descriptor)
        except OSError:
            # Closed by the program.
            pass

    def _check(self) -> None:
        if msvcrt.get_osfhandle(self._descriptor) != self._handle:
            raise OSError("the descriptor is not the pipe any more")
