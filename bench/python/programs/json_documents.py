"""Documents are written as JSON and read again."""

import json

from program import measure


def make_document(number):
    return {
        "id": number,
        "name": "document %d" % number,
        "tags": ["tag%d" % (number % k) for k in range(2, 12)],
        "size": {"width": number * 1.5, "height": number / 3, "unit": "mm"},
        "entries": [{"key": "k%d" % i, "value": i * number, "open": i % 2 == 0, "note": None} for i in range(20)],
    }


def work(size):
    checksum = 0
    for batch in range(int(125 * size) or 1):
        documents = [make_document(batch * 300 + number) for number in range(300)]
        text = json.dumps(documents)
        read = json.loads(text)
        pretty = json.dumps(read[:40], indent=2, sort_keys=True)
        checksum += len(text) + len(pretty) + sum(document["entries"][7]["value"] for document in read)
    return checksum


if __name__ == "__main__":
    measure(work)
