/**
 * Where things lie. Built-in modules only: it runs before anything is installed.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's top folder. */
export const projectRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param {...string} segments
 * @returns {string} an absolute path inside the project
 */
export const inProject = (...segments) => path.join(projectRoot, ...segments);

/**
 * @param {string} moduleUrl a module's import.meta.url
 * @returns {boolean} whether that module is the program that was started, rather than imported
 */
export const isEntryPoint = (moduleUrl) => process.argv[1] !== undefined && fs.realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
