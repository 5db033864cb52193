/**
 * Leaves out of the bundled Babel what compiling one text with given plugins never runs: the search for configuration files, which must
 * not be read there, and browserslist with its data on browsers.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { inProject } from './paths.mjs';

/** @type {import('esbuild').Plugin} */
export const leanBabel = {
  name: 'lean-babel',
  setup(build) {
    const core = inProject('node_modules', '@babel', 'core');
    /** @type {Record<string, string>} Babel's own list of the files it replaces in a browser; esbuild heeds it for browsers only */
    const replacements = JSON.parse(fs.readFileSync(path.join(core, 'package.json'), 'utf8')).browser;
    build.onResolve({ filter: /^\.\.?\// }, ({ importer, resolveDir, path: specifier }) => {
      if (!importer.startsWith(core + path.sep)) return undefined;
      const file = path.relative(core, path.resolve(resolveDir, specifier)).replaceAll(path.sep, '/');
      const replacement = replacements[`./${file}`];
      return replacement === undefined ? undefined : { path: path.join(core, replacement) };
    });
    build.onResolve({ filter: /^browserslist$/ }, (args) => ({ path: args.path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, (args) => ({
      contents: `module.exports = () => { throw new Error(${JSON.stringify(`${args.path} is not bundled`)}); };`,
    }));
  },
};
