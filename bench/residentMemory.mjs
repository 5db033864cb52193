/**
 * The highest resident memory of the processes that this one has started, read from /proc while they run (Linux only).
 */
import * as fs from 'node:fs';

const intervalMs = 15;

/**
 * @typedef {object} PeakResidentMemory
 * @property {number} childBytes the highest of our own children: the plain program, or the command line
 * @property {number} grandchildBytes the highest of theirs: the program under the profiler; 0 where there is none
 */

export const canMeasureResidentMemory = process.platform === 'linux';

/**
 * Watches while the work goes on. The kernel keeps each process's high-water mark, so only what a process takes in its last
 * milliseconds can be missed.
 * @param {() => Promise<unknown>} work
 * @returns {Promise<PeakResidentMemory>}
 */
export async function peakResidentMemory(work) {
  const peak = { childBytes: 0, grandchildBytes: 0 };
  const timer = setInterval(() => {
    for (const child of childrenOf(process.pid)) {
      peak.childBytes = Math.max(peak.childBytes, highWaterMarkBytes(child));
      for (const grandchild of childrenOf(child)) peak.grandchildBytes = Math.max(peak.grandchildBytes, highWaterMarkBytes(grandchild));
    }
  }, intervalMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

/**
 * @param {number} pid
 * @returns {number[]} also those that another thread than the main one has started
 */
function childrenOf(pid) {
  return readLines(`/proc/${pid}/task`, (folder) =>
    fs.readdirSync(folder).flatMap((thread) => fs.readFileSync(`${folder}/${thread}/children`, 'utf8').split(' ')),
  )
    .filter((text) => text !== '')
    .map(Number);
}

/** @param {number} pid */
function highWaterMarkBytes(pid) {
  const lines = readLines(`/proc/${pid}/status`, (file) => fs.readFileSync(file, 'utf8').split('\n'));
  const kibibytes = lines.map((line) => /^VmHWM:\s+(\d+) kB/.exec(line)?.[1]).find((found) => found !== undefined);
  return Number(kibibytes ?? 0) * 1024;
}

/**
 * @param {string} path
 * @param {(path: string) => string[]} read
 * @returns {string[]}
 */
function readLines(path, read) {
  try {
    return read(path);
  } catch {
    return []; // The process or thread ended between two looks.
  }
}
