/**
 * Generates Python programs that allocate, keep, free and print in the many ways that Python has; one seed, one program. They run in a
 * fraction of a second, in every Python from 3.8 on, hold some MiB, and print nothing that differs from run to run.
 */
import { secondModule, steadyTools, threadedTool, tools } from './pythonTools.ts';
import { Random } from './random.ts';

export interface PythonProgram {
  /** Of `main.py` and of `second.py`, which it imports. */
  readonly main: string;
  readonly second: string;
  /** What lines free is the same in every run: no collection comes at its own time, no thread runs beside a line. */
  readonly isSteady: boolean;
}

/** How many objects or bytes an expression may make, and how often a body may run. */
interface Budget {
  readonly itemCount: number;
  readonly turnCount: number;
}

const whole: Budget = { itemCount: 30_000, turnCount: 24 };
const deepest = 3;

const libraryImports = [
  'import asyncio',
  'import collections',
  'import contextlib',
  'import copy',
  'import functools',
  'import itertools',
  'import json',
  'import sys',
  'import threading',
];

export function generatePythonProgram(seed: number): PythonProgram {
  const random = new Random(seed);
  const isSteady = random.chance(0.6);
  const toolNames = isSteady ? steadyTools : [...steadyTools, threadedTool];
  const functionCount = 2 + random.below(3);
  const functions = Array.from({ length: functionCount }, (_, index) => generateFunction(random, toolNames, index));
  const body = new BodyWriter(random, toolNames, '    ', functionCount, whole);
  body.writeBlock(5 + random.below(6), 0);
  const lines = [
    ...libraryImports,
    'import second',
    ...(isSteady ? ['import gc', 'gc.disable()'] : []),
    tools,
    ...functions,
    'def main():',
    ...body.lines,
    '    return len(keep)',
    '',
    '',
    ...moduleLines(random, toolNames, functionCount),
    'print(main(), len(cache))',
    ...ending(random),
  ];
  return { main: `${lines.join('\n')}\n`, second: secondModule, isSteady };
}

function generateFunction(random: Random, toolNames: readonly string[], index: number): string {
  const body = new BodyWriter(random, toolNames, '    ', index, { itemCount: 4_000, turnCount: 4 });
  body.writeBlock(3 + random.below(4), 1);
  return [`def step${index}(count):`, ...body.lines, `    return [count, ${body.value(1)}]`, '', ''].join('\n');
}

/** Statements of the module itself. */
function moduleLines(random: Random, toolNames: readonly string[], functionCount: number): string[] {
  const body = new BodyWriter(random, toolNames, '', functionCount, whole);
  body.writeBlock(3 + random.below(4), 1);
  return [...body.lines];
}

function ending(random: Random): string[] {
  if (random.chance(0.05)) return ['sys.exit(3)'];
  if (random.chance(0.05)) return ["raise SystemExit('over')"];
  if (random.chance(0.05)) return ['failing(1000)'];
  return [];
}

/** Writes the statements of one body. */
class BodyWriter {
  readonly lines: string[] = [];
  readonly #random: Random;
  readonly #toolNames: readonly string[];
  readonly #functionCount: number;
  readonly #budget: Budget;
  #indent: string;
  #nextName = 0;
  /** How often what is written now runs. */
  #turns = 1;
  /** Names that are surely bound here, and those of them that were bound outside of this block: it may run more than once, or half. */
  #names: string[] = [];
  #outerNames: readonly string[] = [];

  constructor(random: Random, toolNames: readonly string[], indent: string, functionCount: number, budget: Budget) {
    this.#random = random;
    this.#toolNames = toolNames;
    this.#indent = indent;
    this.#functionCount = functionCount;
    this.#budget = budget;
  }

  writeBlock(statementCount: number, depth: number): void {
    for (let index = 0; index < statementCount; index += 1) this.#writeStatement(depth);
  }

