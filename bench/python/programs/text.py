"""Text is made, split, cleaned by regular expressions, counted and put together again."""

import re
from collections import Counter

from program import measure

WORDS = "the memory of a line is what it asks for and what it keeps, until nobody holds it any longer".split()
NUMBER = re.compile(r"\b\d+\b")
CAPITAL = re.compile(r"(^|\s)([a-z])")


def make_text(line_count):
    lines = []
    for number in range(line_count):
        words = [WORDS[(number * step) % len(WORDS)] for step in range(3, 13)]
        lines.append("%d: %s; %s (%d)" % (number, " ".join(words), number * 31, number % 17))
    return "\n".join(lines)


def clean(line):
    line = NUMBER.sub("#", line)
    line = CAPITAL.sub(lambda found: found.group(1) + found.group(2).upper(), line)
    return line.replace(";", ",").strip()


def work(size):
    text = make_text(int(140_000 * size))
    counts = Counter()
    cleaned = []
    for line in text.splitlines():
        for word in line.split():
            counts[word.strip(",;:()").lower()] += 1
        cleaned.append(clean(line))
    result = "\n".join(line.ljust(120, ".") if len(line) % 2 else line.center(120) for line in cleaned)
    return "%d %d %s" % (len(result), len(counts), counts.most_common(3))


if __name__ == "__main__":
    measure(work)
