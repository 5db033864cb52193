# suspect: errors are kept with their tracebacks and frames
errors = []
def parse(text):
    words = text.split()
    return int(words[-1])
def handle(number):
    try:
        parse("request %d with a word " % number * 20)
    except ValueError as error:
        errors.append(error)
    return sum(range(2500))
for number in range(14000):
    handle(number)
