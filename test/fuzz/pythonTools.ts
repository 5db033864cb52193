/**
 * What every generated Python program has: functions and classes that allocate, keep and free in the many ways that Python has.
 */

/** What every program has: functions of one parameter that give something with a length, each exercising another construct. */
export const tools = `
keep = []
cache = {}


class Node:
    def __init__(self, value):
        self.value = value
        self.items = [value] * 4

    def __len__(self):
        return len(self.items)


class Slim:
    __slots__ = ('value', 'text')

    def __init__(self, value):
        self.value = value
        self.text = 'text %d' % value


class Chain:
    def __init__(self, before):
        self.before = before
        self.payload = bytearray(200)


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        held = [None] * 50
        try:
            return function(*args, **kwargs)
        finally:
            held.clear()
    return wrapper


def produce(count):
    for number in range(count):
        yield [number, number + 1]


def delegate(count):
    yield from produce(count // 2)
    got = yield from produce(count - count // 2)
    return got


@traced
def decorated(count):
    return {number: str(number) for number in range(count)}


@functools.lru_cache(maxsize=None)
def cached(count):
    return tuple(
        str(number)
        for number in range(count)
    )


def recursive(count):
    if count < 8:
        return [bytes(40) for _ in range(count)]
    left = recursive(count // 2)
    right = recursive(count - count // 2)
    return left + right


def chained(count):
    last = None
    for _ in range(count // 10):
        last = Chain(last)
    return [last]


def cyclic(count):
    for number in range(count // 20):
        one = [number, bytes(100)]
        one.append(one)
    return [count]


def closing(count):
    held = []

    def add(number):
        held.append('%d!' % number)
        return len(held)
    for number in range(count):
        add(number)
    return held


@contextlib.contextmanager
def borrowed(count):
    taken = list(range(count))
    try:
        yield taken
    finally:
        del taken[:]


class Managed:
    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.data = bytearray(self.count)
        return self.data

    def __exit__(self, *error):
        keep.append(len(self.data))
        self.data = None
        return error[0] is KeyError


def failing(count):
    data = [str(number) for number in range(count)]
    raise ValueError(len(data))


def caught(count):
    try:
        failing(count)
    except ValueError as error:
        return [error.args[0]]
    finally:
        keep.append(count)


def remembered(count):
    try:
        failing(count)
    except ValueError as error:
        keep.append(error)
    return [count]


async def waiting(count):
    await asyncio.sleep(0)
    data = [bytes(60) for _ in range(count)]
    await asyncio.sleep(0)
    return data


async def gathering(count):
    parts = await asyncio.gather(waiting(count // 2), waiting(count - count // 2))
    return parts[0] + [
        item async for item in stream(20)
    ] + parts[1]


async def stream(count):
    for number in range(count):
        yield number


def run_async(count):
    return asyncio.run(gathering(count))


def in_thread(count):
    found = []

    def work():
        found.extend(bytes(50) for _ in range(count))
        spike = [0] * count
        found.append(len(spike))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found


def growing_text(count):
    text = ''
    for number in range(count):
        text += '%d,' % number
    return text


def growing_bytes(count):
    data = bytearray()
    for number in range(count):
        data += b'0123456789'
    return data


def shrinking(count):
    items = list(range(count))
    while len(items) > count // 4:
        items.pop()
    return items
`;

/** Runs a thread beside the line that calls it. */
export const threadedTool = 'in_thread';
/** The others that every program and its second module have. */
export const steadyTools = (
  'Node decorated cached recursive chained cyclic closing caught remembered run_async growing_text growing_bytes shrinking ' +
  'second.rows second.Table second.lazily'
).split(' ');

/** `second.py`. */
export const secondModule = `"""Imported by main.py."""

shared = [bytes(100) for _ in range(1000)]


def rows(count):
    return [
        {'id': number, 'name': 'row %d' % number}
        for number in range(count // 4)
    ]


class Table:
    instances = []

    def __init__(self, count):
        self.cells = [[0] * 10 for _ in range(count // 10)]
        Table.instances.append(self)

    def __len__(self):
        return len(self.cells)


def lazily(count):
    return list(map(lambda number: (number, -number), range(count)))
`;
