/**
 * Ends a started program: politely first, by force when it does not go.
 */

import type { RunningProgram } from './engine.ts';

const terminationMs = 2000;

/** Asks the program to end, and kills it where it has not ended a little later. */
export function endProgram(program: RunningProgram): void {
  program.terminate(false);
  const force = setTimeout(() => {
    program.terminate(true);
  }, terminationMs);
  void program.exited.then(() => {
    clearTimeout(force);
  });
}

/** Settles after so long, without keeping the process alive. */
export function delay(ms: number): Promise<void> {
  return new Promise((settle) => {
    setTimeout(settle, ms).unref();
  });
}
