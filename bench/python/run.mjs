/**
 * What profiling Python costs: `npm run bench:python -- [--rounds N] [--only NAME,…] [--tools NAME,…] [--python PATH] [--clock cpu|wall]
 * [--skip-memory] [--json]`.
 *
 * In each round every tool runs the program once, one after the other, so that whatever else the machine does falls on all alike; a ratio
 * is the median of those of the rounds. The program measures its own work, by the clock on the wall and by its process's processor time.
 * On a machine that does other things too, the latter is the one to look at.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { chosenNames, progress } from '../commandLine.mjs';
import { ensureDebianPackages } from '../../scripts/debianPackages.mjs';
import { inProject } from '../../scripts/paths.mjs';
import { run } from '../../scripts/processes.mjs';
import { measure, median } from '../measure.mjs';
import { canMeasureResidentMemory, peakResidentMemory } from '../residentMemory.mjs';
import { formatReport } from './report.mjs';
import { missingTools, plain, tools } from './tools.mjs';

const programsFolder = inProject('bench', 'python', 'programs');
/** Not a program: what they all share. */
const sharedModule = 'program';
const startUpRounds = 9;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    tools: { type: 'string' },
    // Debian's: its packages hold the tools to compare with.
    python: { type: 'string', default: '/usr/bin/python3' },
    clock: { type: 'string', default: 'wall' },
    // Two to three runs of each program fewer.
    'skip-memory': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds has to be a whole number above 0, not '${options.rounds}'`);
if (options.clock !== 'wall' && options.clock !== 'cpu') throw new Error(`--clock has to be 'wall' or 'cpu', not '${options.clock}'`);
/** Of the two clocks, which makes the ratios. */
const clock = /** @type {const} */ ({ wall: 'elapsedMs', cpu: 'cpuMs' })[options.clock];

// No folder of compiled modules is to be left among the programs, and each run is to meet the same.
process.env['PYTHONDONTWRITEBYTECODE'] = '1';
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-bench-'));
try {
  const results = await bench(options.python, chosenNames('program', options.only, programNames()), chosenTools());
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : formatReport(results));
  if (results.programs.some(({ figures }) => figures.some(({ own, problem }) => own && problem !== undefined))) process.exitCode = 1;
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

function programNames() {
  const all = fs.readdirSync(programsFolder).flatMap((name) => (name.endsWith('.py') ? [path.basename(name, '.py')] : []));
  return all.filter((name) => name !== sharedModule).sort();
}

function chosenTools() {
  const names = chosenNames(
    'tool',
    options.tools,
    tools.map(({ name }) => name),
  );
  return tools.filter(({ name }) => names.includes(name));
}

/**
 * @param {string} python
 * @param {readonly string[]} names
 * @param {readonly import('./tools.mjs').Tool[]} wanted
 * @returns {Promise<import('./report.mjs').BenchResults>}
 */
async function bench(python, names, wanted) {
  const version = await run(python, ['--version'], { output: 'capture' });
  if (version.code !== 0) throw new Error(`${python} can't be run: ${version.output}`);
  const [loadBefore = NaN] = os.loadavg();
  const missing = await missingTools(wanted);
  const numpyProblem = await ensureDebianPackages(['python3-numpy']);
  if (numpyProblem !== undefined) missing.set('NumPy', numpyProblem);
  const usable = wanted.filter(({ name }) => !missing.has(name));
  for (const { name, prepare } of usable) {
    if (prepare === undefined) continue;
    fs.mkdirSync(path.join(scratch, name));
    prepare(programsFolder, path.join(scratch, name));
  }
  const programs = [];
  for (const name of names) {
    progress(name);
    programs.push(await benchProgram(python, name, usable));
  }
  progress('start-up');
  const startUp = await benchStartUp(python, usable);
  progress(undefined);
  return {
    python: version.output.trim(),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    coreCount: os.cpus().length,
    loadBefore,
    rounds,
    clock: options.clock === 'cpu' ? 'cpu' : 'wall',
    tools: usable.map(({ name, title, own, size }) => ({ name, title, own, size })),
    missing: [...missing].map(([name, reason]) => ({ name, reason })),
    programs,
    startUp,
  };
}

/**
 * @param {string} python
 * @param {string} name
 * @param {readonly import('./tools.mjs').Tool[]} wanted
 * @returns {Promise<import('./report.mjs').ProgramResult>}
 */
