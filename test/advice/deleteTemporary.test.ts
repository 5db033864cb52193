import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'delete-temporary';

/** The first 60,000 texts are of no use any more when the second ones are made. */
const made = `def texts(start):
    return ['%020d' % number for number in range(start, start + 60_000)]

`;

describe('delete-temporary', function () {
  this.timeout(60_000);

  it('speaks of what a function still holds at the peak, and its fix saves that', async () => {
    const program = `${made}def main():
    first = texts(0)  # advise
    total = 0
    for text in first:
        total += len(text)
    second = texts(100_000)
    print(total, len(second))

main()
`;
    await assertFixSaves('program.py', program, rule, 'peak');
  });

  it('speaks of names of the program itself, and of what is assigned anew while it is still held', async () => {
    const program = `${made}rows = texts(0)  # advise
print(len(rows))
rows = texts(100_000)
print(len(rows))
`;
    await assertFixSaves('program.py', program, rule, 'peak');
  });

  it('speaks of a block inside `with` or `if`', async () => {
    const program = `${made}def main(path):
    with open(path) as f:
        first = texts(0)  # advise
        print(len(first), len(f.readline()) > 0)
        second = texts(100_000)
        print(len(second))

main(__file__)
`;
    await assertFixSaves('program.py', program, rule, 'peak');
  });

  it('speaks of what a generator used that was gone through at once', async () => {
    const program = `def main():
    first = texts(0)  # advise
    print(sum(len(first[i]) for i in range(9)))
    second = texts(1)
    print(len(second))
main()
`;
    await assertFixSaves('program.py', made + program, rule, 'peak');
  });

  it('is silent where the value is used later, kept, gone before the peak, or the peak came before', async () => {
    const programs = [
      `def main():\n    first = texts(0)\n    second = texts(1)\n    print(len(first), len(second))\nmain()\n`,
      `kept = []\ndef main():\n    first = texts(0)\n    kept.append(first)\n    second = texts(1)\n    print(len(second))\nmain()\n`,
      `def main():\n    first = texts(0)\n    by_length = sorted(first)\n    second = texts(1)\n    print(len(second), len(by_length))\nmain()\n`,
      `def main():\n    first = texts(0)\n    longest = [text for text in first if text]\n    second = texts(1)\n    print(len(second), len(longest))\nmain()\n`,
      `def main():\n    first = texts(0)\n    print(len(first))\n    del first\n    second = texts(1)\n    print(len(second))\nmain()\n`,
      `def main():\n    first = texts(0)\n    print(len(sorted(first * 3)))\n    second = [1]\n    print(len(second))\nmain()\n`,
      `def main():\n    first = texts(0)\n    def look():\n        return len(first)\n    print(look())\n    second = texts(1)\n    print(len(second))\nmain()\n`,
      `def main():\n    first = texts(0); print(len(first))\n    second = texts(1)\n    print(len(second))\nmain()\n`,
      `def main(again):\n    first = texts(0)\n    print(len(first))\n    if again:\n        first = []\n    second = texts(1)\n    print(len(second), len(first))\nmain(False)\n`,
      `def main():\n    first = texts(0)\n    print(len(first))\n    first += ['one more']\n    second = texts(1)\n    print(len(second), len(first))\nmain()\n`,
      `def main():\n    first = texts(0)\n    later = (first[i] for i in range(9))\n    second = texts(1)\n    print(len(second), len(list(later)))\nmain()\n`,
      `def main():\n    first = texts(0)\n    later = map(len, (text for i in range(9) for text in first[i:]))\n    second = texts(1)\n    print(len(second), sum(later))\nmain()\n`,
      `first = texts(0)\ndef look():\n    return len(first)\nsecond = texts(1)\nprint(len(second), look())\n`,
    ];
    for (const program of programs) await assertAdvises('program.py', made + program, rule);
  });
});
