/**
 * How near each profiler comes to known truths: `npm run bench:accuracy -- [--python PATH]`.
 *
 * bench/python/accuracy/known_lines.py says what each of its lines allocates and what it adds to the memory in use. A tool is held against
 * the truth of what its figure means: ours and memory_profiler's increment against what a line added, Scalene's against what it
 * allocated, tracemalloc's against what it has alive at the end.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { inProject } from '../../scripts/paths.mjs';
import { run } from '../../scripts/processes.mjs';
import { median } from '../measure.mjs';
import { alignColumns, mebibytes } from '../report.mjs';
import { commandLine, decorateFunctions, missingTools, tools } from './tools.mjs';

/**
 * @typedef {object} Truth
 * @property {string} name
 * @property {number} line
 * @property {number} netBytes
 * @property {number} allocatedBytes NaN where it is not known
 *
 * @typedef {object} Measured
 * @property {string} title
 * @property {'netBytes' | 'allocatedBytes' | 'liveBytes'} meaning
 * @property {Map<string, number>} bytes by the names of the lines
 * @property {string} [problem]
 */

const mebibyte = 1024 * 1024;
const folder = inProject('bench', 'python', 'accuracy');
const program = path.join(folder, 'known_lines.py');
const { values: options } = parseArgs({ options: { python: { type: 'string', default: '/usr/bin/python3' } } });
const python = options.python;

