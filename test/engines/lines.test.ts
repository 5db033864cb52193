/** Figures stand on the lines that a person wrote: of TypeScript, of every module, and on the user's line where a package was called. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { testRuntimes } from '../runtimes.ts';
import { comparePrograms, differences, fixturePrograms, type Comparison } from './comparing.ts';
import { untruthsOf } from './knownTruths.ts';

const themes = {
  typescript: 'of TypeScript and JSX on the original lines, whichever way files name each other',
  charged: 'on the line of the module that allocated, and of packages on the line that called them',
};

for (const { major, executable } of testRuntimes()) {
  const version = execFileSync(executable, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  describe(`figures on Node ${major} stand`, function () {
    // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
    this.retries(2);
    this.timeout(60_000);
    for (const [theme, sentence] of Object.entries(themes)) {
      it(sentence, async () => {
        const compared = await comparePrograms(fixturePrograms(theme), executable, version);
        assert.ok(compared.length > 0);
        assert.equal(differences(compared).join('\n'), '');
        assert.deepEqual(compared.flatMap(untruths), []);
      });
    }
  });
}

/** What is not as the comments of the program's files say. */
function untruths({ name, profile }: Comparison): string[] {
  const problems = (profile?.files ?? []).flatMap((file) => untruthsOf(file)).map((problem) => `${name}: ${problem}`);
  return (profile?.files.length ?? 0) > 0 ? problems : [`${name}: no file has figures`];
}
