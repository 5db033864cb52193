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

/** What the fallback can't hide, for it is made of what a program can ask about. */
const seeTheFallback = [
  // tracemalloc runs, and before 3.12 a trace function does, for which `threading` is there.
  'process/loadedModules.py',
  'process/state.py',
  'introspection/ownTracemalloc.py',
  // Warnings about files left open tell where they were opened when tracemalloc runs.
  'errors/warnedAlways.py',
  // Its functions are called by the program's, and so need some of the stack.
  'errors/recursion.py',
  'introspection/debuggers.py',
  'introspection/ownProfile.py',
  // It asks the system for the resident memory and sends figures while the program runs.
  'introspection/ownHooks.py',
  // It allocates while the interpreter is taken apart, which may start one more collection.
  'endings/collectionCallbacks.py',
];
/** CPython’s tracemalloc never ends with it: `python -X tracemalloc` neither. */
const stuckWithTracemalloc = ['concurrency/interpreters.py'];

/** From 3.13 on pdb stops a line later wherever any tool has asked sys.monitoring for lines, as counting does. */
const seesCounting = 'introspection/debuggers.py';

const pythons = testPythons();
// The ways in which it follows lines: a trace function before 3.12, sys.monitoring since.
for (const python of pythons.filter(({ minor }) => minor === 8 || minor === 13)) {
  describe(`a program on ${python.name} with the fallback`, function () {
    this.timeout(240_000);
    for (const [theme, sentence] of Object.entries(themes)) {
      it(sentence, async () => {
        const compared = await comparePrograms(theme, python, { answer: { recorder: 'fallback' }, without: stuckWithTracemalloc });
        assert.equal(differences(compared.filter(({ name }) => !seeTheFallback.includes(name))).join('\n'), '');
        assert.ok(compared.some(({ probed }) => probed.messages.some(({ type }) => type === 'fallbackLines')));
      });
    }
  });
}

for (const python of pythons) {
  describe(`a program on ${python.name}`, function () {
    this.timeout(240_000);
    for (const [theme, sentence] of Object.entries(themes)) {
      it(sentence, async () => {
        const compared = await comparePrograms(theme, python);
        const same = compared.filter(({ name }) => python.minor < 13 || name !== seesCounting);
        assert.equal(differences(same).join('\n'), '');
        // Else nothing was compared.
        const started = compared.filter(({ probed }) => probed.messages.some(({ type }) => type === 'start')).map(({ name }) => name);
        const expected = compared.map(({ name }) => name).filter((name) => !withoutProbe.test(name));
        assert.deepEqual(started, expected);
      });
    }
  });
}
