# Three ways to count the errors in a log of 200,000 lines.
#
# Reading it whole takes its 8.4 MB of text, and its lines once more with
# a header of some 50 bytes each, all at once: they make the peak. Line
# by line there is one line at a time, and nothing is left of it. The
# third keeps only the errors.

from tempfile import TemporaryFile

line_count = 200_000


def write_log():
    log = TemporaryFile('w+')
    for number in range(line_count):
        level = 'ERROR' if number % 50 == 0 else 'INFO '
        log.write(f'{number:09d} {level} some service has answered\n')
    return log


def count_whole(log):
    log.seek(0)
    lines = log.read().split('\n')
    return sum(' ERROR ' in line for line in lines)


def count_by_line(log):
    log.seek(0)
    count = 0
    for line in log:
        if ' ERROR ' in line:
            count += 1
    return count


def keep_errors(log):
    log.seek(0)
    return [line for line in log if ' ERROR ' in line]


log = write_log()
errors = keep_errors(log)
print(count_whole(log), count_by_line(log), len(errors))
