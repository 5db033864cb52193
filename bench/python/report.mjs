/**
 * The measurements as a table, with the bars that they are held against.
 */
import { median } from '../measure.mjs';
import { alignColumns, judged, mebibytes, milliseconds, times } from '../report.mjs';

/**
 * @typedef {object} Figure
 * @property {string} name of the tool
 * @property {boolean} own
 * @property {string} [problem] why there are no figures
 * @property {number} [ratio] of the program's own work
 * @property {number} [wallRatio] of all processes from start to end
 *
 * @typedef {object} ProgramResult
 * @property {string} name
 * @property {number} plainMs
 * @property {readonly Figure[]} figures
 * @property {number} [plainRssBytes]
 * @property {Record<string, number>} [addedRssBytes] by the tool's name
 *
 * @typedef {object} StartUp
 * @property {string} name of the tool
 * @property {string} [problem] why there are no figures
 * @property {number} [firstLineMs] how much later the first line runs
 * @property {number} [firstLineCpuMs] the same in processor time
 * @property {number} [emptyRunMs] how much longer an empty program takes from the start of the first process to the end of the last
 *
 * @typedef {object} BenchResults
 * @property {string} python
 * @property {string} cpu
 * @property {number} coreCount
 * @property {number} loadBefore how many processes wanted to run in the minute before
 * @property {number} rounds
 * @property {'wall' | 'cpu'} clock
 * @property {readonly { name: string, title: string, own: boolean, size: number }[]} tools
 * @property {readonly { name: string, reason: string }[]} missing
 * @property {readonly ProgramResult[]} programs
 * @property {readonly StartUp[]} startUp
 */

const bars = { default: { median: 1.2, worst: 1.6 }, exact: { median: 1.9 }, startUpMs: 150 };

/**
 * @param {BenchResults} results
 * @returns {string}
 */
export function formatReport(results) {
  const { tools, programs } = results;
  const clock = results.clock === 'cpu' ? "the process's own processor time" : 'the clock on the wall';
  const rows = [
    ['program', 'plain', ...tools.map(({ title }) => title), 'RSS', 'RSS added'],
    ...programs.map((program) => [
      program.name,
      milliseconds(program.plainMs),
      ...program.figures.map(({ ratio, problem }) => (problem === undefined ? times(ratio ?? NaN) : 'failed')),
      program.plainRssBytes === undefined ? '' : mebibytes(program.plainRssBytes),
      program.addedRssBytes?.['default'] === undefined ? '' : mebibytes(program.addedRssBytes['default']),
    ]),
    ['median', '', ...tools.map(({ name }) => times(median(ratiosOf(programs, name))))],
    ['worst', '', ...tools.map(({ name }) => times(Math.max(...ratiosOf(programs, name))))],
  ];
  const lines = [
    `${results.python} on ${results.coreCount} cores of ${results.cpu}, load before ${results.loadBefore.toFixed(1)}, ${results.rounds} rounds, medians, by ${clock}.`,
    'A ratio is of the program’s own work, to the same work without a profiler.',
    ...tools.filter(({ size }) => size !== 1).map(({ title, size }) => `${title} is measured on ${size * 100} % of the work.`),
    '',
    ...alignColumns(rows),
    '',
    ...formatBars(results),
    ...formatProblems(results),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param {BenchResults} results */
function formatBars({ tools, programs, startUp }) {
  const lines = [];
  const has = (/** @type {string} */ wanted) => tools.some(({ name }) => name === wanted) && ratiosOf(programs, wanted).length > 0;
  if (has('default')) {
    const ratios = ratiosOf(programs, 'default');
    lines.push(judged('default, median', median(ratios), bars.default.median, times));
    lines.push(judged('default, worst', Math.max(...ratios), bars.default.worst, times));
    const wallRatios = programs.flatMap(({ figures }) => figures.find(({ name }) => name === 'default')?.wallRatio ?? []);
    lines.push(`default, whole run: median ${times(median(wallRatios))}, worst ${times(Math.max(...wallRatios))}`);
  }
  if (has('exact')) lines.push(judged('exact, median', median(ratiosOf(programs, 'exact')), bars.exact.median, times));
  for (const { name, problem, firstLineMs = NaN, firstLineCpuMs = NaN, emptyRunMs = NaN } of startUp) {
    if (problem !== undefined) {
      lines.push(`failed: ${name}, start-up: ${problem.trim()}`);
      continue;
    }
    lines.push(judged(`${name}, start-up`, firstLineMs, bars.startUpMs, milliseconds));
    lines.push(
      `${name}, of it processor time: ${milliseconds(firstLineCpuMs)}; an empty program, whole run: ${milliseconds(emptyRunMs)} more`,
    );
  }
  for (const { name } of tools) {
    const added = programs.flatMap(({ addedRssBytes }) => addedRssBytes?.[name] ?? []);
    if (added.length > 0) lines.push(`${name}, RSS added: median ${mebibytes(median(added))}, most ${mebibytes(Math.max(...added))}`);
  }
  return lines;
}

/** @param {BenchResults} results */
function formatProblems({ programs, missing }) {
  return [
    ...missing.map(({ name, reason }) => `not measured: ${name}: ${reason}`),
    ...programs.flatMap((program) =>
      program.figures.flatMap(({ name, problem }) =>
        problem === undefined ? [] : [`failed: ${name}, ${program.name}: ${problem.trim().split('\n').at(-1) ?? ''}`],
      ),
    ),
  ];
}

/**
 * @param {readonly ProgramResult[]} programs
 * @param {string} tool
 * @returns {number[]} may be empty
 */
function ratiosOf(programs, tool) {
  return programs.flatMap(({ figures }) => figures.find(({ name, ratio }) => name === tool && ratio !== undefined)?.ratio ?? []);
}
