"""What only the cycle collector could free, by the line that allocated it; `#=` gives the bytes of all its blocks."""
import gc


class Node:
    """Is in a cycle with itself: 32 bytes behind the collector's header of 16."""

    __slots__ = ("me", "held")


class Busy(Node):
    """Makes and drops memory while the collector runs."""

    __slots__ = ()

    def __del__(self):
        self.held = bytes(500_000)  #= 0
        self.held = None


def make_cycles():
    for _ in range(5_000):
        node = Node()  #= 240_000
        node.me = node


def make_payloads():
    for _ in range(100):
        node = Node()  #= 4_800
        node.held = bytes(9_967)  #= 1_000_000
        node.me = node


def make_innocent():
    for _ in range(5_000):
        node = Node()  #= 0
        node.me = None


def fill_free_lists():
    pairs = [(number, float(number)) for number in range(100_000)]  #= 0
    del pairs
    lists = [[number] for number in range(1_000)]  #= 0
    del lists


def make_busy():
    for _ in range(10):
        node = Busy()  #= 480
        node.me = node


make_cycles()
make_payloads()
make_innocent()
fill_free_lists()
gc.collect()
make_busy()
fill_free_lists()
