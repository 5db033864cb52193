/** What a program prints and how it ends is the same with and without the probe, on every Python version. */

import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { comparePrograms, differences } from './comparing.ts';

const themes = {
  process: 'sees the same process',
  endings: 'ends in the same way',
  errors: 'fails with the same errors at the same places',
  modules: 'loads the same modules',
  concurrency: 'has the same threads and children',
  introspection: 'sees the same of itself',
};
/** Python does not load the probe with these; the engine says so. */
const withoutProbe = /^process\/flag_(isolated|noEnvironment|noSite)\.py$/;

for (const python of testPythons()) {
  describe(`a program on ${python.name}`, function () {
    this.timeout(240_000);
    for (const [theme, sentence] of Object.entries(themes)) {
      it(sentence, async () => {
        const compared = await comparePrograms(theme, python);
        assert.equal(differences(compared).join('\n'), '');
        // Else nothing was compared.
        const started = compared.filter(({ probed }) => probed.messages.some(({ type }) => type === 'start')).map(({ name }) => name);
        const expected = compared.map(({ name }) => name).filter((name) => !withoutProbe.test(name));
        assert.deepEqual(started, expected);
      });
    }
  });
}
