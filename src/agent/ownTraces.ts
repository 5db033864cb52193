/** Takes out of the process what the program could see of the agent: its arguments, its place in the module cache, its worker's start. */

import { Writable } from 'node:stream';

/**
 * Our `--require` must not reach children and worker threads, nor be seen by the program; neither may the module that it loaded.
 * @param agentFile this file, as Node names it.
 */
export function removeOwnTraces(agentFile: string, resolve: (file: string) => string): void {
  const { execArgv } = process;
  const own = execArgv.findIndex((argument, index) => execArgv[index - 1] === '--require' && resolve(argument) === agentFile);
  if (own > 0) execArgv.splice(own - 1, 2);
  Reflect.deleteProperty(require.cache, agentFile);
  const preloaded = (process as unknown as { _preload_modules?: unknown })._preload_modules;
  if (Array.isArray(preloaded)) preloaded.splice(0, preloaded.length, ...(preloaded as unknown[]).filter((file) => file !== agentFile));
}

/**
 * Node opens the program's standard output and error for a worker thread at once, which makes them streams that do not block: a program
 * that writes with fs.writeSync would fail with EAGAIN. Here they are opened only when the thread prints.
 */
export function withoutStandardStreams<Result>(start: () => Result): Result {
  const names = ['stdout', 'stderr'] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor);
  if (before.some(({ configurable }) => configurable !== true)) return start();
  for (const name of names) {
    const value = new Writable({ write: (chunk: Buffer, _, done) => void process[name].write(chunk, done) });
    Object.defineProperty(process, name, { value, configurable: true });
  }
  try {
    return start();
  } finally {
    names.forEach((name, index) => Object.defineProperty(process, name, before[index] as PropertyDescriptor));
  }
}

/**
 * A new worker thread is announced to the program by an event in the next tick. For ours there is none: the program did not start it. What
 * else was to be done in that tick is done at once, for one that waits before the program's first line shows in its stack traces.
 */
export function startUnannounced<Result>(start: () => Result): Result {
  const { nextTick } = process;
  const ticks: (() => void)[] = [];
  process.nextTick = (callback: (...args: never[]) => unknown, ...args: never[]): void => {
    if (!callback.toString().includes("emit('worker'")) ticks.push(() => void callback(...args));
  };
  try {
    return start();
  } finally {
    process.nextTick = nextTick;
    for (const tick of ticks) tick();
  }
}
