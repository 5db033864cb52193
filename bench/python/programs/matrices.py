"""Matrices as lists of lists of floats: products, transposes and row sums."""

from program import measure


def multiply(first, second):
    columns = list(zip(*second))
    return [[sum(a * b for a, b in zip(row, column)) for column in columns] for row in first]


def scaled(matrix):
    largest = max(max(row) for row in matrix)
    return [[value / largest for value in row] for row in matrix]


def work(size):
    width = max(4, int(100 * size ** (1 / 3)))
    step = [[((row * 31 + column * 17) % 19) / 19 + 0.01 for column in range(width)] for row in range(width)]
    result = step
    for _ in range(42):
        result = scaled(multiply(result, step))
    return round(sum(sum(row) for row in result), 9)


if __name__ == "__main__":
    measure(work)
