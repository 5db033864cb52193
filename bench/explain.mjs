/**
 * What explaining the memory of a JavaScript program costs, by the size of its heap: `npm run bench:explain -- [--sizes MIB,…] [--json]`.
 *
 * The same program is profiled with and without it. The memory is the highest of any one process: the program, in which V8 makes the
 * snapshot, or the one that reads it.
 */
import { parseArgs } from 'node:util';
import { progress } from './commandLine.mjs';
import { inProject } from '../scripts/paths.mjs';
import { measure } from './measure.mjs';
import { alignColumns, mebibytes, milliseconds } from './report.mjs';
import { peakResidentMemory } from './residentMemory.mjs';

const { values: options } = parseArgs({
  options: { sizes: { type: 'string', default: '8,32,128' }, json: { type: 'boolean', default: false } },
});

const results = [];
for (const heapMebibytes of options.sizes.split(',').map(Number)) {
  progress(`a heap of ${heapMebibytes} MiB`);
  results.push({ heapMebibytes, plain: await profile(heapMebibytes, []), explained: await profile(heapMebibytes, ['--explain']) });
}
progress(undefined);
process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : `${report().join('\n')}\n`);

/**
 * @param {number} heapMebibytes
 * @param {readonly string[]} more
 */
async function profile(heapMebibytes, more) {
  let wallMs = NaN;
  const command = [
    inProject('dist', 'cli.js'),
    'run',
    '--quiet',
    ...more,
    inProject('bench', 'explain', 'heap.mjs'),
    String(heapMebibytes),
  ];
  const { childBytes, grandchildBytes } = await peakResidentMemory(async () => {
    ({ wallMs } = await measure(process.execPath, command, { timeoutMs: 600_000 }));
  });
  return { wallMs, commandLineBytes: childBytes, mostBytes: grandchildBytes };
}

function report() {
  return alignColumns([
    ['heap', 'run', 'explained', 'memory', 'explained', 'command line'],
    ...results.map(({ heapMebibytes, plain, explained }) => [
      `${heapMebibytes} MiB`,
      milliseconds(plain.wallMs),
      milliseconds(explained.wallMs),
      mebibytes(plain.mostBytes),
      mebibytes(explained.mostBytes),
      mebibytes(explained.commandLineBytes),
    ]),
  ]);
}
