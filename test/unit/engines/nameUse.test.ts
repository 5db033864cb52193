import assert from 'node:assert/strict';
import { readLogicalLines } from '../../../src/engines/python/logicalLines.ts';
import { assignmentLine, isCacheByUse, type OwnedName } from '../../../src/engines/python/nameUse.ts';

const lineOf = (source: string, name: string, className?: string): number | undefined =>
  assignmentLine(readLogicalLines(source), { name, className });
const isCache = (source: string, owned: OwnedName = { name: 'MEMO' }): boolean => isCacheByUse(readLogicalLines(source), owned);

describe('logical lines of a Python source', () => {
  it('begin where a statement begins and leave out comments and texts', () => {
    const source = `a = """one
# two
""" # three
b = [ # four
  'x#y',
  2
]
c = 1 + \\
  2
if c: d = 'it\\'s'`;
    assert.deepEqual(
      readLogicalLines(source).map(({ line, text }) => [line, text]),
      [
        [1, "a = ''"],
        [4, "b = [    '',   2 ]"],
        [8, 'c = 1 +    2'],
        [10, "if c: d = ''"],
      ],
    );
  });

  it('know the function and the class around them', () => {
    const source = `class A:
  x = 1
  def f(self):
    y = 2
    if y:
      z = 3
  w = 4
v = 5`;
    assert.deepEqual(
      readLogicalLines(source).map(({ line, functionLine, className }) => [line, functionLine, className]),
      [
        [1, undefined, undefined],
        [2, undefined, 'A'],
        [3, undefined, 'A'],
        [4, 3, undefined],
        [5, 3, undefined],
        [6, 3, undefined],
        [7, undefined, 'A'],
        [8, undefined, undefined],
      ],
    );
  });
});

describe("the line of a name's assignment", () => {
  it('is the first where its module runs', () => {
    assert.equal(lineOf('def f():\n  NAME = 0\nNAME = 1\nNAME = 2', 'NAME'), 3);
    assert.equal(lineOf('OTHER_NAME = 1\nprint(NAME == 1)\nNAME[0] = 1\nNAME.x = 1\nNAME: int = 5', 'NAME'), 5);
    assert.equal(lineOf('f(NAME=1)\na = b = NAME = 2', 'NAME'), 2);
    assert.equal(lineOf('x = {"NAME": 1}\n(a, NAME), b = f()', 'NAME'), 2);
    assert.equal(lineOf('for i, NAME in rows:\n  pass', 'NAME'), 1);
    assert.equal(lineOf('x = 1\nwith open(f) as NAME:\n  pass', 'NAME'), 2);
    assert.equal(lineOf('try:\n  NAME = f()\nexcept E: pass', 'NAME'), 2);
    assert.equal(lineOf('if x: NAME = f(a=1)', 'NAME'), 1);
    assert.equal(lineOf('x = 1\nif (NAME := f()): pass', 'NAME'), 2);
    assert.equal(lineOf('@d\ndef NAME(): pass', 'NAME'), 2);
    assert.equal(lineOf('NAME = [\n  1,\n]', 'NAME'), 1);
  });

  it('is in a function only where that declares it global', () => {
    assert.equal(lineOf('def f():\n  NAME = 1\ndef g():\n  global A, NAME\n  NAME = 2', 'NAME'), 5);
    assert.equal(lineOf('def f():\n  NAME = 1', 'NAME'), undefined);
  });

  it('of a class is in its body', () => {
    assert.equal(lineOf('known = 1\nclass A:\n  known = {}', 'known', 'A'), 3);
  });
});

describe('a dict', () => {
  it('is a cache where a function looks up what it adds', () => {
    assert.ok(isCache('MEMO = {}\ndef f(k):\n  if k in MEMO:\n    return MEMO[k]\n  MEMO[k] = g(k)\n  return MEMO[k]'));
    assert.ok(isCache('MEMO = {}\ndef f(k):\n  try:\n    return MEMO[k]\n  except KeyError:\n    v = MEMO[k[0]] = g(k)\n    return v'));
    assert.ok(isCache('MEMO = {}\ndef f(k):\n  return MEMO.setdefault(k, [])'));
    assert.ok(isCache('class A:\n  M = {}\n  def f(self, k):\n    if k not in self.M: self.M[k] = 1\n', { name: 'M', className: 'A' }));
  });

  it('is none where nothing is looked up, or elsewhere', () => {
    assert.ok(!isCache('MEMO = {}\ndef f(k):\n  MEMO[k] = 1'));
    assert.ok(!isCache('MEMO = {}\ndef f(k):\n  MEMO[k] = 1\ndef g(k):\n  return MEMO[k]'));
    assert.ok(!isCache('MEMO = {}\ndef f(k):\n  MEMO[k] += 1\n  MEMO[k] = 2'));
    assert.ok(!isCache('MEMO = {}\nMEMO[1] = 2\nprint(MEMO[1])'));
    assert.ok(!isCache('x = {}\ndef f(x, k):\n  if k in x.MEMO: x.MEMO[k] = 1'));
  });

  it('is none that grows where entries are removed or it is made anew', () => {
    const cache = 'MEMO = {}\ndef f(k):\n  if k not in MEMO:\n    MEMO[k] = g(k)\n  return MEMO[k]\n';
    assert.ok(isCache(cache));
    assert.ok(!isCache(`${cache}def h(k):\n  del MEMO[k]`));
    assert.ok(!isCache(`${cache}def h(k):\n  MEMO.pop(k)`));
    assert.ok(!isCache(`${cache}MEMO.clear()`));
    assert.ok(!isCache(`${cache}def h():\n  global MEMO\n  MEMO = {}`));
    assert.ok(isCache(`${cache}def h():\n  MEMO = {}`));
  });
});
