"""Lines whose memory is known. `#= NAME` marks a line; at the end the truth of each is printed, from sys.getsizeof and NumPy's nbytes."""

import sys

import numpy

size_of = sys.getsizeof


def measured():
    numbers = [1] * 4_000_000  #= numbers
    total = sum([0] * 3_000_000)  #= spike
    objects = [object() for _ in range(500_000)]  #= objects
    few = [0] * 12_800  #= few
    array = numpy.ones(8_000_000)  #= array
    rows = []
    for number in range(100_000):
        rows.append({"id": number, "values": [number] * 10})  #= rows
    for number in range(200_000):
        block = bytes(1000)  #= churn
    index = {number: None for number in range(1_000, 301_000)}  #= index
    text = ",".join(str(number) for number in range(300_000))  #= text
    del numbers  #= release
    return total, objects, few, array, rows, block, index, text


def truths(kept):
    """What each line added to the memory in use, and where it is simple, what it allocated in all."""
    _total, objects, few, array, rows, _block, index, text = kept
    list_header = size_of([])
    # The number in it is made by the line with `for`.
    row_bytes = size_of(rows[5_000]) + size_of(rows[5_000]["values"])
    # CPython asks for so much for a small number; sys.getsizeof leaves out what is there for its alignment.
    number_bytes = 32
    return {
        "numbers": (list_header + 32_000_000, list_header + 32_000_000),
        "spike": (0, list_header + 24_000_000),
        "objects": (size_of(objects) + 500_000 * size_of(object()), None),
        "few": (size_of(few), size_of(few)),
        "array": (array.nbytes, array.nbytes),
        "rows": (100_000 * row_bytes + size_of(rows) - list_header, None),
        "churn": (size_of(bytes(1000)), 200_000 * size_of(bytes(1000))),
        "index": (size_of(index) + 300_000 * number_bytes, None),
        "text": (size_of(text), None),
        "release": (-(list_header + 32_000_000), 0),
    }


if __name__ == "__main__":
    result = measured()
    for name, (net, allocated) in truths(result).items():
        print("truth", name, net, "none" if allocated is None else allocated)
