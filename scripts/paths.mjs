/**
 * Where things lie. Built-in modules only: it runs before anything is installed.
 */
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's top folder. */
export const projectRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param {...string} segments
 * @returns {string} an absolute path inside the project
 */
export const inProject = (...segments) => path.join(projectRoot, ...segments);
