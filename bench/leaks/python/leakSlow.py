# suspect: a few hundred bytes of each request stay, among much that is freed
import json
seen = set()
def handle(number):
    body = json.loads(json.dumps([{"id": number, "part": part, "text": "t" * 80} for part in range(40)]))
    seen.add("%d:%s" % (number, body[0]["text"] * 3))
    return len(body)
for number in range(24000):
    handle(number)
