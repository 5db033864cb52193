/**
 * Signals that reach the command line while a program runs: it must outlive the program to print its profile, and leave none behind.
 */

import { isatty } from 'node:tty';
import type { StartedProgram } from '../engines/launchChildProcess.ts';

/** A signal to the whole process group reaches the program by itself: most have ended by then and don't get it twice. */
const passOnDelayMs = 100;

export interface SignalTargets {
  /** Stop: the engine ends the program and gives the profile so far. */
  readonly stop: () => void;
  /** The program, once it has started. */
  readonly program: () => StartedProgram | undefined;
}

/**
 * Until disposed: Ctrl+C (SIGINT) is the program's own affair, which may handle it: a terminal sends it to the program as well, and where
 * there is no terminal it is passed on. The second one stops the program, the third kills it. SIGTERM and SIGHUP stop the program at
 * once, a second one kills it. Should this process end early, the program is killed.
 */
export function handleSignals(targets: SignalTargets): { dispose(): void } {
  let interruptCount = 0;
  let stopCount = 0;
  const stop = (): void => {
    if (stopCount++ === 0) targets.stop();
    else targets.program()?.terminate(true);
  };
  const interrupt = (): void => {
    if (interruptCount++ > 0) stop();
    else if (!hasTerminal()) setTimeout(() => targets.program()?.sendSignal('SIGINT'), passOnDelayMs).unref();
  };
  const kill = (): void => targets.program()?.terminate(true);
  const listeners = { SIGINT: interrupt, SIGTERM: stop, SIGHUP: stop } as const;
  const entries = Object.entries(listeners) as [keyof typeof listeners, () => void][];
  for (const [signal, listener] of entries) process.on(signal, listener);
  process.once('exit', kill);
  return {
    dispose() {
      for (const [signal, listener] of entries) process.off(signal, listener);
      process.off('exit', kill);
    },
  };
}

function hasTerminal(): boolean {
  return isatty(0) || isatty(1) || isatty(2);
}
