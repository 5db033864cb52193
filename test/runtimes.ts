/**
 * The Node versions that tests run programs on: those that scripts/runtimes.mjs has fetched.
 */
import { existsSync } from 'node:fs';
import { coveredMajors, runtimeExecutable } from '../scripts/runtimes.mjs';

/** A Node that is there and runs. */
export interface TestRuntime {
  readonly major: number;
  /** Absolute path. */
  readonly executable: string;
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
