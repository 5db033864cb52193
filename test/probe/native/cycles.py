"""Reference cycles of all sorts; prints what is to be found of them as JSON: types, objects, line, finalisers, path."""
import gc
import json
import sys


class Node:
    pass


class Slotted:
    __slots__ = ("me", "payload")


class Parent:
    def __init__(self, count):
        self.children = [Child(self) for _ in range(count)]  # families


class Child:
    def __init__(self, parent):
        self.parent = parent


class Closing:
    __slots__ = ("other",)

    def __del__(self):
        closed.append(1)


class Callback:
    def __init__(self):
        self.run = self.method

    def method(self):
        pass


class Table:
    def __init__(self):
        self.entries = {"first": [self]}


class Innocent:
    pass


def make_nodes():
    for _ in range(300):
        node = Node()  # nodes
        node.name = "node"
        node.me = node


def make_slotted():
    for _ in range(100):
        slotted = Slotted()  # slotted
        slotted.payload = bytes(967)
        slotted.me = slotted


def make_families():
    for _ in range(20):
        Parent(10)


def make_closing():
    for _ in range(5):
        first, second = Closing(), Closing()  # closing
        first.other, second.other = second, first


def make_closures():
    def walk(depth):  # closures
        return walk(depth - 1) if depth else 0

    return walk(2)


def make_lists():
    for _ in range(7):
        items = []
        items.append((1, {"self": items}))  # lists


def drop_exceptions():
    for _ in range(8):
        try:
            raise KeyError("gone")
        except KeyError as error:
            kept_error = error  # Its traceback holds this frame.
    return len(str(kept_error))


def keep_innocent():
    kept = []
    for _ in range(100):
        first, second = Innocent(), Innocent()
        first.other, second.other = second, first
        kept.append(first)
    return kept


closed = []
gc.collect()  # Objects on free lists have the lines that made them first.
make_nodes()
make_slotted()
make_families()
make_closing()
make_closures()
make_lists()
for _ in range(6):
    Callback()  # callbacks
for _ in range(4):
    Table()  # tables
drop_exceptions()
kept = keep_innocent()
gc.collect()
assert len(closed) == 10

with open(__file__, encoding="utf-8") as file:
    lines = {text.rpartition("  # ")[2].strip(): number for number, text in enumerate(file, 1) if "  # " in text}
print(
    json.dumps(
        [
            [["Node"], 300, lines["nodes"], 0, "Node.me -> Node"],
            [["Slotted"], 100, lines["slotted"], 0, "Slotted.me -> Slotted"],
            [["Child", "Parent"], 220, lines["families"], 0, "Parent.children[0] -> Child.parent -> Parent"],
            [["Closing"], 10, lines["closing"], 10, "Closing.other -> Closing.other -> Closing"],
            [["Callback", "method"], 12, lines["callbacks"], 0, "Callback.run -> method -> Callback"],
            [["dict", "list", "tuple"], 21, lines["lists"], 0, "list[0][1]['self'] -> list"],
            [["cell", "function", "tuple"], 3, None, 0, "cell -> function -> cell"],
            [["KeyError", "frame", "traceback"], 3, None, 0, "KeyError -> traceback -> frame -> KeyError"],
            [["Table"], 4, lines["tables"], 0, "Table.entries['first'][0] -> Table"],
        ]
    )
)
