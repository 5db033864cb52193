import assert from 'node:assert/strict';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'buffer-concat-in-loop';

describe('buffer-concat-in-loop', function () {
  this.timeout(120_000);

  it('speaks of a buffer that is joined anew in each round, and its fix saves the copies', async () => {
    const program = `
function encode(count) {
  let bytes = Buffer.alloc(0);
  for (let i = 0; i < count; i++) {
    bytes = Buffer.concat([bytes, Buffer.from('line ' + i + ' '.repeat(500))]); // advise
  }
  return bytes;
}
console.log(encode(400).length);
`;
    await assertFixSaves('program.js', program, rule, 'allocated');
  });

  it("speaks of one that grows at each 'data' event, and of a stream's chunks", async () => {
    const program = `
import { Readable } from 'node:stream';
const chunks = Array.from({ length: 300 }, () => Buffer.alloc(1000, 1));
let body = Buffer.alloc(0);
Readable.from(chunks).on('data', (chunk) => {
  body = Buffer.concat([body, chunk]); // advise
}).on('end', async () => {
  let again = Buffer.alloc(0);
  for await (const chunk of Readable.from(chunks)) {
    again = Buffer.concat([again, chunk]); // advise
  }
  console.log(body.length, again.length);
});
`;
    const { advice } = await assertAdvises('program.mjs', program, rule);
    const fixes = advice.filter((each) => each.rule === rule).map(({ at, fix }) => [at.line, fix !== undefined]);
    assert.deepEqual(Object.fromEntries(fixes), { 6: false, 10: true });
  });

  it('is silent where parts are collected, rounds are few, or the buffer is used meanwhile for little', async () => {
    const programs = [
      'const parts = [];\nfor (let i = 0; i < 300; i++) parts.push(Buffer.alloc(10_000));\nconsole.log(Buffer.concat(parts).length);\n',
      'let all = Buffer.alloc(0);\nfor (let i = 0; i < 5; i++) {\n  all = Buffer.concat([all, Buffer.alloc(400_000)]);\n}\nconsole.log(all.length);\n',
      'let all = Buffer.alloc(0);\nfor (let i = 0; i < 50; i++) {\n  all = Buffer.concat([all, Buffer.alloc(10)]);\n}\nconsole.log(all.length);\n',
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
