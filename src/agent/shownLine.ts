/** A source line as Node shows it above an error, from the file as it is on disk. */

import * as fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/** As Node's GetErrorSource has it. */
const maxUnderlineLength = 1020;

/** @param place `name` as V8 names the file; from 0. */
export function shownLine({ name, line0, column0 }: { readonly name: string; readonly line0: number; readonly column0: number }): string {
  const file = name.startsWith('file:') ? fileURLToPath(name) : name;
  const line = fs.readFileSync(file, 'utf8').split(/\r?\n/)[line0] ?? '';
  const underline = `${line.slice(0, column0).replace(/[^\t]/g, ' ')}^`.slice(0, maxUnderlineLength);
  return `${name}:${line0 + 1}\n${line}\n${underline}\n`;
}
