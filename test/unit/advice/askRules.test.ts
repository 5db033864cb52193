import assert from 'node:assert/strict';
import { askRules } from '../../../src/advice/askRules.ts';
import { rules } from '../../../src/advice/rules.ts';
import { ruleInfos } from '../../../src/advice/ruleInfo.ts';
import type { Rule, RuleContext, RuleFinding } from '../../../src/advice/rule.ts';
import type { LineProfile, MemoryProfile } from '../../../src/core/profile.ts';

const path = '/p/program.py';
const mebibyte = 1024 * 1024;

function profileOf(lines: readonly LineProfile[], more: Partial<MemoryProfile> = {}): MemoryProfile {
  return {
    format: 'memory-lens/profile',
    version: 1,
    startedAt: '2026-01-01T00:00:00Z',
    durationMs: 10,
    runtime: { name: 'python', version: '3.11.2', executable: '/usr/bin/python3' },
    engine: { name: 'memory-lens-python', precision: 'exact', notes: [] },
    program: { file: path, args: [], cwd: '/p', kind: 'file' },
    exit: { code: 0, signal: null, stopped: false },
    totals: { allocatedBytes: 100 * mebibyte, liveBytes: 4 * mebibyte, peakBytes: 50 * mebibyte, peakAtMs: 5, peakRssBytes: 1 },
    timeline: { atMs: [], heapUsedBytes: [], externalBytes: [], rssBytes: [] },
    collections: [],
    files: [{ path, language: 'python', contentSha256: '', lines, functions: [] }],
    ...more,
  };
}

const rule = (
  check: (context: RuleContext) => Iterable<RuleFinding>,
  id: Rule['id'] = 'slots',
  language: Rule['language'] = 'python',
): Rule => ({
  id,
  language,
  check,
});

/** Speaks of every line whose allocated figure weighs enough. */
const everyLine = rule(function* ({ file, weighLines }) {
  for (const { line } of file.lines) {
    const weight = weighLines('allocated', [line]);
    if (weight !== undefined) yield { line, title: `line ${line}`, weight, fix: { title: 'none', edits: [] } };
  }
});

const sources = new Map([[path, 'a = 1\nb = 2\nc = 3  # memory-lens: ignore\nd = 4\n']]);
const line = (number: number, mebibytes: number): LineProfile => ({ line: number, allocatedBytes: mebibytes * mebibyte });

describe('asking rules', () => {
  it('gives what weighs most first, with the weight as evidence, without what is suppressed', () => {
    const advice = askRules([everyLine], profileOf([line(1, 6), line(2, 30), line(3, 40)]), sources);
    assert.deepEqual(
      advice.map(({ at, rule: id, title }) => [at, id, title]),
      [
        [{ path, line: 2 }, 'slots', 'line 2'],
        [{ path, line: 1 }, 'slots', 'line 1'],
      ],
    );
    assert.deepEqual(advice[0]?.evidence, [
      { name: 'allocated', value: 30 * mebibyte, unit: 'bytes' },
      { name: 'share of allocated', value: 0.3, unit: 'ratio' },
    ]);
  });

  it('lets nothing be said below 5 % of the run or below 1 MiB', () => {
    const spoken = (profile: MemoryProfile): number[] => askRules([everyLine], profile, sources).map(({ at }) => at.line);
    assert.deepEqual(spoken(profileOf([line(1, 5), line(2, 4.99)])), [1]);
    const totals = { ...profileOf([]).totals, allocatedBytes: 2 * mebibyte };
    assert.deepEqual(spoken(profileOf([line(1, 0.99), line(2, 1)], { totals })), [2]);
    assert.deepEqual(spoken(profileOf([line(1, 50)], { totals: { ...totals, allocatedBytes: undefined } })), []);
  });

  it('asks no rule that is turned off, of another language, or about a file whose text is not at hand', () => {
    const profile = profileOf([line(1, 50)]);
    assert.equal(askRules([everyLine], profile, sources, { disabledRules: new Set(['slots']) }).length, 0);
    assert.equal(askRules([rule(everyLine.check, 'slots', 'javascript')], profile, sources).length, 0);
    assert.equal(askRules([everyLine], profile, new Map()).length, 0);
  });

  it('drops fixes where the text could not be parsed whole', () => {
    const profile = profileOf([line(1, 50)]);
    assert.ok(askRules([everyLine], profile, sources)[0]?.fix);
    const [broken] = askRules([everyLine], profile, new Map([[path, 'a = [1\nb = 2\n']]));
    assert.equal(broken?.title, 'line 1');
    assert.equal(broken.fix, undefined);
  });

  it('leaves out a rule that fails, and says so; the others are asked', () => {
    const failing = rule(() => {
      throw new Error('a bug');
    }, 'bounded-cache');
    const failed: unknown[] = [];
    const advice = askRules([failing, everyLine], profileOf([line(1, 50)]), sources, {
      onRuleError: (id, error) => failed.push(`${id}: ${String(error)}`),
    });
    assert.deepEqual(failed, ['bounded-cache: Error: a bug']);
    assert.equal(advice.length, 1);
    assert.throws(() => askRules([failing], profileOf([line(1, 50)]), sources), /a bug/);
  });

  it('gives the reports of the file alone', () => {
    const elsewhere = { path: '/p/other.py', line: 1 };
    const globals = [path, elsewhere.path].map((each) => ({ name: 'A', at: { path: each, line: 2 }, typeName: 'list', retainedBytes: 9 }));
    const seen: number[] = [];
    const looking = rule(({ profile, reportsHere }) => {
      seen.push(reportsHere(profile.globals).length, reportsHere(profile.caches).length);
      return [];
    });
    askRules([looking], profileOf([], { globals }), sources);
    assert.deepEqual(seen, [1, 0]);
  });
});

describe('the rules', () => {
  it('have one id each among those of their language, of which the texts are known', () => {
    const ids = rules.map(({ language, id }) => `${language} ${id}`);
    assert.equal(new Set(ids).size, ids.length);
    const known = new Set<string>(ruleInfos.map(({ id }) => id));
    for (const { id } of rules) assert.ok(known.has(id), id);
  });
});
