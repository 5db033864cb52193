import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'mocha';
import { testRuntimes } from '../../runtimes.ts';
import { instrumented } from './runInstrumented.ts';

/** V8's --max-inlined-bytecode-size and --max-maglev-inlined-bytecode-size are at most this by default. */
const inliningLimitBytes = 460;

describe('a marker', () => {
  for (const { major, executable } of testRuntimes()) {
    it(`has more bytecode than V8 inlines, and a small frame, on Node ${major}`, () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'marker-'));
      try {
        const file = path.join(folder, 'program.cjs');
        const tables = ['$ml_c', '$ml_n', '$ml_t', '$ml_f'].map((name) => `globalThis.${name} = new Uint32Array(9);`).join('');
        const others = 'globalThis.$ml_z = undefined; globalThis.$ml_i = globalThis.$ml_o = () => {};';
        fs.writeFileSync(file, `${tables}${others}${instrumented('[];').code}`);
        const listing = execFileSync(executable, ['--print-bytecode', '--print-bytecode-filter=$ml$1', file], {
          encoding: 'utf8',
          maxBuffer: 1e8,
        });
        const bytecodeBytes = Number(/Bytecode length: (\d+)/.exec(listing)?.[1]);
        const frameBytes = Number(/Frame size (\d+)/.exec(listing)?.[1]);
        assert.ok(bytecodeBytes > inliningLimitBytes, `${bytecodeBytes} bytes`);
        assert.ok(frameBytes < 200, `a frame of ${frameBytes} bytes`);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  }

  it('adds less than a second to the start of a program of 20,000 lines', function () {
    this.timeout(30_000);
    const block = [
      'function build(items, depth) {',
      '  const rows = [];',
      '  let total = 0;',
      '  for (let index = 0; index < items.length; index += 1) {',
      '    const item = items[index];',
      '    if (item === undefined || item.size < depth) continue;',
      '    total += item.size * depth;',
      '    switch (item.kind) {',
      "      case 'row':",
      '        rows.push({ item, depth, name: `item ${item.name}` });',
      '        break;',
      '      default:',
      '        if (depth > 0) total += build(item.items, depth - 1);',
      '        else total -= 1;',
      '    }',
      '  }',
      '  return total + rows.filter((row) => row.depth > 0).length;',
      '}',
      'class Store extends Map {',
      '  add(key) {',
      '    if (this.has(key)) return this;',
      '    return this.set(key, [key]);',
      '  }',
      '}',
    ];
    const lines: string[] = [];
    for (let index = 0; lines.length < 20_000; index += 1) {
      lines.push(...block.map((line) => line.replaceAll('build', `build${index}`).replaceAll('Store', `Store${index}`)));
    }
    const source = lines.join('\n');
    // Of the processor, for the machine may be busy with other things.
    const before = process.cpuUsage();
    const { siteCount } = instrumented(source);
    const spent = process.cpuUsage(before);
    assert.ok(siteCount >= 3_000, String(siteCount));
    const spentMs = (spent.user + spent.system) / 1000;
    assert.ok(spentMs < 1000, `${spentMs.toFixed(0)} ms`);
  });
});
