import assert from 'node:assert/strict';
import { testPythons } from '../runtimes.ts';
import { assertAdvises, assertFixSaves } from './advising.ts';

const rule = 'join-strings';

/** 3,000 pieces of 11 bytes: the copies are 11 x 3,000^2 / 2 = 49.5 MB. */
const globalText = `text = ''
def build():
    global text
    for number in range(3_000):
        text += 'ten bytes.\\n'  # advise
build()
print(len(text))
`;

const bytesLoop = `def build():
    data = b''
    for number in range(3_000):
        if number % 2 == 0:
            data += b'%010d' % number  # advise
    return data
print(len(build()), build()[-4:])
`;

const moduleText = `text = ''
for number in range(3_000):
    text += f'{number:010d}'  # advise

print(len(text), text[-4:])
`;

describe('join-strings', function () {
  this.timeout(60_000);

  for (const { name, minor, executable } of testPythons()) {
    it(`speaks where CPython copies the string for each piece, and nowhere else, on ${name}`, async () => {
      const local = `def build():
    text = ''
    for number in range(20_000):
        text += 'ten bytes.\\n'
    return text
print(len(build()))
`;
      const request = { runtimePath: executable };
      await assertAdvises('local.py', local, rule, request);
      await assertAdvises('global.py', globalText, rule, request);
      await assertFixSaves('bytes.py', bytesLoop, rule, 'allocated', request, 1.1);
      const declared = `${moduleText}def change():\n    global text\n    text = ''\n`;
      await assertAdvises('declared.py', declared, rule, request);
      // Up to 3.10, any other name of the module grows in place as well.
      if (minor > 10) await assertFixSaves('module.py', moduleText, rule, 'allocated', request, 1.1);
      else await assertAdvises('module.py', moduleText.replace('  # advise', ''), rule, request);
    });
  }

  it('speaks of attributes, items, what is put in front, and sums of three', async () => {
    const program = `class Page:
    def __init__(self):
        self.text = ''
    def add(self, piece):
        self.text += piece  # advise

page = Page()
for number in range(3_000):
    page.add('ten bytes.\\n')

def front():
    text = ''
    for number in range(3_000):
        text = 'ten bytes.\\n' + text  # advise
    return text

def three():
    text = ''
    for number in range(3_000):
        text = text + 'ten ' + 'bytes'  # advise
    return text

print(len(page.text), len(front()), len(three()))
`;
    const { advice } = await assertAdvises('program.py', program, rule);
    assert.ok(advice.every(({ fix }) => fix === undefined));
  });

  it('is silent about numbers, lists, and few pieces', async () => {
    const program = `class Sums:
    total = 0
    items = []
sums = Sums()
text = ''
for number in range(100_000):
    sums.total += number
    sums.items += [number]
for number in range(3):
    text += 'x' * 4_000_000
print(sums.total, len(sums.items), len(text))
`;
    await assertAdvises('program.py', program, rule);
  });

  it('is silent where a string begins anew after a few pieces, however often', async () => {
    const program = `def shown(number):
    text = ''
    for digit in str(number):
        text = digit * 100 + text
    return text
print(sum(len(shown(turn % 50)) for turn in range(20_000)))
`;
    await assertAdvises('program.py', program, rule);
  });

  it('offers no fix where the growing string is looked at before the loop ends', async () => {
    const looked = `def build():
    data = b''
    for number in range(3_000):
        data += b'%010d' % number  # advise
        if len(data) > 1_000_000:
            break
    return data
print(len(build()))
`;
    const inTry = `data = b''
try:
    for number in range(3_000):
        data += b'%010d' % number  # advise
except ValueError:
    pass
print(len(data))
`;
    for (const program of [looked, inTry]) {
      const { advice } = await assertAdvises('program.py', program, rule);
      assert.equal(advice.find((each) => each.rule === rule)?.fix, undefined);
    }
  });
});
