/** The pages in docs/ are true: every Python example runs, and of rules speaks, prints and saves what its page says. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ruleInfo } from '../../src/advice/ruleInfo.ts';
import { pythonRules } from '../../src/advice/python/pythonRules.ts';
import { testPythons } from '../runtimes.ts';
import { projectRoot } from '../engines/profiling.ts';
import { createProgramFolder } from '../engines/programFolder.ts';
import { adviseProgram, type AdvisedRun } from './advising.ts';

const docs = path.join(projectRoot, 'docs');
const pages = fs.readdirSync(docs).filter((name) => name.endsWith('.md'));

/** The pages' figures are of this version. */
const python = testPythons().find(({ minor }) => minor === 11) ?? testPythons().at(-1);

const figures: Readonly<Record<string, (run: AdvisedRun) => number | undefined>> = {
  Peak: ({ profile }) => profile.totals.peakBytes,
  'Live at the end': ({ profile }) => profile.totals.liveBytes,
  Allocated: ({ profile }) => profile.totals.allocatedBytes,
  'Freed by the collector alone': ({ profile }) => profile.totals.collectorFreedBytes ?? 0,
};

const read = (name: string): string => fs.readFileSync(path.join(docs, name), 'utf8');
const examples = (name: string): string[] => [...read(name).matchAll(/```python\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');

describe('the pages of docs/', function () {
  this.timeout(60_000);

  for (const { id } of pythonRules) {
    it(`say of ${id} what is so: it speaks before, is silent after, the output is the same, the figures are right`, async () => {
      const page = read(`${id}.md`);
      const [before = '', after = ''] = examples(`${id}.md`);
      const request = { runtimePath: python?.executable, explain: true };
      const [bad, good] = [await adviseProgram('program.py', before, request), await adviseProgram('program.py', after, request)];
      assert.equal(good.stdout, bad.stdout);
      assert.ok(
        bad.advice.some(({ rule }) => rule === id),
        `silent about its own example: ${JSON.stringify(bad.advice)}`,
      );
      assert.ok(good.advice.every(({ rule }) => rule !== id));
      const [, metric = '', badMebibytes, goodMebibytes] = /^([\w ]+): ([\d.]+) MiB before, ([\d.]+) MiB after/m.exec(page) ?? [];
      for (const [run, said] of [
        [bad, badMebibytes],
        [good, goodMebibytes],
      ] as const) {
        const mebibytes = (figures[metric]?.(run) ?? NaN) / 1_048_576;
        // Patch versions differ in what their imports take.
        assert.ok(
          Math.abs(mebibytes - Number(said)) <= Math.max(0.5, 0.1 * mebibytes),
          `${metric}: ${said} MiB are ${mebibytes.toFixed(2)}`,
        );
      }
    });
  }

  it('have examples that run', () => {
    const folder = createProgramFolder();
    try {
      for (const name of pages.filter((each) => !pythonRules.some(({ id }) => `${id}.md` === each))) {
        for (const [index, code] of examples(name).entries()) {
          const file = folder.write(`${path.basename(name, '.md')}${index}.py`, code);
          execFileSync(python?.executable ?? 'python3', [file], { cwd: folder.path, stdio: ['ignore', 'ignore', 'inherit'] });
        }
      }
    } finally {
      folder.remove();
    }
  });

  it('are there for every rule and finding, have their title, and link to pages that are there', () => {
    for (const name of pages) {
      for (const [, target] of read(name).matchAll(/\]\(([\w-]+\.md)\)/g)) assert.ok(pages.includes(target ?? ''), `${name}: ${target}`);
      if (name !== 'README.md') assert.ok(ruleInfo(path.basename(name, '.md')) !== undefined, name);
      if (name !== 'README.md') assert.ok(read('README.md').includes(`](${name})`), `${name} is not in the index`);
    }
    for (const id of ['leak-suspects', 'caches', 'globals', 'cycles', 'holders', 'collections', ...pythonRules.map((rule) => rule.id)]) {
      assert.ok(pages.includes(`${id}.md`), id);
    }
  });
});
