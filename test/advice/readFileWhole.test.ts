import assert from 'node:assert/strict';
import { assertAdvises } from './advising.ts';

const rule = 'read-file-whole';

/** Writes a file of `lines` lines beside the program. */
const prologue = (lines: number): string => `
import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import readline from 'node:readline';
const file = import.meta.filename + '.txt';
const out = fs.openSync(file, 'w');
for (let i = 0; i < ${lines / 100}; i++) fs.writeSync(out, 'some line of text, 123\\n'.repeat(100));
fs.closeSync(out);
let count = 0;
`;

describe('read-file-whole', function () {
  this.timeout(120_000);

  it('speaks of lines that are gone through once, and reading line by line takes them from the peak', async () => {
    const before = await assertAdvises(
      'program.mjs',
      `${prologue(200_000)}
for (const line of fs.readFileSync(file, 'utf8').split('\\n')) { // advise
  if (line.includes('123')) count++;
}
console.log(count);
`,
      rule,
    );
    const after = await assertAdvises(
      'program.mjs',
      `${prologue(200_000)}
for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
  if (line.includes('123')) count++;
}
console.log(count);
`,
      rule,
    );
    assert.equal(after.stdout, before.stdout);
    const savedBytes = before.profile.totals.peakBytes - after.profile.totals.peakBytes;
    const estimatedBytes = before.advice.find((each) => each.rule === rule)?.estimatedSavingBytes ?? NaN;
    assert.ok(savedBytes > estimatedBytes / 1.5 && savedBytes < estimatedBytes * 1.5, `${savedBytes} saved, ${estimatedBytes} estimated`);
  });

  it('speaks of text and lines that have names', async () => {
    const program = `${prologue(100_000)}
const text = await readFile(file, 'utf8'); // advise
const lines = text.trim().split(/\\r?\\n/);
for (const line of lines) if (line.length > 5) count++;
console.log(count, lines.length);
`;
    await assertAdvises('program.mts', program, rule);
  });

  it('is silent where all lines are needed at once, the text is used otherwise, the file is small, or it is split into fields', async () => {
    const programs = [
      `${prologue(50_000)}const lines = fs.readFileSync(file, 'utf8').split('\\n');\nlines.sort();\nconsole.log(lines[0], lines.length);\n`,
      `${prologue(50_000)}const text = fs.readFileSync(file, 'utf8');\nfor (const line of text.split('\\n')) count += line.length;\nconsole.log(count, text.length);\n`,
      `${prologue(100)}for (const line of fs.readFileSync(file, 'utf8').split('\\n')) count += line.length;\nconsole.log(count);\n`,
      `${prologue(50_000)}for (const field of fs.readFileSync(file, 'utf8').split(',')) count += field.length;\nconsole.log(count);\n`,
    ];
    for (const program of programs) await assertAdvises('program.mjs', program, rule);
  });
});
