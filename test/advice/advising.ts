/** Runs programs under the built engine and asks the rules about them, for tests of advice. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { adviseProfile } from '../../src/advice/adviseProfile.ts';
import { applyEdits, SourceFile } from '../../src/advice/sourceFile.ts';
import type { Advice, MemoryProfile } from '../../src/core/profile.ts';
import type { ProfileRequest } from '../../src/engines/engine.ts';
import { profileProgram } from '../engines/profiling.ts';
import { createProgramFolder } from '../engines/programFolder.ts';

export interface AdvisedRun {
  readonly profile: MemoryProfile;
  readonly advice: readonly Advice[];
  readonly stdout: string;
}

/** Writes the program into a folder of its own, runs it, Python with exact figures, and asks all rules. `name` says by its ending what it is. */
export async function adviseProgram(name: string, text: string, request: Partial<ProfileRequest> = {}): Promise<AdvisedRun> {
  const folder = createProgramFolder();
  try {
    const file = folder.write(name, text);
    const { profile, stdout, stderr } = await profileProgram(file, { precision: 'exact', ...request });
    assert.equal(profile.exit.code, 0, stderr);
    const sources = new Map(profile.files.map(({ path }) => [path, fs.readFileSync(path, 'utf8')]));
    return { profile, advice: adviseProfile(profile, sources), stdout };
  } finally {
    folder.remove();
  }
}

/** The advice of one rule as `line: title`. */
function adviceOf(run: AdvisedRun, rule: string): string[] {
  return run.advice.filter((advice) => advice.rule === rule).map(({ at, title }) => `${at.line}: ${title}`);
}

/** The program with one advice's fix in it. */
export function applyFix(name: string, text: string, advice: Advice | undefined): string {
  assert.ok(advice?.fix, 'there is no fix');
  const language = name.endsWith('.py') ? 'python' : 'javascript';
  return applyEdits(new SourceFile({ path: `/${name}`, language }, text), advice.fix.edits);
}

/** The lines, from 1, that say `advise` in a comment at their end. */
function markedLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (/(?:#|\/\/) advise$/.test(line) ? [index + 1] : []));
}

/** Checks that the rule speaks about the program's marked lines and about no others. */
export async function assertAdvises(name: string, text: string, rule: string, request: Partial<ProfileRequest> = {}): Promise<AdvisedRun> {
  const run = await adviseProgram(name, text, request);
  const lines = run.advice.filter((advice) => advice.rule === rule).map(({ at }) => at.line);
  assert.deepEqual(
    lines.sort((a, b) => a - b),
    markedLines(text),
    `${rule} in:\n${text}`,
  );
  return run;
}

/**
 * Checks that the rule speaks about the marked line, that the program with the fix prints the same, and that the fix saves what was
 * estimated, within this factor either way.
 * @param metric of the program's totals that the fix lowers
 */
export async function assertFixSaves(
  name: string,
  text: string,
  rule: string,
  metric: 'allocated' | 'live' | 'peak',
  request: Partial<ProfileRequest> = {},
  factor = 1.5,
): Promise<void> {
  const before = await assertAdvises(name, text, rule, request);
  const advice = before.advice.find((each) => each.rule === rule);
  const after = await adviseProgram(name, applyFix(name, text, advice), request);
  assert.equal(after.stdout, before.stdout);
  const figure = ({ profile: { totals } }: AdvisedRun): number => totals[`${metric}Bytes`] ?? NaN;
  const savedBytes = figure(before) - figure(after);
  const estimatedBytes = advice?.estimatedSavingBytes ?? NaN;
  assert.ok(
    savedBytes >= estimatedBytes / factor && savedBytes <= estimatedBytes * factor,
    `${rule}: saved ${savedBytes} bytes, estimated ${estimatedBytes}`,
  );
  assert.deepEqual(adviceOf(after, rule), [], 'it still speaks after its own fix');
}
