import assert from 'node:assert/strict';
import { assertAdvises } from './advising.ts';

const rule = 'string-building';

/** A large allocation is a moment at which the profiler looks what is alive. */
const laterTable = 'const table = new Array(200_000).fill(report.length);';

describe('string-building', function () {
  this.timeout(120_000);

  it('speaks of a string of many pieces, and putting them together in portions saves their nodes', async () => {
    const before = await assertAdvises(
      'program.js',
      `
let report = '';
for (let i = 0; i < 200_000; i++) {
  report += 'item ' + i + ';'; // advise
}
${laterTable}
console.log(report.length, table.length);
`,
      rule,
    );
    const after = await assertAdvises(
      'program.js',
      `
const portions = [];
let pieces = [];
for (let i = 0; i < 200_000; i++) {
  pieces.push('item ' + i + ';');
  if (pieces.length < 1000) continue;
  portions.push(pieces.join(''));
  pieces = [];
}
const report = portions.join('') + pieces.join('');
${laterTable}
console.log(report.length, table.length);
`,
      rule,
    );
    assert.equal(after.stdout, before.stdout);
    const advice = before.advice.find((each) => each.rule === rule);
    // A node of 32 bytes for each piece, by hand; in truth the pieces' own 16 bytes of header go as well.
    assert.equal(advice?.estimatedSavingBytes, 200_000 * 32);
    const savedBytes = before.profile.totals.peakBytes - after.profile.totals.peakBytes;
    assert.ok(savedBytes > 200_000 * 32 && savedBytes < 200_000 * 64, `${savedBytes} saved`);
  });

  it('speaks of text = text + piece, for each call of a function', async () => {
    const program = `
let log = \`log of \${process.argv.length}: \`;
function write(line: string): void {
  log = log + line + '\\n'; // advise
}
for (let i = 0; i < 150_000; i++) write('entry ' + i);
const table = new Array(200_000).fill(log.length);
console.log(log.length > 1000, table.length);
`;
    await assertAdvises('program.ts', program, rule);
  });

  it('is silent where the string is short, starts anew each time, is a number, or pieces are joined', async () => {
    const programs = [
      "let text = '';\nfor (let i = 0; i < 1000; i++) {\n  text += 'item ' + i;\n}\nconsole.log(text.length);\n",
      "const lines = [];\nfor (let i = 0; i < 40_000; i++) {\n  let line = '';\n  line += 'item number ' + i;\n  lines.push(line);\n}\nconsole.log(lines.length);\n",
      'let sum = 0;\nconst kept = [];\nfor (let i = 0; i < 100_000; i++) {\n  sum += kept.push({ i });\n}\nconsole.log(sum);\n',
      "const pieces = [];\nfor (let i = 0; i < 100_000; i++) {\n  pieces.push('item ' + i);\n}\nconsole.log(pieces.join('').length);\n",
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
