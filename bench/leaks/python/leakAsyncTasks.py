# suspect: finished tasks stay in a list
import asyncio
tasks = []
async def fetch(number):
    await asyncio.sleep(0)
    return "response %d " % number * 50
async def main():
    for number in range(20000):
        task = asyncio.create_task(fetch(number))
        tasks.append(task)
        await task
        sum(range(2000))
asyncio.run(main())
