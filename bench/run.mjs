/**
 * What the profiler costs: `npm run bench -- [--rounds N] [--only NAME,…] [--node PATH] [--json]`.
 *
 * Each program runs plainly and under the profiler by turns, so that whatever else the machine does falls on both alike; a ratio is the
 * median of those of the rounds. Two ratios: of the program's own work, as it measures it itself, and of everything, from the start of the first process to
 * the end of the last, the command line's start and the reading of the figures at the end included.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { chosenNames, progress } from './commandLine.mjs';
import { inProject } from '../scripts/paths.mjs';
import { run } from '../scripts/processes.mjs';
import { largeSource } from './largeFile.mjs';
import { median, runPlain, runProfiled } from './measure.mjs';
import { formatReport } from './report.mjs';
import { canMeasureResidentMemory, peakResidentMemory } from './residentMemory.mjs';

const programsFolder = inProject('bench', 'programs');
/** Not a program: a text that two of them share. */
const sharedModules = ['markdownText'];
const largeFileLineCount = 20_000;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds has to be a whole number above 0, not '${options.rounds}'`);

const results = await bench(path.resolve(options.node), chooseNames(options.only), rounds);
process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : formatReport(results));
if (results.programs.some(({ problem }) => problem !== undefined)) process.exitCode = 1;

/** @param {string | undefined} only */
function chooseNames(only) {
  const all = fs.readdirSync(programsFolder).map((name) => path.basename(name, '.mjs'));
  const names = all.filter((name) => !sharedModules.includes(name)).sort();
  return chosenNames('program', only, names);
}

/**
 * @param {string} node
 * @param {readonly string[]} names
 * @param {number} roundCount
 * @returns {Promise<import('./report.mjs').BenchResults>}
 */
async function bench(node, names, roundCount) {
  const version = (await run(node, ['--version'], { output: 'capture' })).output.trim();
  const [loadBefore = NaN] = os.loadavg();
  const programs = [];
  for (const name of names) {
    progress(name);
    programs.push(await benchProgram(node, name, roundCount));
  }
  progress('start-up');
  const startUp = await benchStartUp(node, roundCount);
  progress(`a file of ${largeFileLineCount} lines`);
  const largeFile = await benchLargeFile(node, Math.min(roundCount, 3), startUp.agentMs);
  progress(undefined);
  return {
    node: version,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    coreCount: os.cpus().length,
    loadBefore,
    rounds: roundCount,
    programs,
    startUp,
    largeFile,
  };
}

/**
 * @param {string} node
 * @param {string} name
 * @param {number} roundCount
 * @returns {Promise<import('./report.mjs').ProgramResult>}
 */
async function benchProgram(node, name, roundCount) {
  const file = path.join(programsFolder, `${name}.mjs`);
  /** @type {import('./measure.mjs').Measurement[]} */
  const plain = [];
  /** @type {import('./measure.mjs').Measurement[]} */
  const profiled = [];
  try {
    for (let round = 0; round < roundCount; round++) {
      // Who goes first changes, so that neither always meets the caches as the other left them.
      if (round % 2 === 0) plain.push(await runPlain(node, file));
      profiled.push(await runProfiled(node, file));
      if (round % 2 === 1) plain.push(await runPlain(node, file));
    }
    const checksums = new Set([...plain, ...profiled].map(({ checksum }) => checksum));
    if (checksums.size !== 1) throw new Error(`the results differ: ${[...checksums].join(' and ')}`);
    return {
      name,
      plainMs: median(plain.map(({ elapsedMs = NaN }) => elapsedMs)),
      profiledMs: median(profiled.map(({ elapsedMs = NaN }) => elapsedMs)),
      plainWallMs: median(plain.map(({ wallMs }) => wallMs)),
      profiledWallMs: median(profiled.map(({ wallMs }) => wallMs)),
      // Of the two runs of each round, which met the machine in much the same state.
      programRatio: median(profiled.map(({ elapsedMs = NaN }, round) => elapsedMs / (plain[round]?.elapsedMs ?? NaN))),
      wallRatio: median(profiled.map(({ wallMs }, round) => wallMs / (plain[round]?.wallMs ?? NaN))),
      ...(await benchMemory(node, file)),
    };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * In a pass of its own: looking at the processes costs time.
 * @param {string} node
 * @param {string} file
 */
async function benchMemory(node, file) {
  if (!canMeasureResidentMemory) return {};
  const plain = await peakResidentMemory(() => runPlain(node, file));
  const profiled = await peakResidentMemory(() => runProfiled(node, file));
  return {
    plainRssBytes: plain.childBytes,
    profiledRssBytes: profiled.grandchildBytes,
    commandLineRssBytes: profiled.childBytes,
  };
}

/**
 * By a program of one line. The agent's start-up is how much later that line runs.
 * @param {string} node
 * @param {number} roundCount
 */
async function benchStartUp(node, roundCount) {
  const file = inProject('bench', 'startUp', 'empty.mjs');
  const plain = [];
  const profiled = [];
  for (let round = 0; round < Math.max(5, roundCount); round++) {
    plain.push(await runPlain(node, file));
    profiled.push(await runProfiled(node, file));
  }
  return {
    agentMs: median(profiled.map(({ firstLineMs = NaN }) => firstLineMs)) - median(plain.map(({ firstLineMs = NaN }) => firstLineMs)),
    emptyRunMs: median(profiled.map(({ wallMs }) => wallMs)) - median(plain.map(({ wallMs }) => wallMs)),
  };
}

/**
 * @param {string} node
 * @param {number} roundCount
 * @param {number} agentMs what the agent takes for any file
 */
async function benchLargeFile(node, roundCount, agentMs) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'memory-lens-bench-'));
  const file = path.join(folder, 'large.mjs');
  try {
    fs.writeFileSync(file, largeSource(programsFolder, largeFileLineCount));
    const instrumentMs = [];
    const laterMs = [];
    for (let round = 0; round < roundCount; round++) {
      // The source is run, not the bundle, whose parts can't be called one by one; so this needs a Node that strips types: our own.
      const { code, output } = await run(process.execPath, [inProject('bench', 'instrumentOnce.mjs'), file], { output: 'capture' });
      if (code !== 0) throw new Error(`instrumentOnce.mjs ended with code ${code}: ${output}`);
      instrumentMs.push(Number(/elapsedMs (.*)/.exec(output)?.[1]));
      const plain = await runPlain(node, file);
      const profiled = await runProfiled(node, file);
      laterMs.push((profiled.firstLineMs ?? NaN) - (plain.firstLineMs ?? NaN) - agentMs);
    }
    return { lineCount: largeFileLineCount, instrumentMs: median(instrumentMs), addedLoadMs: median(laterMs) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
