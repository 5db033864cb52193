/** A formatter on this project’s sources, on Markdown and on CSS. */
import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';
import * as markdown from 'prettier/plugins/markdown';
import * as postcss from 'prettier/plugins/postcss';
import { listed, read } from './inputs.mjs';

const plugins = [babel, estree, typescript, markdown, postcss];
const inputs = [
  ...listed('src/core', '.ts').map((file) => [file, 'typescript']),
  ...listed('scripts', '.mjs').map((file) => [file, 'babel']),
  ['node_modules/marked/README.md', 'markdown'],
  ['node_modules/prettier/README.md', 'markdown'],
];
const parts = [];
for (const [file, parser] of inputs) parts.push(await format(read(file), { parser, plugins, printWidth: 60 }));
parts.push(await format('a{b:c;d :e}@media (x){f{g:h}}', { parser: 'css', plugins }));
export const output = parts.join('\n');
