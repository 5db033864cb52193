/** A compiler on this project’s TypeScript and on large packages. */
import babel from '@babel/core';
import typescript from '@babel/plugin-transform-typescript';
import { listed, read } from './inputs.mjs';

const compile = (file, plugins) => {
  const { code, map } = babel.transformSync(read(file), {
    filename: file,
    plugins,
    babelrc: false,
    configFile: false,
    sourceMaps: true,
    compact: false,
  });
  return code + JSON.stringify(map);
};
export const output =
  [...listed('src/agent/transform/typescript', '.ts'), ...listed('src/core', '.ts')]
    .map((file) => compile(file, [[typescript, {}]]))
    .join('\n') +
  compile('node_modules/@babel/traverse/lib/scope/index.js', []) +
  compile('node_modules/acorn/dist/acorn.mjs', []);
