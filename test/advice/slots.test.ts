import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'slots';

/** 50,000 points are alive at the end. */
const points = `class Point:  # advise
    """A place."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, by):
        return Point(self.x + by, self.y + by)

points = [Point(n, n) for n in range(50_000)]
print(points[7].moved(3).x, len(points))
`;

/** They are alive only while main() runs, and five attributes are set one after the other. */
const records = `class Record:  # advise
    def __init__(self, number):
        self.number = number
        self.name = 'a name'
        self.left = None
        self.right = None
        self.count: int = 0

def main():
    records = {number: Record(number) for number in range(30_000)}
    records[5].left = records[6]
    print(sum(record.number for record in records.values()))

main()
`;

describe('slots', function () {
  this.timeout(60_000);

  for (const { name, executable } of testPythons()) {
    it(`speaks of many instances at the end and at the peak, and its fix saves what it says, on ${name}`, async () => {
      const request = { runtimePath: executable };
      await assertFixSaves('points.py', points, rule, 'live', request, 1.15);
      await assertFixSaves('records.py', records, rule, 'peak', request, 1.3);
    });
  }

  it('speaks of data classes, and gives them slots where Python can', async () => {
    const pythons = testPythons().filter(({ minor }) => minor === 9 || minor === 10 || minor >= 12);
    for (const decorator of ['@dataclass', '@dataclass(frozen=True)', '@dataclass()']) {
      const program = `from dataclasses import dataclass, field
from typing import ClassVar

${decorator}
class Point:  # advise
    x: int
    y: int = 0
    unit: ClassVar[str] = 'm'
    tags: tuple = field(default=())

points = [Point(n) for n in range(30_000)]
print(points[7], len(points))
`;
      const python = pythons.pop();
      if (python === undefined) continue;
      const request = { runtimePath: python.executable };
      if (python.minor >= 10) await assertFixSaves('program.py', program, rule, 'live', request, 1.15);
      else await assertAdvises('program.py', program, rule, request);
    }
    const slotted = `from dataclasses import dataclass\n@dataclass(slots=True)\nclass Point:\n    x: int\npoints = [Point(n) for n in range(30_000)]\n`;
    await assertAdvises('program.py', slotted, rule, { runtimePath: testPythons().find(({ minor }) => minor >= 10)?.executable });
  });

  it('counts the instances', async () => {
    const { advice } = await assertAdvises('points.py', points, rule);
    const count = advice[0]?.evidence.find(({ unit }) => unit === 'count')?.value ?? 0;
    assert.ok(count >= 49_900 && count <= 50_100, String(count));
    assert.equal(advice[0]?.fix?.edits[0]?.newText, "    __slots__ = ('x', 'y')\n\n");
  });

  it('is silent about few instances, short-lived ones, those with slots, and classes that have bases', async () => {
    const rest = 'points = [Point(n, n) for n in range(30_000)]\nprint(len(points))\n';
    const init = '    def __init__(self, x, y):\n        self.x = x\n        self.y = y\n';
    const programs = [
      `class Point:\n${init}points = [Point(n, n) for n in range(5_000)]\nprint(len(points))\n`,
      `class Point:\n${init}print(sum(Point(n, n).x for n in range(40_000)))\n`,
      `class Point:\n    __slots__ = ('x', 'y')\n${init}${rest}`,
      `class Base:\n    pass\nclass Point(Base):\n${init}${rest}`,
    ];
    for (const program of programs) await assertAdvises('program.py', program, rule);
  });

  it('offers no fix where other attributes may be set or the dictionary is asked for', async () => {
    const shared = 'class Point:  # advise\n    def __init__(self, x):\n        self.x = x\n';
    const rest = 'points = [Point(n) for n in range(30_000)]\n';
    const programs = [
      `${shared}${rest}points[0].color = 'red'\n`,
      `${shared}${rest}print(points[0].__dict__)\n`,
      `${shared}${rest}setattr(points[0], 'color', 1)\n`,
      `${shared}    x = 0\n${rest}`,
      `${shared}${rest}class Special(Point):\n    pass\n`,
      `from dataclasses import dataclass\n@dataclass\nclass Point:  # advise\n    x: int = 5\n${rest}print(Point.x)\n`,
      `from dataclasses import dataclass\n@dataclass\nclass Point:  # advise\n    x: int = 5\n    @classmethod\n    def usual(cls):\n        return cls.x\n${rest}print(Point.usual())\n`,
      `def register(a_class):\n    return a_class\n@register\n${shared}${rest}`,
    ];
    for (const program of programs) {
      const { advice } = await assertAdvises('program.py', program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined, program);
    }
  });
});
