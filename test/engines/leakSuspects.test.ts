/** Which lines of a running program are suspected to leak, and which are not though they hold as much. */

import assert from 'node:assert/strict';
import type { MemoryProfile } from '../../src/core/profile.ts';
import { testPythons, testRuntimes } from '../runtimes.ts';
import { lineOf, profileProgram } from './profiling.ts';
import { createProgramFolder, type ProgramFolder } from './programFolder.ts';

/** Line 10 leaks; the table is filled at the start, the newest messages are kept, and the script gathers its own result. */
const pythonProgram = `import time
from collections import deque

table = [bytearray(1000) for _ in range(1500)]
recent = deque(maxlen=20)
log = []
rows = []

def handle(number):
    log.append(bytearray(6000))
    recent.append(bytearray(100000))

def parse(number):
    return bytearray(3000 + number % 2)

def run():
    end = time.monotonic() + 1.2
    number = 0
    while time.monotonic() < end:
        handle(number)
        number += 1
        time.sleep(0.001)

for number in range(400):
    rows.append(parse(number))
run()
`;

/** The same: line 8 leaks. */
const nodeProgram = `import { setTimeout } from 'node:timers/promises';
const table = Array.from({ length: 1500 }, (_, i) => new Array(100).fill(i));
const recent = [];
const log = [];
const rows = [];

function handle(number) {
  log.push(new Array(500).fill(number));
  recent[number % 20] = new Array(5000).fill(number);
}

function parse(number) {
  return new Array(400).fill(number);
}

async function run() {
  const end = Date.now() + 1200;
  for (let number = 0; Date.now() < end; number++) {
    handle(number);
    await setTimeout(1);
  }
}

for (let number = 0; number < 400; number++) rows.push(parse(number));
await run();
`;

const runs = [
  ...testPythons().map(({ name, executable }) => ({ name, executable, file: 'server.py', program: pythonProgram, leakingLine: 10 })),
  ...testRuntimes().map(({ major, executable }) => ({
    name: `Node ${major}`,
    executable,
    file: 'server.mjs',
    program: nodeProgram,
    leakingLine: 8,
  })),
];

for (const { name, executable, file, program, leakingLine } of runs) {
  describe(`leak suspects on ${name}`, function () {
    this.timeout(60_000);
    // Growth is measured over time: a machine that leaves the program waiting makes it uneven.
    this.retries(3);
    let folder: ProgramFolder;
    before(() => (folder = createProgramFolder()));
    after(() => folder.remove());

    it('are the lines that grow from call to call and survive, and no others', async () => {
      const { profile } = await profileProgram(folder.write(file, program), { runtimePath: executable });
      assertSuspected(profile, file, leakingLine);
    });
  });
}

function assertSuspected(profile: MemoryProfile, file: string, line: number): void {
  const suspects = profile.leakSuspects ?? [];
  assert.deepEqual(
    suspects.map(({ at }) => at.line),
    [line],
  );
  const [suspect] = suspects;
  assert.match(suspect?.reason ?? '', /^Grew in (7|8|9|10) of 10 tenths .*was alive at the end, after a full collection\.$/);
  assert.equal(suspect?.liveBytes, lineOf(profile, file, line)?.liveBytes);
  assert.equal(suspect?.series?.atMs.length, suspect?.series?.liveBytes.length);
  assert.ok((lineOf(profile, file, line)?.growth?.leakLikelihoodRatio ?? 0) >= 0.7);
}
