/**
 * The Node versions that tests run programs on, those that scripts/runtimes.mjs has fetched, and the Pythons that are on this machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPythons, pyenvPythonOf } from '../scripts/pythons.mjs';
import { coveredMajors, runtimeExecutable } from '../scripts/runtimes.mjs';

/** A Node that is there and runs. */
export interface TestRuntime {
  readonly major: number;
  /** Absolute path. */
  readonly executable: string;
}

/** A Python that is there. */
export interface TestPython {
  /** 8 of 3.8. */
  readonly minor: number;
  readonly executable: string;
  /** 'Python 3.8', 'the system's Python 3.11'. */
  readonly name: string;
}

/** Every covered Python that is on this machine, oldest first; `npm test` reports the others as not covered. */
export function testPythons(): readonly TestPython[] {
  return findPythons();
}

/** Of these, the ones that have NumPy. */
export function numpyPythons(): readonly TestPython[] {
  return testPythons().filter(({ executable }) => {
    try {
      execFileSync(executable, ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      return false; // It has none.
    }
  });
}

/** A Python that is too old to be profiled, if there is one. */
export function oldPython(major: number, minor: number): string | undefined {
  return pyenvPythonOf(major, minor);
}

/** Every covered Node that is on this machine, oldest first. */
export function testRuntimes(): TestRuntime[] {
  // The script moves a Node to its place only after it ran, so that it is there is enough.
  return allRuntimes().filter(({ executable }) => existsSync(executable));
}

/** The covered major versions that are not on this machine; `npm test` reports them as not covered. */
export function missingRuntimes(): number[] {
  return allRuntimes()
    .filter(({ executable }) => !existsSync(executable))
    .map(({ major }) => major);
}

/**
 * The Node of one major version.
 * @throws Error when it is not on this machine
 */
export function testRuntime(major: number): TestRuntime {
  const found = testRuntimes().find((runtime) => runtime.major === major);
  if (found === undefined) throw new Error(`Node ${major} is not in .runtimes; fetch it with: npm run runtimes`);
  return found;
}

function allRuntimes(): TestRuntime[] {
  return coveredMajors.map((major) => ({ major, executable: runtimeExecutable(major) }));
}
