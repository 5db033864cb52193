/**
 * What profiling cost the program. Getting ready is measured; what recording and counting took can't be told apart from the program while it
 * runs without costing more, so it is reckoned from how much was recorded and counted.
 */

import type { FileProfile } from '../../core/profile.ts';
import type { PythonRecording } from './recording.ts';
import type { Tables } from './tablesFile.ts';

/** Nanoseconds each, as measured on the recorder's bench programs; src/native/recording.c goes by the first two to keep its cost bounded. */
const exactEventNs = 28;
const sampleNs = 180;
const executionNs = 40;

/** From the probe's first line to the program's first: it would have run so much earlier. */
export function startupMs({ hello, start, helloAtEpochMs }: PythonRecording): number | undefined {
  if (hello === undefined || start === undefined) return undefined;
  return hello.startupMs + Math.max(0, start.startedAtEpochMs - helloAtEpochMs);
}

/** undefined: not known. The fallback measures its own. */
export function profilerCpuMs(recording: PythonRecording, tables: Tables | undefined, files: readonly FileProfile[]): number | undefined {
  const readyMs = startupMs(recording);
  if (readyMs === undefined) return undefined;
  if (tables === undefined) return recording.fallback === undefined ? undefined : readyMs + recording.fallback.ownCpuMs;
  const { eventCount, sampleCount } = tables.header;
  // A sample is an event when it is taken, and mostly another one when it is freed.
  const exactEvents = Math.max(0, eventCount - 2 * sampleCount);
  const executions = files.reduce((all, { lines }) => all + lines.reduce((sum, line) => sum + (line.executionCount ?? 0), 0), 0);
  return readyMs + (exactEvents * exactEventNs + sampleCount * sampleNs + executions * executionNs) / 1e6;
}
