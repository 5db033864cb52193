# The shortest example: what two lines take, and what dropping one of
# them gives back.
#
# A list of a million places takes 8,000,056 bytes (7.6 MiB), one of
# twenty million 160,000,056 (152.6 MiB). Both are alive when memory is
# highest, so the second is 95 % of the peak; `del` gives it back.


def my_function():
    a = [1] * (10 ** 6)
    b = [2] * (2 * 10 ** 7)
    del b
    return a


if __name__ == '__main__':
    my_function()
