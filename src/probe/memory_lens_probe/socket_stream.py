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
_close = os.close

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

    Holds the bare descriptor, and a socket object only while it is used: one that is still open when the interpreter is taken apart warns,
    which crashes CPython 3.8 and 3.9 at that time.

    Raises:
        OSError: Nobody listens at the address.
    """

    def __init__(self, address: str) -> None:
        connected = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        try:
            connected.settimeout(_SEND_TIMEOUT_SECONDS)
            connected.connect(address)
            if not _NO_SIGNAL:
                connected.setsockopt(_socket.SOL_SOCKET, _SO_NOSIGPIPE, 1)
            self._descriptor = _duplicate_high(connected.fileno())
        finally:
            connected.close()
        self._identity = self._identify()

    def send(self, data: bytes) -> None:
        """Sends everything.

        Raises:
            OSError: The engine has gone or does not read, or the program has closed the descriptor.
        """
        opened = self._open(_SEND_TIMEOUT_SECONDS)
        try:
            opened.sendall(data, _NO_SIGNAL)
        finally:
            opened.detach()

    def receive(self, timeout_seconds: float) -> bytes:
        """Gives what has come, nothing when the engine has hung up.

        Raises:
            OSError: Nothing came in time.
        """
        opened = self._open(timeout_seconds)
        try:
            return opened.recv(_RECEIVE_BYTES)
        finally:
            opened.detach()

    def close(self) -> None:
        """Closes the socket, unless the program has done so and uses the descriptor for something of its own."""
        try:
            if self._identify() == self._identity:
                _close(self._descriptor)
        except OSError:
            # The program has closed it.
            pass

    def _open(self, timeout_seconds: float) -> _socket.socket:
        # A program may close all descriptors above 2, as daemons do, and then get this one for a file of its own.
        if self._identify() != self._identity:
            raise OSError("the descriptor is not the pipe any more")
        opened = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, self._descriptor)
        opened.settimeout(timeout_seconds)
        return opened

    def _identify(self) -> tuple[int, int]:
        status = _fstat(self._descriptor)
        return status.st_dev, status.st_ino


def _duplicate_high(descriptor: int) -> int:
    """Makes a copy with a high number, so that the program's own descriptors get the numbers that they always get."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = _HIGHEST_DESCRIPTOR if limit == resource.RLIM_INFINITY else min(_HIGHEST_DESCRIPTOR, limit - 1)
    try:
        return fcntl(descriptor, F_DUPFD_CLOEXEC, highest)
    except OSError:
        # Taken already: the next free one above the middle.
        return fcntl(descriptor, F_DUPFD_CLOEXEC, highest // 2)
