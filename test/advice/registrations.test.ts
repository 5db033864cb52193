import assert from 'node:assert/strict';
import { assertAdvises, type AdvisedRun } from './advising.ts';

/** Checks that what the rule promised is what the better program saves. */
function assertSaves(before: AdvisedRun, after: AdvisedRun, rule: string): void {
  assert.equal(after.stdout, before.stdout);
  const savedBytes = before.profile.totals.liveBytes - after.profile.totals.liveBytes;
  const estimatedBytes = before.advice.find((each) => each.rule === rule)?.estimatedSavingBytes ?? NaN;
  assert.ok(savedBytes > estimatedBytes / 1.5 && savedBytes < estimatedBytes * 1.5, `${savedBytes} saved, ${estimatedBytes} estimated`);
}

const listening = (done: string, mark = ''): string => `
import { EventEmitter } from 'node:events';
const bus = new EventEmitter();
bus.setMaxListeners(0);
let sum = 0;
function handle(id) {
  const payload = new Array(100).fill(id);
  const onTick = () => (sum += payload[0]);
  bus.on('tick', onTick);${mark}
  bus.emit('other');
  ${done}
}
for (let i = 0; i < 6_000; i++) handle(i);
console.log(bus.eventNames().length <= 1);
`;

describe('listener-never-removed', function () {
  this.timeout(120_000);
  const rule = 'listener-never-removed';

  it('speaks of a listener that each call adds and none removes, with what the listeners keep', async () => {
    const before = await assertAdvises('program.mjs', listening('', ' // advise'), rule);
    const after = await assertAdvises('program.mjs', listening("bus.off('tick', onTick);"), rule);
    assertSaves(before, after, rule);
  });

  it('is silent where listeners end by themselves, are few, or are of something that the call has made', async () => {
    const adding = (receiver: string, options = '', count = 6_000): string => `
const target = new EventTarget();
function handle(id) {
  const payload = new Array(100).fill(id);
  ${receiver}.addEventListener('tick', () => payload.length${options});
  return payload.length;
}
const kept = [];
for (let i = 0; i < ${count}; i++) {
  kept.push(handle(i) + new Array(100).length);
}
console.log(kept.length);
`;
    const programs = [
      adding('target', ', { once: true }'),
      adding('target', ', { signal: AbortSignal.abort() }'),
      adding('target', '', 8).replace('new Array(100).fill', 'new Array(100_000).fill'),
      adding('new EventTarget()'),
    ];
    for (const program of programs) await assertAdvises('program.mjs', program, rule);
  });
});

const ticking = (done: string, mark = ''): string => `
const started = [];
function start(id) {
  const payload = new Array(100).fill(id);
  const timer = setInterval(() => payload.reverse(), 60_000);${mark}
  started.push(payload.length);
  ${done}
}
for (let i = 0; i < 6_000; i++) start(i);
setTimeout(() => {
  console.log(started.length);
  process.exit();
}, 50);
`;

describe('timer-never-cleared', function () {
  this.timeout(120_000);
  const rule = 'timer-never-cleared';

  it('speaks of an interval that each call starts and none stops, with what the intervals keep', async () => {
    const before = await assertAdvises('program.mjs', ticking('', ' // advise'), rule);
    const after = await assertAdvises('program.mjs', ticking('clearInterval(timer);'), rule);
    assertSaves(before, after, rule);
  });

  it('is silent where intervals are few, and about timeouts, which end by themselves', async () => {
    const programs = [
      ticking('').replace('6_000', '5').replace('new Array(100)', 'new Array(200_000)'),
      ticking('').replace('setInterval', 'setTimeout'),
    ];
    for (const program of programs) await assertAdvises('program.mjs', program, rule);
  });
});
