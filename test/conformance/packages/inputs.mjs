/** What jobs read. They run from a folder of their own; the runner tells where the project is. */
import fs from 'node:fs';
import path from 'node:path';

/** @type {string} */
export const project = Reflect.get(globalThis, 'memoryLensProject');

/** @param {string} name in the project */
export const read = (name) => fs.readFileSync(path.join(project, name), 'utf8');

/**
 * @param {string} folder
 * @param {string} end
 */
export const listed = (folder, end) =>
  fs
    .readdirSync(path.join(project, folder))
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => path.join(folder, name));