async function benchProgram(python, name, wanted) {
  /** @type {Map<number, import('../measure.mjs').Measurement[]>} */
  const plainBySize = new Map();
  const taken = wanted.map((tool) => ({ tool, measurements: /** @type {import('../measure.mjs').Measurement[]} */ ([]), problem: '' }));
  for (let round = 0; round < rounds; round++) {
    for (const size of new Set([1, ...wanted.map((tool) => tool.size)])) {
      plainBySize.set(size, [...(plainBySize.get(size) ?? []), await runTool(plain, python, name, size)]);
    }
    for (const entry of taken.filter(({ problem }) => problem === '')) {
      progress(`${name}, ${entry.tool.title}, round ${round + 1} of ${rounds}`);
      try {
        const measurement = await runTool(entry.tool, python, name, entry.tool.size);
        const expected = plainBySize.get(entry.tool.size)?.[0]?.checksum;
        if (measurement.checksum !== expected) throw new Error(`the results differ: ${measurement.checksum} and ${expected}`);
        entry.measurements.push(measurement);
      } catch (error) {
        entry.problem = error instanceof Error ? error.message : String(error);
      }
    }
  }
  const plainMeasurements = plainBySize.get(1) ?? [];
  return {
    name,
    plainMs: median(plainMeasurements.map((measurement) => measurement[clock] ?? NaN)),
    figures: taken.map(({ tool, measurements, problem }) => {
      if (problem !== '') return { name: tool.name, own: tool.own, problem };
      const beside = plainBySize.get(tool.size) ?? [];
      return { name: tool.name, own: tool.own, ...ratios(measurements, beside) };
    }),
    ...(await benchMemory(
      python,
      name,
      taken.flatMap(({ tool, problem }) => (problem === '' ? [tool] : [])),
    )),
  };
}

/**
 * Of the two runs of each round, which met the machine in much the same state.
 * @param {readonly import('../measure.mjs').Measurement[]} measurements
 * @param {readonly import('../measure.mjs').Measurement[]} beside
 */
function ratios(measurements, beside) {
  /** @param {'elapsedMs' | 'cpuMs' | 'wallMs'} figure */
  const ratio = (figure) =>
    median(measurements.map((measurement, round) => (measurement[figure] ?? NaN) / (beside[round]?.[figure] ?? NaN)));
  return { ratio: ratio(clock), wallRatio: ratio('wallMs') };
}

/**
 * In a pass of its own: looking at the processes costs time.
 * @param {string} python
 * @param {string} name
 * @param {readonly import('./tools.mjs').Tool[]} wanted
 */
async function benchMemory(python, name, wanted) {
  if (!canMeasureResidentMemory || options['skip-memory']) return {};
  const plainRssBytes = (await peakResidentMemory(() => runTool(plain, python, name, 1))).childBytes;
  /** @type {Record<string, number>} */
  const addedRssBytes = {};
  for (const tool of wanted.filter(({ own, size }) => own && size === 1)) {
    const { grandchildBytes } = await peakResidentMemory(() => runTool(tool, python, name, 1));
    addedRssBytes[tool.name] = grandchildBytes - plainRssBytes;
  }
  return { plainRssBytes, addedRssBytes };
}

/**
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} python
 * @param {string} name
 * @param {number} size
 */
function runTool(tool, python, name, size) {
  const folder = tool.prepare === undefined ? programsFolder : path.join(scratch, tool.name);
  return runFile(tool, python, path.join(folder, `${name}.py`), size === 1 ? [] : [String(size)]);
}

/**
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} python
 * @param {string} file
 * @param {readonly string[]} args
 */
function runFile(tool, python, file, args) {
  const command = tool.command(python, file, args);
  return measure(command.executable, command.args, { cwd: command.cwd ?? programsFolder, timeoutMs: 300_000 });
}

/**
 * How much later the first line of an empty script runs, and how much longer all of it takes.
 * @param {string} python
 * @param {readonly import('./tools.mjs').Tool[]} wanted
 * @returns {Promise<import('./report.mjs').StartUp[]>}
 */
async function benchStartUp(python, wanted) {
  if (process.platform !== 'linux') return [];
  const file = inProject('bench', 'python', 'startUp', 'empty.py');
  const results = [];
  for (const tool of wanted.filter(({ own, size }) => own && size === 1)) {
    try {
      results.push({ name: tool.name, ...(await startUpOf(tool, python, file)) });
    } catch (error) {
      results.push({ name: tool.name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}

/**
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} python
 * @param {string} file
 */
async function startUpOf(tool, python, file) {
  const differences = [];
  for (let round = 0; round < startUpRounds; round++) {
    const before = await runFile(plain, python, file, []);
    const after = await runFile(tool, python, file, []);
    differences.push({
      firstLineMs: (after.firstLineMs ?? NaN) - (before.firstLineMs ?? NaN),
      firstLineCpuMs: (after.firstLineCpuMs ?? NaN) - (before.firstLineCpuMs ?? NaN),
      emptyRunMs: after.wallMs - before.wallMs,
    });
  }
  return {
    firstLineMs: median(differences.map(({ firstLineMs }) => firstLineMs)),
    firstLineCpuMs: median(differences.map(({ firstLineCpuMs }) => firstLineCpuMs)),
    emptyRunMs: median(differences.map(({ emptyRunMs }) => emptyRunMs)),
  };
}
