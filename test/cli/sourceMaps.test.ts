import assert from 'node:assert/strict';
import { transformSync } from 'esbuild';
import { createTestFolder, runCli, type TestFolder } from './commandLine.ts';

const original = `interface Item {
  readonly id: number;
}

const items: Item[] = [];
for (let id = 0; id < 50_000; id++) {
  items.push({
    id,
  });
}
Object.assign(globalThis, { items });
`;

describe('memory-lens run of a compiled program', function () {
  // Its figures are sampled, now and then off by more than three standard errors, but not again and again.
  this.retries(2);
  let folder: TestFolder;
  beforeEach(() => (folder = createTestFolder()));
  afterEach(() => folder.remove());

  const compile = (sourcemap: 'external' | 'inline', sourcefile: string): { code: string; map: string } =>
    transformSync(original, { loader: 'ts', format: 'cjs', sourcemap, sourcefile, sourcesContent: false });

  it('shows the original source, wherever the map is', async () => {
    folder.write('src/items.ts', original);
    const beside = compile('external', '../src/items.ts');
    const cases = [
      folder.write('out/inline.js', compile('inline', '../src/items.ts').code),
      folder.write('out/beside.js', `${beside.code}//# sourceMappingURL=beside.js.map\n`),
    ];
    folder.write('out/beside.js.map', beside.map);
    for (const file of cases) {
      const { status, stderr } = await runCli(['run', file], { cwd: folder.path });
      assert.equal(status, 0);
      assert.match(stderr, /^src\/items\.ts {2}\d/m);
      assert.match(stderr, /^ {3}7 {2,}\d\.\d MiB {2,}\d\.\d MiB .* 50,000 .*│ {3}items\.push\(\{$/m);
      assert.doesNotMatch(stderr, /^out\//m);
    }
  });

  it('shows what was run when the original or the map is not there, and says why', async () => {
    const lone = compile('external', 'gone.ts');
    folder.write('lone.js.map', lone.map);
    const file = folder.write('lone.js', `${lone.code}//# sourceMappingURL=lone.js.map\n`);
    const withoutOriginal = await runCli(['run', file], { cwd: folder.path });
    assert.match(withoutOriginal.stderr, /^lone\.js {2}\d/m);
    assert.match(withoutOriginal.stderr, /Note: .*lone\.js is shown as it was run/);
    const broken = folder.write('broken.js', `${lone.code}//# sourceMappingURL=nowhere.js.map\n`);
    assert.match(
      (await runCli(['run', broken], { cwd: folder.path })).stderr,
      /Note: The source map of .*broken\.js is not used: there is no file/,
    );
  });
});
