"""Steers the collector in every way; `#=` gives what is noted, how often, and of thresholds what they are then."""
import copy
import doctest
import gc
import inspect
import pickle
import threading
from gc import *  # noqa: F403


def switch_off():
    gc.disable()  #= disabled 3


class Switch:
    """Holds a function as a class attribute."""

    on = gc.enable


for _ in range(3):
    switch_off()
getattr(gc, "enable")()  #= enabled 1
Switch.on()  #= enabled 1
gc.set_threshold(500)  #= thresholds 1 500 10 10
gc.set_threshold(600, 5, 4)  #= thresholds 1 600 5 4
freeze()  #= frozen 1  # noqa: F405
gc.unfreeze()  #= unfrozen 1
print(gc.collect() >= 0, gc.collect(generation=1) >= 0)  #= collected 2
print(list(map(gc.collect, [0, 1])) != [])  #= collected 2
pickle.loads(pickle.dumps(gc.disable))()  #= disabled 1
thread = threading.Thread(target=gc.enable)  # No line of the user's is on the thread's stack.
thread.start()
thread.join()

# What is wrong changes nothing, and is told as ever.
for wrong in (
    lambda: gc.collect(9),
    lambda: gc.collect("all"),
    lambda: gc.collect(0, 1),
    lambda: gc.collect(depth=1),
    lambda: gc.disable(1),
    lambda: gc.disable(now=True),
    lambda: gc.set_threshold(),
    lambda: gc.set_threshold("many"),
    lambda: gc.set_threshold(1, 2, 3, 4),
    lambda: gc.freeze(2),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)
print(repr(gc.disable), gc.disable.__name__, gc.disable.__self__ is gc, gc.disable.__module__)
print(gc.collect.__doc__, gc.collect.__text_signature__, gc.set_threshold.__doc__)
print(inspect.signature(gc.collect), inspect.isbuiltin(gc.enable), copy.deepcopy(gc.freeze) is gc.freeze)
print(gc.disable == disable, hash(gc.disable) == hash(disable), Switch.on is gc.enable)  # noqa: F405
print(doctest.testmod())
print(gc.isenabled(), gc.get_threshold())
gc.disable()  #= disabled 1
