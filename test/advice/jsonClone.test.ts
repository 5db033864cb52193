import assert from 'node:assert/strict';
import { assertAdvises } from './advising.ts';

const rule = 'json-clone';

const state = `
const state = Array.from({ length: 10_000 }, (_, i) => ({ id: i, name: 'user number ' + i, tags: ['a', 'b'], position: { x: i / 2, y: i } }));
const copies = [];
`;

describe('json-clone', function () {
  this.timeout(120_000);

  it('speaks of copies by way of a text, and copying by hand saves at least the text', async () => {
    const before = await assertAdvises(
      'program.js',
      `${state}
for (let i = 0; i < 5; i++) {
  copies.push(JSON.parse(JSON.stringify(state))); // advise
}
console.log(JSON.stringify(copies).length);
`,
      rule,
    );
    const after = await assertAdvises(
      'program.js',
      `${state}
for (let i = 0; i < 5; i++) {
  copies.push(state.map((user) => ({ ...user, tags: [...user.tags], position: { ...user.position } })));
}
console.log(JSON.stringify(copies).length);
`,
      rule,
    );
    assert.equal(after.stdout, before.stdout);
    const savedBytes = (before.profile.totals.allocatedBytes ?? NaN) - (after.profile.totals.allocatedBytes ?? NaN);
    const estimatedBytes = before.advice.find((each) => each.rule === rule)?.estimatedSavingBytes ?? NaN;
    assert.ok(estimatedBytes > 0 && savedBytes > estimatedBytes, `${savedBytes} saved, ${estimatedBytes} estimated`);
    assert.ok(after.profile.totals.liveBytes < before.profile.totals.liveBytes, 'strings are shared');
  });

  it('speaks without an estimate where the copies are gone', async () => {
    const program = `${state}
let sum = 0;
for (let i = 0; i < 5; i++) {
  const copy = JSON.parse(JSON.stringify(state)); // advise
  sum += copy.length + copies.length;
}
console.log(sum);
`;
    const { advice } = await assertAdvises('program.ts', program, rule);
    const found = advice.find((each) => each.rule === rule);
    assert.equal(found?.estimatedSavingBytes, undefined);
    assert.deepEqual(found?.evidence.at(-1), { name: 'copies', value: 5, unit: 'count' });
  });

  it('does not put a long expression into the title', async () => {
    const program = `${state}
for (let i = 0; i < 5; i++) {
  const copy = JSON.parse(JSON.stringify({ // advise
    state, first: state[0], second: state[1], third: state[2], fourth: state[3],
  }));
  copies.push(copy.first);
}
console.log(copies.length);
`;
    const { advice } = await assertAdvises('program.js', program, rule);
    assert.match(advice.find((each) => each.rule === rule)?.title ?? '', /^Copy of this value only what changes/);
  });

  it('is silent where little is copied, and where a text is read or made', async () => {
    const programs = [
      'const copy = JSON.parse(JSON.stringify({ a: 1 }));\nconsole.log(copy.a);\n',
      `${state}const text = JSON.stringify(state);\nconsole.log(text.length, copies.length);\n`,
      `${state}console.log(JSON.parse('[' + '{"a": 1},'.repeat(50_000) + '0]').length, copies.length);\n`,
    ];
    for (const program of programs) await assertAdvises('program.js', program, rule);
  });
});