process.env['PYTHONDONTWRITEBYTECODE'] = '1';
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-bench-'));
try {
  const names = namesOfLines(fs.readFileSync(program, 'utf8'));
  const truths = readTruths(await output(python, [program]), names);
  const missing = await missingTools(tools);
  /** @type {Measured[]} */
  const measured = [
    ...(await ownFigures('exact', ['--exact'], names)),
    ...(await ownFigures('default', [], names)),
    await measure('memory_profiler', 'netBytes', missing.get('memory_profiler'), memoryProfilerFigures),
    await measure('Scalene', 'allocatedBytes', missing.get('scalene'), () => scaleneFigures(names)),
    await measure('tracemalloc', 'liveBytes', undefined, () => tracemallocFigures(names)),
  ];
  process.stdout.write(formatAccuracy(truths, measured));
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

/**
 * @param {string} source
 * @returns {Map<number, string>} by line, from 1
 */
function namesOfLines(source) {
  return new Map(
    source.split('\n').flatMap((text, index) => {
      const name = /#= (\w+)$/.exec(text)?.[1];
      return name === undefined ? [] : [/** @type {const} */ ([index + 1, name])];
    }),
  );
}

/**
 * @param {string} text
 * @param {Map<number, string>} names
 * @returns {Truth[]}
 */
function readTruths(text, names) {
  return [...names].map(([line, name]) => {
    const [, net, allocated] = new RegExp(`^truth ${name} (\\S+) (\\S+)$`, 'm').exec(text) ?? [];
    if (net === undefined) throw new Error(`the program says no truth of ${name}`);
    return { name, line, netBytes: Number(net), allocatedBytes: allocated === 'none' ? NaN : Number(allocated) };
  });
}

/**
 * @param {string} executable
 * @param {readonly string[]} args
 */
async function output(executable, args) {
  const result = await run(executable, args, { cwd: folder, output: 'capture', timeoutMs: 600_000 });
  if (result.code !== 0) throw new Error(`ended with code ${result.code}: ${result.output.trim().split('\n').at(-1)}`);
  return result.output;
}

/**
 * @param {string} title
 * @param {Measured['meaning']} meaning
 * @param {string | undefined} missing
 * @param {() => Promise<Map<string, number>>} figures
 * @returns {Promise<Measured>}
 */
async function measure(title, meaning, missing, figures) {
  try {
    if (missing !== undefined) throw new Error(missing);
    return { title, meaning, bytes: await figures() };
  } catch (error) {
    return { title, meaning, bytes: new Map(), problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * @param {string} title
 * @param {readonly string[]} ownOptions
 * @param {Map<number, string>} names
 */
async function ownFigures(title, ownOptions, names) {
  const file = path.join(scratch, `${title}.json`);
  await output(process.execPath, [commandLine, 'run', '--quiet', '--json', file, '--python', python, ...ownOptions, program]);
  /** @type {import('../../src/core/profile.ts').MemoryProfile} */
  const profile = JSON.parse(fs.readFileSync(file, 'utf8'));
  const lines = profile.files.find(({ path: name }) => name.endsWith('/known_lines.py'))?.lines ?? [];
  return /** @type {const} */ (['netBytes', 'allocatedBytes']).map((meaning) => ({
    title: `${title} (${profile.engine.precision})`,
    meaning,
    bytes: new Map(lines.map((line) => [names.get(line.line) ?? '', line[meaning] ?? NaN])),
  }));
}

/** The lines of its table carry their source, hence their names. */
async function memoryProfilerFigures() {
  const copies = path.join(scratch, 'decorated');
  fs.mkdirSync(copies);
  decorateFunctions(folder, copies);
  const table = await output(python, ['-m', 'memory_profiler', path.join(copies, 'known_lines.py')]);
  const rows = table.matchAll(/^ *\d+ +[\d.]+ MiB +(-?[\d.]+) MiB +\d+ .*#= (\w+)$/gm);
  return new Map([...rows].map(([, increment, name]) => [name ?? '', Number(increment) * mebibyte]));
}

/** @param {Map<number, string>} names */
async function scaleneFigures(names) {
  const file = path.join(scratch, 'scalene.json');
  await output(python, ['-m', 'scalene', '--json', '--outfile', file, 'known_lines.py']);
  /** @type {{ files: Record<string, { lines: { lineno: number, n_malloc_mb: number }[] }> }} */
  const { files } = JSON.parse(fs.readFileSync(file, 'utf8'));
  const lines = Object.values(files).flatMap((entry) => entry.lines);
  return new Map(
    lines.flatMap(({ lineno, n_malloc_mb: mebibytesAllocated }) =>
      mebibytesAllocated > 0 ? [[names.get(lineno) ?? '', mebibytesAllocated * mebibyte]] : [],
    ),
  );
}

/** @param {Map<number, string>} names */
async function tracemallocFigures(names) {
  const text = await output(python, [path.join(folder, 'with_tracemalloc.py'), program]);
  return new Map([...text.matchAll(/^line (\d+) (\d+)$/gm)].map(([, line, bytes]) => [names.get(Number(line)) ?? '', Number(bytes)]));
}

/**
 * @param {readonly Truth[]} truths
 * @param {readonly Measured[]} measured
 */
function formatAccuracy(truths, measured) {
  const titles = { netBytes: 'added', allocatedBytes: 'allocated', liveBytes: 'alive' };
  const rows = [
    ['line', 'added', 'allocated', ...measured.map(({ title, meaning }) => `${title}, ${titles[meaning]}`)],
    ...truths.map((truth) => [
      truth.name,
      mebibytes(truth.netBytes),
      Number.isNaN(truth.allocatedBytes) ? '' : mebibytes(truth.allocatedBytes),
      ...measured.map((tool) => formatError(expectedOf(truth, tool), tool.bytes.get(truth.name))),
    ]),
  ];
  const summaries = measured.map((tool) => {
    const errors = truths.flatMap((truth) => errorRatio(expectedOf(truth, tool), tool.bytes.get(truth.name)) ?? []);
    const known = truths.filter((truth) => Math.abs(expectedOf(truth, tool)) >= mebibyte).length;
    const median_ = errors.length === 0 ? 'none' : percent(median(errors));
    return `${tool.title}, ${titles[tool.meaning]}: ${errors.length} of ${known} lines of 1 MiB and more have a figure; error: median ${median_}, worst ${errors.length === 0 ? 'none' : percent(Math.max(...errors))}${tool.problem === undefined ? '' : ` (${tool.problem})`}`;
  });
  return `${[...alignColumns(rows), '', ...summaries].join('\n')}\n`;
}

/**
 * @param {Truth} truth
 * @param {Measured} tool
 * @returns {number} NaN where it is not known
 */
function expectedOf(truth, { meaning }) {
  if (meaning !== 'liveBytes') return truth[meaning];
  // What was added is alive until it is released, by the line that made it.
  return truth.name === 'numbers' || truth.name === 'release' ? 0 : truth.netBytes;
}

/**
 * @param {number} expected
 * @param {number | undefined} found
 * @returns {number | undefined} undefined for what is not known, not given or less than 1 MiB
 */
function errorRatio(expected, found) {
  if (found === undefined || !(Math.abs(expected) >= mebibyte)) return undefined;
  return Math.abs(found - expected) / Math.abs(expected);
}

/**
 * @param {number} expected
 * @param {number | undefined} found
 */
function formatError(expected, found) {
  if (Number.isNaN(expected)) return '';
  if (found === undefined) return 'none';
  const error = errorRatio(expected, found);
  return error === undefined ? mebibytes(found) : `${mebibytes(found)} (${percent(error)})`;
}

/** @param {number} ratio */
function percent(ratio) {
  return `${(ratio * 100).toFixed(ratio < 0.1 ? 2 : 0)} %`;
}
