# innocent: routes are compiled at first use; after the first third all are known
compiled = {}
def compile_route(number):
    return [("segment %d.%d" % (number, part)) * 4 for part in range(30)]
def route(number):
    if number not in compiled:
        compiled[number] = compile_route(number)
    return len(compiled[number]) + sum(range(800))
for number in range(36000):
    route(number % 1200 if number > 4000 else number // 4)
