/** A bundler on two packages, in three formats. */
import { rollup } from 'rollup/dist/es/shared/rollup.js';
import { read } from './inputs.mjs';

const parts = [];
for (const format of ['cjs', 'iife', 'es']) {
  const entry =
    "import { parse } from 'a'; import { marked } from 'm'; export { parse, marked }; import * as all from 'a'; export const version = all.version; export const lazy = () => import('a');";
  const from = { entry, a: read('node_modules/acorn/dist/acorn.mjs'), m: read('node_modules/marked/lib/marked.esm.js') };
  const bundle = await rollup({
    input: 'entry',
    onwarn: () => {},
    plugins: [{ resolveId: (id) => (id in from ? id : null), load: (id) => from[id] ?? null }],
  });
  const { output: chunks } = await bundle.generate({
    format,
    name: 'bundle',
    sourcemap: true,
    inlineDynamicImports: true,
    exports: 'named',
  });
  parts.push(...chunks.map((chunk) => chunk.fileName + chunk.code + chunk.map));
}
export const output = parts.join('\n');
