"""asyncio: many short tasks, a queue between producers and consumers, and gathered results."""

import asyncio

from program import measure


async def fetch(number):
    await asyncio.sleep(0)
    return {"number": number, "body": "x" * (number % 50)}


async def produce(queue, count):
    for number in range(0, count, 20):
        for answer in await asyncio.gather(*(fetch(number + k) for k in range(20))):
            await queue.put(answer)
    await queue.put(None)


async def consume(queue):
    total = 0
    while (answer := await queue.get()) is not None:
        total += len(answer["body"]) + answer["number"] % 3
    return total


async def main(count):
    total = 0
    for _ in range(4):
        queue = asyncio.Queue(maxsize=64)
        _, sums = await asyncio.gather(produce(queue, count), consume(queue))
        total += sums
    return total


def work(size):
    return asyncio.run(main(int(64_000 * size)))


if __name__ == "__main__":
    measure(work)
