"""A Unix socket that the program does not notice and can't be harmed by.

Uses the C module `_socket`: `socket` takes 6 to 15 ms to import and is not needed.
"""

from __future__ import annotations

import _socket
import os
import resource
from fcntl import F_DUPFD_CLOEXEC, fcntl

# The program may put something else in their places.
_fstat = os.fstat

_SEND_TIMEOUT_SECONDS = 2.0
_RECEIVE_BYTES = 1 << 16
# Without it a program that takes the default action for SIGPIPE would end when the engine has gone.
_NO_SIGNAL = getattr(_socket, "MSG_NOSIGNAL", 0)
# macOS has a socket option in its place.
_SO_NOSIGPIPE = 0x1022
# The kernel's table of descriptors grows with the highest one, so no higher than most limits.
_HIGHEST_DESCRIPTOR = 1023


class SocketStream:
    """A connected socket; not inherited by other programs.

    Raises:
        OSError: Nobody listens at the address.
    """

    def __init__(self, address: str) -> None:
        connected = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            connected.settimeout(_SEND_TIMEOUT_SECONDS)
            connected.connect(address)
            self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, _duplicate_high(connected.fileno()))
        finally:
            connected.close()
        status = _fstat(self._socket.fileno())
        self._identity = (status.st_dev, status.st_ino)
        if not _NO_SIGNAL:
            self._socket.setsockopt(_socket.SOL_SOCKET, _SO_NOSIGPIPE, 1)

    def send(self, data: bytes) -> None:
        """Sends everything.

        Raises:
            OSError: The engine has gone or does not read, or the program has closed the descriptor.
        """
        self._check()
        self._socket.settimeout(_SEND_TIMEOUT_SECONDS)
        self._socket.sendall(data, _NO_SIGNAL)

    def receive(self, timeout_seconds: float) -> bytes:
        """Gives what has come, nothing when the engine has hung up.

        Raises:
            OSError: Nothing came in time.
        """
        self._check()
        self._socket.settimeout(timeout_seconds)
        return self._socket.recv(_RECEIVE_BYTES)

    def close(self) -> None:
        """Closes the socket, unless the program has done so and uses the descriptor for something of its own."""
        try:
            self._check()
        except OSError:
            self._socket.detach()
        else:
            self._socket.close()

    def _check(self) -> None:
        # A program may close all descriptors above 2, as daemons do, and then get this one for a file of its own.
        status = _fstat(self._socket.fileno())
        if (status.st_dev, status.st_ino) != self._identity:
            raise OSError("the descriptor is not the pipe any more")


def _duplicate_high(descriptor: int) -> int:
    """Makes a copy with a high number, so that the program's own descriptors get the numbers that they always get."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = _HIGHEST_DESCRIPTOR if limit == resource.RLIM_INFINITY else min(_HIGHEST_DESCRIPTOR, limit - 1)
    try:
        return fcntl(descriptor, F_DUPFD_CLOEXEC, highest)
    except OSError:
        # Taken already: the next free one above the middle.
        return fcntl(descriptor, F_DUPFD_CLOEXEC, highest // 2)
