# innocent: a report gathers its rows by method calls, then renders them
class Report:
    def __init__(self):
        self.rows = []

    def add(self, number, name):
        self.rows.append((number, name, number * 1.5))
        return sum(range(300))

    def render(self):
        return "\n".join("%d | %s | %.3f" % row for _ in range(6) for row in self.rows)


report = Report()
for number in range(120000):
    report.add(number, "name %d" % number)
print(len(report.render()))
