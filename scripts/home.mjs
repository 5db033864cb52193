/**
 * In CI the home folder may be missing, not named or read-only, and npm, the browser and the editor all want to write there.
 */
import * as fs from 'node:fs';
import { inProject } from './paths.mjs';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} the same, with another home folder where its own can't be written
 */
export function withWritableHome(env) {
  if (process.platform === 'win32' || isWritableFolder(env['HOME'])) return env;
  const home = inProject('.runtimes', 'home');
  fs.mkdirSync(home, { recursive: true });
  return { ...env, HOME: home };
}

/** @param {string | undefined} folder */
function isWritableFolder(folder) {
  if (!folder) return false;
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return fs.statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
