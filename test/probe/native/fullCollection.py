"""One full collection that finds ten thousand objects."""
import gc


class Node:
    """Is in a cycle with itself."""


gc.disable()
for _ in range(10_000):
    node = Node()
    node.me = node
del node
gc.collect()