  /** An expression whose value has a length. */
  value(depth: number): string {
    const n = this.#count();
    const random = this.#random;
    const simple: readonly (() => string)[] = [
      () => `bytes(${n * 8})`,
      () => `bytearray(${n * 8})`,
      () => `[None] * ${n}`,
      () => `list(range(${n}))`,
      () => `[number * 3 for number in range(${n}) if number % 3]`,
      () => `{number: str(number) for number in range(${n})}`,
      () => `{number * 7 for number in range(${n})}`,
      () => `'x' * ${n * 4}`,
      () => `''.join(str(number) for number in range(${n}))`,
      () => `[(number, number + 1) for number in range(${n})]`,
      () => `[Node(number) for number in range(${n} // 4)]`,
      () => `[Slim(number) for number in range(${n} // 2)]`,
      () => `sorted(range(${n}), key=lambda number: -number)`,
      () => `dict(zip(range(${n}), itertools.repeat(None)))`,
      () => `json.loads(json.dumps(list(range(${n}))))`,
      () => `copy.deepcopy([[number] for number in range(${n} // 8)])`,
      () => `collections.deque(range(${n}), maxlen=${n >> 1})`,
      () => `collections.Counter(str(number % 50) for number in range(${n}))`,
      () => `list(delegate(${n}))`,
      () => `[[row * column for column in range(10)] for row in range(${n} // 10)]`,
      () => `(lambda size: [None] * size)(${n})`,
      () => `f"{'y' * ${n}} and {${n}!r}"`,
      () => `[*range(${n}), *'abc']`,
      () => `b''.join([b'0123456789'] * (${n} // 4))`,
      () => `${random.pick(this.#toolNames)}(${n})`,
      () => `${random.pick(this.#toolNames)}(${n})`,
    ];
    if (depth < deepest && random.chance(0.15)) {
      const [inner, more] = [`${this.#indent}    `, this.value(depth + 1)];
      return `max(\n${inner}${random.pick(simple)()},\n${inner}${more},\n${inner}key=len,\n${this.#indent})`;
    }
    if (this.#functionCount > 0 && this.#turns < 4 && random.chance(0.2))
      return `step${random.below(this.#functionCount)}(${random.below(9)})`;
    return random.pick(simple)();
  }

  #count(): number {
    const most = Math.max(40, this.#budget.itemCount / this.#turns);
    return Math.floor(10 + (most - 10) * this.#random.next() ** 2);
  }

  #write(line: string): void {
    this.lines.push(this.#indent + line);
  }

  /** Writes an indented block; what it binds is not surely bound after it. */
  #nest(header: string, write: () => void): void {
    this.#write(header);
    const [indent, names, outerNames] = [this.#indent, this.#names, this.#outerNames];
    this.#indent += '    ';
    this.#names = [...names];
    this.#outerNames = names;
    write();
    this.#indent = indent;
    this.#names = names;
    this.#outerNames = outerNames;
  }

  #repeat(header: string, turns: number, write: () => void): void {
    const before = this.#turns;
    this.#turns *= turns;
    this.#nest(header, write);
    this.#turns = before;
  }

  #newName(): string {
    return `value${this.#nextName++}`;
  }

  #writeStatement(depth: number): void {
    const random = this.#random;
    if (depth < deepest && random.chance(0.35)) {
      this.#writeCompound(depth);
      return;
    }
    const known = this.#names.length > 0 ? random.pick(this.#names) : undefined;
    switch (random.below(known === undefined ? 6 : 9)) {
      case 0:
      case 1:
      case 2: {
        const name = this.#newName();
        this.#write(`${name} = ${this.value(depth)}`);
        this.#names.push(name);
        break;
      }
      case 3:
        this.#write(`keep.append(${this.value(depth)})`);
        break;
      case 4:
        this.#write(`cache[${random.below(6)}] = ${this.value(depth)}`);
        break;
      case 5:
        this.#write(random.pick(['cache.pop(1, None)', 'del keep[-1:]', 'cache.clear()', `print(len(${this.value(depth)}))`]));
        break;
      case 6:
        this.#write(`${known} = ${this.value(depth)}`);
        break;
      case 7:
        this.#write(`print(len(${known}), type(${known}).__name__)`);
        break;
      default:
        this.#write(known !== undefined && this.#outerNames.includes(known) ? `${known} = ()` : `del ${known}`);
        if (!this.#outerNames.includes(known ?? '')) this.#names = this.#names.filter((name) => name !== known);
    }
  }

  #writeCompound(depth: number): void {
    const random = this.#random;
    const inner = (): void => this.writeBlock(1 + random.below(3), depth + 1);
    const turns = 2 + random.below(Math.max(1, this.#budget.turnCount / this.#turns));
    switch (random.below(7)) {
      case 0:
      case 1:
        this.#repeat(`for turn${depth} in range(${turns}):`, turns, () => {
          inner();
          if (random.chance(0.3))
            this.#nest(`if turn${depth} == ${random.below(turns)}:`, () => this.#write(random.pick(['continue', 'break'])));
        });
        if (random.chance(0.3)) this.#nest('else:', inner);
        break;
      case 2: {
        const name = this.#newName();
        this.#write(`${name} = ${turns}`);
        this.#repeat(`while ${name} > 0:`, turns, () => {
          this.#write(`${name} -= 1`);
          inner();
        });
        break;
      }
      case 3:
        this.#nest(`if len(keep) % 2 == ${random.below(2)}:`, inner);
        if (random.chance(0.5)) this.#nest('else:', inner);
        break;
      case 4:
        this.#nest(random.pick([`with borrowed(${this.#count()}) as lent:`, `with Managed(${this.#count() * 8}) as lent:`]), () => {
          inner();
          this.#write('print(len(lent))');
        });
        break;
      case 5:
        this.#nest('try:', () => {
          inner();
          if (random.chance(0.6)) this.#write(`failing(${this.#count()})`);
        });
        this.#nest('except ValueError as error:', () => {
          this.#write('print(error)');
          inner();
          // Until 3.9 the end of a handler, which frees the error, lies in the last line; that is not to be one of a loop, which ran before.
          this.#write('print(len(keep))');
        });
        if (random.chance(0.5)) this.#nest('finally:', inner);
        break;
      default:
        this.#repeat(`for pair in produce(${turns}):`, turns, inner);
    }
  }
}
