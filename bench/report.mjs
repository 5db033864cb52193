/**
 * The measurements as a table, with the bars that they are held against.
 */
import { median } from './measure.mjs';

/**
 * @typedef {object} ProgramResult
 * @property {string} name
 * @property {string} [problem] why there are no figures
 * @property {number} [plainMs] the program's own work, median
 * @property {number} [profiledMs]
 * @property {number} [plainWallMs] whole processes, median
 * @property {number} [profiledWallMs]
 * @property {number} [programRatio]
 * @property {number} [wallRatio]
 * @property {number} [plainRssBytes] high-water mark
 * @property {number} [profiledRssBytes]
 * @property {number} [commandLineRssBytes] of the process that receives and shows the figures
 *
 * @typedef {object} BenchResults
 * @property {string} node
 * @property {string} cpu
 * @property {number} coreCount
 * @property {number} loadBefore how many processes wanted to run in the minute before: above 0.5 or so, the figures are rough
 * @property {number} rounds
 * @property {readonly ProgramResult[]} programs
 * @property {{ agentMs: number, emptyRunMs: number }} startUp
 * @property {{ lineCount: number, instrumentMs: number, addedLoadMs: number }} largeFile
 */

const MiB = 1024 * 1024;
const bars = { medianRatio: 1.5, worstRatio: 3, agentMs: 150, instrumentMs: 1000 };

/**
 * @param {BenchResults} results
 * @returns {string}
 */
export function formatReport(results) {
  const measured = results.programs.filter(({ problem }) => problem === undefined);
  const rows = [['program', 'plain', 'profiled', 'ratio', 'whole run', 'RSS', 'RSS added'], ...results.programs.map(formatProgram)];
  const lines = [
    `Node ${results.node} on ${results.coreCount} cores of ${results.cpu}, load before ${results.loadBefore.toFixed(1)}, ${results.rounds} rounds, medians.`,
    `Ratio: the program's own work; whole run: all processes from start to end.`,
    '',
    ...alignColumns(rows),
    '',
  ];
  if (measured.length > 0) {
    const ratios = measured.map(({ programRatio = NaN }) => programRatio);
    const wallRatios = measured.map(({ wallRatio = NaN }) => wallRatio);
    const added = measured.flatMap(({ plainRssBytes, profiledRssBytes }) =>
      plainRssBytes === undefined || profiledRssBytes === undefined ? [] : [profiledRssBytes - plainRssBytes],
    );
    lines.push(
      judged('median ratio', median(ratios), bars.medianRatio, times),
      judged('worst ratio', Math.max(...ratios), bars.worstRatio, times),
      `whole run: median ${times(median(wallRatios))}, worst ${times(Math.max(...wallRatios))}`,
    );
    if (added.length > 0) lines.push(`RSS added to the program: median ${mebibytes(median(added))}, most ${mebibytes(Math.max(...added))}`);
  }
  lines.push(
    judged('agent start-up', results.startUp.agentMs, bars.agentMs, milliseconds),
    `an empty program, whole run: ${milliseconds(results.startUp.emptyRunMs)} more`,
    judged(`instrumenting ${results.largeFile.lineCount} lines`, results.largeFile.instrumentMs, bars.instrumentMs, milliseconds),
    `loading them in a program: ${milliseconds(results.largeFile.addedLoadMs)} more`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * @param {ProgramResult} result
 * @returns {string[]}
 */
function formatProgram(result) {
  if (result.problem !== undefined) return [result.name, result.problem.split('\n')[0] ?? ''];
  const { plainMs = NaN, profiledMs = NaN, programRatio = NaN, wallRatio = NaN, plainRssBytes, profiledRssBytes } = result;
  return [
    result.name,
    milliseconds(plainMs),
    milliseconds(profiledMs),
    times(programRatio),
    times(wallRatio),
    plainRssBytes === undefined ? '' : mebibytes(plainRssBytes),
    plainRssBytes === undefined || profiledRssBytes === undefined ? '' : mebibytes(profiledRssBytes - plainRssBytes),
  ];
}

/**
 * @param {string} name
 * @param {number} value
 * @param {number} limit
 * @param {(value: number) => string} format
 */
export function judged(name, value, limit, format) {
  return `${name}: ${format(value)} (at most ${format(limit)}: ${value <= limit ? 'kept' : 'broken'})`;
}

/** @param {readonly (readonly string[])[]} rows a short row's last cell may be as long as it likes */
export function alignColumns(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.filter((row) => row.length > 2).map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** @param {number} ratio */
export function times(ratio) {
  return `${ratio.toFixed(2)}x`;
}

/** @param {number} durationMs */
export function milliseconds(durationMs) {
  return `${Math.round(durationMs)} ms`;
}

/** @param {number} bytes */
export function mebibytes(bytes) {
  return `${(bytes / MiB).toFixed(1)} MiB`;
}
