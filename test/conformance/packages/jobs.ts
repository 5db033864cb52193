/**
 * Real packages and a large job for each. The files listed are rewritten as if they were the person's own; what else a package needs is
 * taken as it is installed.
 */

export interface Job {
  readonly name: string;
  /** Package folder in node_modules and its files to rewrite, by their ends for whole folders. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Its module in this folder: what it gives as `output`, a text, must be the same byte for byte. */
  readonly file: string;
}

export const jobs: readonly Job[] = [
  {
    name: 'acorn parses itself and Prettier’s plugins',
    packages: { acorn: ['dist/acorn.mjs'] },
    file: 'acornJob.mjs',
  },
  {
    name: 'marked renders every Markdown file of the installed packages',
    packages: { marked: ['lib/marked.esm.js'] },
    file: 'markedJob.mjs',
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
    file: 'babelJob.mjs',
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
    file: 'prettierJob.mjs',
  },
  {
    name: 'Rollup bundles acorn, marked and Prettier',
    packages: { rollup: ['dist/es/shared/rollup.js'] },
    file: 'rollupJob.mjs',
  },
  {
    name: 'TypeScript checks and compiles a part of this project',
    packages: { typescript: ['lib/typescript.js'] },
    file: 'typescriptJob.mjs',
  },
];
