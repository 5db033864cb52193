/**
 * Entry that the extension host loads: runs mocha in it.
 */

import Mocha from 'mocha';

/** Called by VS Code. Rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ reporter: process.env['MEMORY_LENS_REPORTER'], color: false, timeout: 60_000, forbidOnly: true });
  const grep = process.env['MEMORY_LENS_TEST_GREP'];
  if (grep) mocha.grep(grep);
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  // After mocha has put `describe` and `it` in place.
  await import('./activation.test.ts');
  await import('./documents.test.ts');
  await import('./findings.test.ts');
  await import('./running.test.ts');
  await import('./fixTrials.test.ts');
  await import('./badInput.test.ts');
  await import('./pythonInterpreters.test.ts');
  await import('./pythonRuns.test.ts');
  await new Promise<void>((resolve, reject) =>
    mocha.run((failures) => (failures > 0 ? reject(new Error(`${failures} tests failed`)) : resolve())),
  );
}
