/** What counting/setup.py hands to the native library stands in the order in which src/native/counters.h reads it. */

import * as assert from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from './probedRun.ts';

describe('The setup of counting', () => {
  it('has the same slots in Python and in C', () => {
    const header = fs.readFileSync(path.join(projectRoot, 'src/native/counters.h'), 'utf8').replace(/\/\*.*?\*\//gs, '');
    const [, body = ''] = /typedef struct \{(.*?)\} CountingSetup;/s.exec(header) ?? [];
    // A function's name stands in parentheses after stars, all others before the semicolon.
    const fields = body
      .split(';')
      .map((declaration) => (/\(\*+(?:\(\*)?(\w+)\)/.exec(declaration) ?? /(\w+)\s*$/.exec(declaration))?.[1])
      .filter((name) => name !== undefined);
    const source = fs.readFileSync(path.join(projectRoot, 'src/probe/memory_lens_probe/counting/setup.py'), 'utf8');
    const [, slots = ''] = /SLOTS = \((.*?)\)/s.exec(source) ?? [];
    const names = [...slots.matchAll(/"(\w+)"/g)].map(([, name]) => name);
    assert.ok(names.length > 30);
    assert.deepStrictEqual(names, fields);
  });
});
