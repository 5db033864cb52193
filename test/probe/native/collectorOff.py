"""Switches the collector off and leaves it so: sixty thousand cycles are garbage at the end."""
import gc


class Node:
    """24 bytes behind the collector's header of 16."""

    __slots__ = ("me",)


gc.disable()
for _ in range(60_000):
    # One cycle each.
    node = Node()
    node.me = node
del node
