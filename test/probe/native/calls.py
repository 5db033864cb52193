"""Lines whose callees allocate known numbers of bytes: after `#=` stands the sum over the run, with callees."""

import json
import threading
from functools import reduce

MEGA = 1_000_000


def leaf(size):
    return bytes(size)  #= 38_000_000


def middle(size):
    return leaf(size)  #= 3_000_000


middle(MEGA)  #= 1_000_000
middle(2 * MEGA)  #= 2_000_000


def recursive(depth, size):
    if depth == 0:
        return leaf(size)  #= 9_000_000
    return recursive(depth - 1, size)  #= 9_000_000


recursive(1, MEGA)  #= 1_000_000
recursive(300, 3 * MEGA)  #= 3_000_000
recursive(700, 5 * MEGA)  #= 5_000_000


def ping(depth, size):
    return pong(depth - 1, size) if depth else leaf(size)  #= 4_000_000


def pong(depth, size):
    return ping(depth - 1, size) if depth else leaf(size)  #= 4_000_000


ping(101, 4 * MEGA)  #= 4_000_000


def left_and_right(depth, path):
    if depth == 0:
        leaf(MEGA // 64)  #= 1_000_000
        return
    left_and_right(depth - 1, path + "l")  #= 984_375
    left_and_right(depth - 1, path + "r")  #= 984_375


left_and_right(6, "")  #= 1_000_000


def generate(count):
    for _ in range(count):
        yield leaf(MEGA)  #= 6_000_000


for _ in generate(2):  #= 2_000_000
    pass
list(generate(4))  #= 4_000_000


def decode(pairs):
    return leaf(len(pairs) * MEGA)  #= 3_000_000


json.loads('{"a": {"b": 1, "c": 2}}', object_pairs_hook=decode)  #= 3_000_000


def work():
    leaf(2 * MEGA)  #= 4_000_000


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()


class Holder:
    """Allocates in a method and in a property."""

    def method(self):
        leaf(MEGA)  #= 1_000_000

    @property
    def attribute(self):
        return leaf(MEGA)  #= 1_000_000


Holder().method()  #= 1_000_000
Holder().attribute  #= 1_000_000
sorted([1, 2], key=lambda _: leaf(MEGA))  #= 2_000_000
exec(compile("leaf(4_000_000)", "<made>", "exec"))  #= 4_000_000
