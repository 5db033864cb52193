/** A Markdown renderer on what the installed packages say of themselves. */
import fs from 'node:fs';
import path from 'node:path';
import { marked } from 'marked';
import { read, project } from './inputs.mjs';

const files = fs
  .readdirSync(path.join(project, 'node_modules'))
  .flatMap((name) => ['README.md', 'CHANGELOG.md'].map((file) => path.join('node_modules', name, file)))
  .filter((file) => fs.existsSync(path.join(project, file)))
  .sort()
  .slice(0, 150);
export const output = files.map((file) => file + marked.parse(read(file).slice(0, 60_000), { gfm: true })).join('\n');
