/**
 * Brings a clone to the state in which the program runs: packages installed, bundles built and not stale.
 */
import { ensureInstalled } from './install.mjs';
import { inProject } from './paths.mjs';
import { run } from './processes.mjs';

/** Throws with the reason when it can't. What it does is told on standard error, so that standard output stays the program's own. */
export async function prepare() {
  await ensureInstalled();
  const built = await run(process.execPath, [inProject('scripts', 'build.mjs'), '--if-stale'], { output: 'capture' });
  if (built.code !== 0) throw new Error(`The build failed:\n${built.output}`);
  process.stderr.write(built.output);
}
