# innocent: a batch builds its result, writes it and drops it
import json
def build(count):
    rows = []
    for number in range(count):
        rows.append({"id": number, "name": "row %d" % number, "values": [number * k for k in range(8)]})
    return rows
def run():
    rows = build(250000)
    return len(json.dumps(rows))
print(run())
