"""Garbage that would tell if somebody else had looked at it, let go of it, or changed it."""
import gc
import threading
import weakref

log = []
references = []


class Closing:
    def __init__(self, number):
        self.me = self
        self.number = number

    def __del__(self):
        log.append(("closed", self.number))


class Rising:
    def __init__(self):
        self.me = self

    def __del__(self):
        global risen
        risen = self


class Watching(type):
    def __getattribute__(cls, name):
        print("asked for", name)
        return super().__getattribute__(name)


class Watched(metaclass=Watching):
    def __getattr__(self, name):
        print("asked an instance for", name)
        raise AttributeError(name)


class Slotted:
    __slots__ = ("me", "__dict__")


class Keys(dict):
    pass


class Items(list):
    pass


def make_closing():
    for number in range(3):
        closing = Closing(number)
        references.append(weakref.ref(closing, lambda _, number=number: log.append(("gone", number))))


def make_others():
    watched = Watched()
    watched.me = watched
    watched.others = [watched]
    slotted = Slotted()
    slotted.me = slotted
    slotted.other = slotted
    keys = Keys()
    keys["self"] = keys
    items = Items()
    items.append(items)
    generator = generate()
    next(generator)
    generator.send(generator)
    thread = threading.Thread(target=len)
    thread.me = thread
    try:
        raise KeyError
    except KeyError as error:
        error.me = error


def generate():
    received = yield
    yield received


gc.collect()
gc.disable()
make_closing()
Rising()
print(gc.collect(), log, risen.me is risen, list(vars(risen)))
make_others()
print(gc.collect(), gc.collect(), len(gc.garbage))
gc.enable()
