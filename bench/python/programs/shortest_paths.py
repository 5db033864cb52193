"""Shortest paths over a grid of weighted steps: tuples on a heap, dictionaries of distances, lists of neighbours."""

from heapq import heappop, heappush

from program import measure


def make_graph(width):
    graph = {}
    for y in range(width):
        for x in range(width):
            steps = []
            for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
                if 0 <= x + dx < width and 0 <= y + dy < width:
                    steps.append(((x + dx, y + dy), 1 + (x * 7 + y * 13 + dx) % 9))
            graph[(x, y)] = steps
    return graph


def distances_from(graph, start):
    distances = {start: 0}
    heap = [(0, start)]
    while heap:
        distance, place = heappop(heap)
        if distance > distances[place]:
            continue
        for neighbour, weight in graph[place]:
            further = distance + weight
            if further < distances.get(neighbour, 1 << 60):
                distances[neighbour] = further
                heappush(heap, (further, neighbour))
    return distances


def work(size):
    width = max(4, int(150 * size**0.5))
    graph = make_graph(width)
    return sum(sum(distances_from(graph, (k * 5 % width, k * 11 % width)).values()) for k in range(46))


if __name__ == "__main__":
    measure(work)
