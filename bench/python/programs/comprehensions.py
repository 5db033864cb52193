"""A pipeline of list, dict and set comprehensions, each step making a new collection of the one before."""

from program import measure


def work(size):
    checksum = 0
    for turn in range(22):
        numbers = [number * 3 + turn for number in range(int(150_000 * size))]
        even = [number for number in numbers if number % 2 == 0]
        pairs = [(number, str(number)) for number in even]
        by_text = {text: number for number, text in pairs if text[-1] != "4"}
        endings = {text[-3:] for text in by_text}
        lengths = {length: [text for text in endings if len(text) == length] for length in (1, 2, 3)}
        rows = [[value, value / 2, -value] for value in by_text.values()]
        checksum += len(endings) + sum(len(found) for found in lengths.values()) + sum(row[1] for row in rows)
    return checksum


if __name__ == "__main__":
    measure(work)
