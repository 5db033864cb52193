/**
 * Real packages and a large job for each. The files listed are rewritten as if they were the person's own; what else a package needs is
 * taken as it is installed.
 */

export interface Job {
  readonly name: string;
  /** Package folder in node_modules and its files to rewrite, by their ends for whole folders. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** An ES module: what it gives as `output` (a text) must be the same byte for byte. `project` is the project's folder. */
  readonly program: string;
}

const readTexts = `
import fs from 'node:fs';
import path from 'node:path';
const read = (name) => fs.readFileSync(path.join(project, name), 'utf8');
const listed = (folder, end) => fs.readdirSync(path.join(project, folder)).filter((name) => name.endsWith(end)).sort().map((name) => path.join(folder, name));`;

export const jobs: readonly Job[] = [
  {
    name: 'acorn parses itself and Prettier’s plugins',
    packages: { acorn: ['dist/acorn.mjs'] },
    program: `import { parse, tokenizer } from 'acorn';${readTexts}
      const files = ['node_modules/acorn/dist/acorn.mjs', 'node_modules/prettier/plugins/estree.mjs', 'node_modules/prettier/plugins/yaml.mjs'];
      const seen = files.map((file) => {
        const comments = [];
        const tree = parse(read(file), { ecmaVersion: 'latest', sourceType: 'module', locations: true, onComment: comments });
        return JSON.stringify([tree, comments]);
      });
      const errors = ['let a; let a', 'a b', '\`\${', 'class { #a; #a }', '/(?<a>)(?<a>)/', 'for (let of x);'].map((text) => { try { return parse(text, { ecmaVersion: 2022 }); } catch (error) { return error.message; } });
      export const output = seen.join('\\n') + JSON.stringify(errors) + [...tokenizer('a => \`b\${c}\`', { ecmaVersion: 2022 })].length;`,
  },
  {
    name: 'marked renders every Markdown file of the installed packages',
    packages: { marked: ['lib/marked.esm.js'] },
    program: `import { marked } from 'marked';${readTexts}
      const files = fs.readdirSync(path.join(project, 'node_modules')).flatMap((name) => ['README.md', 'CHANGELOG.md'].map((file) => path.join('node_modules', name, file))).filter((file) => fs.existsSync(path.join(project, file))).sort().slice(0, 150);
      export const output = files.map((file) => file + marked.parse(read(file).slice(0, 60_000), { gfm: true })).join('\\n');`,
  },
  {
    name: 'Babel parses, transforms and prints this project’s compiler and its own parser',
    packages: {
      '@babel/parser': ['lib/index.js'],
      '@babel/generator': ['.js'],
      '@babel/traverse': ['.js'],
      '@babel/types': ['.js'],
      '@babel/template': ['.js'],
      '@babel/plugin-transform-typescript': ['.js'],
      '@babel/helper-create-class-features-plugin': ['.js'],
      '@babel/core': ['.js'],
    },
    program: `import babel from '@babel/core'; import typescript from '@babel/plugin-transform-typescript';${readTexts}
      const compile = (file, plugins) => { const { code, map } = babel.transformSync(read(file), { filename: file, plugins, babelrc: false, configFile: false, sourceMaps: true, compact: false }); return code + JSON.stringify(map); };
      export const output = [...listed('src/agent/transform/typescript', '.ts'), ...listed('src/core', '.ts')].map((file) => compile(file, [[typescript, {}]])).join('\\n') + compile('node_modules/@babel/traverse/lib/scope/index.js', []) + compile('node_modules/acorn/dist/acorn.mjs', []);`,
  },
  {
    name: 'Prettier formats JavaScript, TypeScript, Markdown and CSS',
    packages: {
      prettier: [
        'standalone.mjs',
        'plugins/babel.mjs',
        'plugins/estree.mjs',
        'plugins/typescript.mjs',
        'plugins/markdown.mjs',
        'plugins/postcss.mjs',
      ],
    },
    program: `import { format } from 'prettier/standalone'; import * as babel from 'prettier/plugins/babel'; import * as estree from 'prettier/plugins/estree'; import * as typescript from 'prettier/plugins/typescript'; import * as markdown from 'prettier/plugins/markdown'; import * as postcss from 'prettier/plugins/postcss';${readTexts}
      const plugins = [babel, estree, typescript, markdown, postcss];
      const inputs = [...listed('src/core', '.ts').map((file) => [file, 'typescript']), ...listed('scripts', '.mjs').map((file) => [file, 'babel']), ['node_modules/marked/README.md', 'markdown'], ['node_modules/prettier/README.md', 'markdown']];
      const parts = [];
      for (const [file, parser] of inputs) parts.push(await format(read(file), { parser, plugins, printWidth: 60 }));
      parts.push(await format('a{b:c;d :e}@media (x){f{g:h}}', { parser: 'css', plugins }));
      export const output = parts.join('\\n');`,
  },
  {
    name: 'Rollup bundles acorn, marked and Prettier',
    packages: { rollup: ['dist/es/shared/rollup.js'] },
    program: `import { rollup } from 'rollup/dist/es/shared/rollup.js';${readTexts}
      const parts = [];
      for (const format of ['cjs', 'iife', 'es']) {
        const entry = "import { parse } from 'a'; import { marked } from 'm'; export { parse, marked }; import * as all from 'a'; export const version = all.version; export const lazy = () => import('a');";
        const from = { entry, a: read('node_modules/acorn/dist/acorn.mjs'), m: read('node_modules/marked/lib/marked.esm.js') };
        const bundle = await rollup({ input: 'entry', onwarn: () => {}, plugins: [{ resolveId: (id) => (id in from ? id : null), load: (id) => from[id] ?? null }] });
        const { output: chunks } = await bundle.generate({ format, name: 'bundle', sourcemap: true, inlineDynamicImports: true, exports: 'named' });
        parts.push(...chunks.map((chunk) => chunk.fileName + chunk.code + chunk.map));
      }
      export const output = parts.join('\\n');`,
  },
  {
    name: 'TypeScript checks and compiles a part of this project',
    packages: { typescript: ['lib/typescript.js'] },
    program: `import ts from 'typescript';${readTexts}
      const files = [...listed('src/core', '.ts'), ...listed('src/protocol', '.ts')].map((file) => path.join(project, file));
      const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, strict: true, allowImportingTsExtensions: true, rewriteRelativeImportExtensions: true, skipLibCheck: true, types: [], lib: ['lib.es2023.d.ts'], declaration: true, sourceMap: true };
      const host = ts.createCompilerHost(options);
      host.getDefaultLibLocation = () => path.join(project, 'node_modules/typescript/lib');
      const emitted = [];
      host.writeFile = (name, text) => emitted.push(path.relative(project, name) + text);
      const program = ts.createProgram([...files.slice(0, 12)], options, host);
      const found = ts.getPreEmitDiagnostics(program).map((each) => each.code + ts.flattenDiagnosticMessageText(each.messageText, ' '));
      program.emit();
      export const output = emitted.join('\\n') + found.join('\\n');`,
  },
];
