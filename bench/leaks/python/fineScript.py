# innocent: a script reads its input into a list all the run and prints a sum
def parse(line):
    number, name, value = line.split(",")
    return (int(number), name * 3, float(value) * sum(range(300)))
rows = []
for number in range(240000):
    rows.append(parse("%d,name%d,%d.5" % (number, number, number)))
print(sum(row[2] for row in rows))
