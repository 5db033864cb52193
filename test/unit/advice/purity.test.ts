import assert from 'node:assert/strict';
import { isPure, returnsImmutable } from '../../../src/advice/python/purity.ts';
import { SourceFile } from '../../../src/advice/sourceFile.ts';

/** Asks about the file's last function. */
function ask<T>(text: string, question: (source: SourceFile, definition: NonNullable<SourceFile['root']>) => T): T {
  const source = new SourceFile({ path: '/p/program.py', language: 'python' }, text);
  assert.equal(source.hasSyntaxErrors, false, text);
  const definition = source.nodesOf(['FunctionDefinition']).at(-1);
  assert.ok(definition, text);
  return question(source, definition);
}

describe('a Python function', () => {
  it('is pure where its result is made of its arguments, constants and pure functions alone', () => {
    for (const text of [
      'def f(n):\n    return n * n',
      'def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)',
      'LIMIT = 10\ndef f(n):\n    return min(n, LIMIT)',
      'def g(n):\n    return n + 1\ndef f(n):\n    return g(n) * 2',
      'import math\ndef f(n):\n    return math.sqrt(n) * math.pi',
      "def f(text):\n    words = []\n    for word in text.split():\n        words.append(word.upper())\n    return ' '.join(words)",
      'def f(n):\n    counts = {}\n    counts[n] = 1\n    total = 0\n    for i in range(n):\n        total += i\n    return total + counts[n]',
      "def f(n):\n    if n < 0:\n        raise ValueError(f'{n} is below zero')\n    return [i * i for i in range(n)]",
    ]) {
      assert.equal(ask(text, isPure), true, text);
    }
  });

  it('is not where it does, reads or changes anything else', () => {
    for (const text of [
      'def f(n):\n    print(n)\n    return n',
      'count = 0\ndef f(n):\n    global count\n    count += 1\n    return n',
      'seen = []\ndef f(n):\n    seen.append(n)\n    return n',
      'TABLE = {}\ndef f(n):\n    return TABLE[n]',
      'total = 0\ntotal = 1\ndef f(n):\n    return n + total',
      'import random\ndef f(n):\n    return n + random.random()',
      'def f(items):\n    items.append(1)\n    return len(items)',
      'def f(items):\n    items[0] = 1\n    return 1',
      'def f(thing):\n    return thing.value',
      'def f(thing):\n    thing.value = 1\n    return 1',
      'def f(n):\n    return unknown(n)',
      'def g(n):\n    print(n)\ndef f(n):\n    return g(n)',
      'def f(n):\n    yield n',
      'async def f(n):\n    return n',
      'def f(n):\n    with open(n) as file:\n        return file.read()',
      'def f(n):\n    import os\n    return os.getpid()',
      'from elsewhere import *\ndef f(n):\n    return len(n)',
      'def len(n):\n    return open(n)\ndef f(n):\n    return len(n)',
    ]) {
      assert.equal(ask(text, isPure), false, text);
    }
  });

  it('returns what nobody can change where that is a number, a text or a tuple of such', () => {
    const cases: readonly [result: string, immutable: boolean][] = [
      ['n + 1', true],
      ["'-'.join(str(n))", true],
      ["f'{n}'", true],
      ['(n, n + 1)', true],
      ['n > 1', true],
      ['len([n])', true],
      ['[n]', false],
      ['{n: 1}', false],
      ['sorted((n, 1))', false],
      ["'a b'.split()", false],
      ['([n], 1)', false],
      ['unknown(n)', false],
      ['max([[n]])', false],
    ];
    for (const [result, immutable] of cases) assert.equal(ask(`def f(n):\n    return ${result}`, returnsImmutable), immutable, result);
    assert.equal(
      ask("def f(n):\n    text = ''\n    for digit in str(n):\n        text = digit + text\n    return text", returnsImmutable),
      true,
    );
    assert.equal(ask('def f(n):\n    rows = []\n    return rows', returnsImmutable), false);
    assert.equal(ask('def f(n):\n    if n:\n        return\n    return 1', returnsImmutable), true);
  });
});
