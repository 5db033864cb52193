# innocent: a report is gathered in main, which ends the program itself
import sys
def parse(number):
    return {"number": number, "text": "line %d " % number * 10, "sum": sum(range(600))}
def main():
    rows = []
    for number in range(70000):
        rows.append(parse(number))
    print(len(rows))
    sys.exit(0)
main()
