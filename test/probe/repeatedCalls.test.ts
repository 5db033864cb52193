/** Which functions the native recorder finds to be called with the same arguments again and again, on every Python that is here. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { testPythons } from '../runtimes.ts';
import { profileProgram } from '../engines/profiling.ts';

const program = path.join(import.meta.dirname, 'native/repeatedCalls.py');

for (const { name, executable } of testPythons()) {
  it(`the native recorder tells which functions are called with the same arguments on ${name}, and asks no object`, async () => {
    const { profile, stderr } = await profileProgram(program, { runtimePath: executable });
    assert.equal(profile.exit.code, 0, stderr);
    const found = profile.repeatedCalls?.map(
      ({ at, checkedCallCount, distinctArgumentsCount }) => `${at.line}: ${checkedCallCount} ${distinctArgumentsCount}`,
    );
    assert.deepEqual(found?.sort(), truths().sort());
    const names = profile.repeatedCalls?.map((report) => report.name);
    assert.ok(names?.includes('Holder.at_rest') && names.includes('decorated') && names.includes('fibonacci'), names?.join());
  }).timeout(60_000);
}

/** What stands after `#=`, by line. */
function truths(): string[] {
  return fs
    .readFileSync(program, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const truth = / {2}#= (\d+ \d+)$/.exec(text)?.[1];
      return truth === undefined ? [] : [`${index + 1}: ${truth}`];
    });
}
