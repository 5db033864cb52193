/** A parser on itself and on Prettier’s plugins, and on texts that it rejects. */
import { parse, tokenizer } from 'acorn';
import { read } from './inputs.mjs';

const files = ['node_modules/acorn/dist/acorn.mjs', 'node_modules/prettier/plugins/estree.mjs', 'node_modules/prettier/plugins/yaml.mjs'];
const seen = files.map((file) => {
  const comments = [];
  const tree = parse(read(file), { ecmaVersion: 'latest', sourceType: 'module', locations: true, onComment: comments });
  return JSON.stringify([tree, comments]);
});
const errors = ['let a; let a', 'a b', '`${', 'class { #a; #a }', '/(?<a>)(?<a>)/', 'for (let of x);'].map((text) => {
  try {
    return parse(text, { ecmaVersion: 2022 });
  } catch (error) {
    return error.message;
  }
});
export const output = seen.join('\n') + JSON.stringify(errors) + [...tokenizer('a => `b${c}`', { ecmaVersion: 2022 })].length;
