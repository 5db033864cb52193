"""Makes more stacks than fit into small tables: every path through two functions on many lines."""

LINES = 40
source = "".join("def f%d(n):\n    return bytes(n)\n" % i for i in range(LINES))
source += "def call(i, j, n):\n"
for i in range(LINES):
    source += "    if i == %d: return g(j, n)\n" % i
source += "def g(j, n):\n"
for i in range(LINES):
    source += "    if j == %d: return f%d(n)\n" % (i, i)
names = {}
exec(compile(source, __file__ + ".made", "exec"), names)
kept = [names["call"](i, j, 1000) for i in range(LINES) for j in range(LINES)]
