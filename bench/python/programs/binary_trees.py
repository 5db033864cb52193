"""Binary trees are built to a depth, counted and dropped, while a long-lived one stays."""

from program import measure


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    if depth == 0:
        return Node(None, None)
    return Node(build(depth - 1), build(depth - 1))


def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)


def work(size):
    kept = build(14)
    total = 0
    for depth in range(4, 15, 2):
        for _ in range(int((1 << (16 - depth)) * 10 * size) or 1):
            total += count(build(depth))
    return "%d %d" % (total, count(kept))


if __name__ == "__main__":
    measure(work)
