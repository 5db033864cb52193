/**
 * Reads how much memory a process has resident, now and at most.
 */

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';

export interface ResidentMemory {
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** undefined: it has ended, or this platform doesn't say. */
export type ResidentMemoryReader = () => ResidentMemory | undefined;

/** How often `ps` is asked: each time costs a process. */
const askPeriodMs = 250;

export function createResidentMemoryReader(pid: number): ResidentMemoryReader {
  if (fs.existsSync('/proc/self/status')) return () => readStatus(pid);
  // Windows has no such command; there the timeline has no resident memory.
  return process.platform === 'win32' ? () => undefined : createAsker(pid);
}

/** Linux keeps the high-water mark itself, so that none is missed between two readings. */
function readStatus(pid: number): ResidentMemory | undefined {
  let text: string;
  try {
    text = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined; // It has ended.
  }
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const rssBytes = kibibytes('VmRSS') * 1024;
  // A process that has ended and was not yet waited for has neither.
  return rssBytes === 0 ? undefined : { rssBytes, peakRssBytes: kibibytes('VmHWM') * 1024 };
}

/** macOS and others: what `ps` said last. */
function createAsker(pid: number): ResidentMemoryReader {
  let last: ResidentMemory | undefined;
  let askedAtMs = -Infinity;
  return () => {
    if (performance.now() - askedAtMs < askPeriodMs) return last;
    askedAtMs = performance.now();
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (error, stdout) => {
      const rssBytes = Number(stdout.trim()) * 1024;
      if (error === null && rssBytes > 0) last = { rssBytes, peakRssBytes: Math.max(rssBytes, last?.peakRssBytes ?? 0) };
    });
    return last;
  };
}
