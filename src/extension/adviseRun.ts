/**
 * What is added to a profile when its run has ended: advice, and the silence that comments in the sources ask for. The rules and their
 * parsers are loaded at the first run.
 */

import type * as vscode from 'vscode';
import type { MemoryProfile } from '../core/profile.ts';
import { readSources } from '../engines/readSources.ts';

/** All rules are asked: those that are turned off are left out where findings are shown, so that they can be turned on again. Never rejects. */
export async function adviseRun(profile: MemoryProfile, log: vscode.LogOutputChannel): Promise<MemoryProfile> {
  try {
    const [{ adviseProfile }, { withoutSuppressed }] = await Promise.all([
      import('../advice/adviseProfile.ts'),
      import('../advice/withoutSuppressed.ts'),
    ]);
    const sources = await readSources(profile);
    const advice = adviseProfile(profile, sources, { onRuleError: (rule, error) => log.error(`The rule ${rule} failed`, textOf(error)) });
    return { ...withoutSuppressed(profile, sources), advice };
  } catch (error) {
    // A bug of ours; the figures of the run must not be lost for it.
    log.error('Asking for advice failed', textOf(error));
    return profile;
  }
}

function textOf(error: unknown): unknown {
  return error instanceof Error ? (error.stack ?? error.message) : error;
}
