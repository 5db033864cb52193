/**
 * Finds the file that `python -m MODULE` will run, without running any of the program.
 */

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ProfileRequest } from '../engine.ts';
import type { PythonRuntime } from './pythonRuntime.ts';

const answerTimeoutMs = 15_000;

/** Only the outermost package is looked for: finding an inner one would run the outer one's code. */
const question = [
  'import importlib.util, sys',
  'spec = importlib.util.find_spec(sys.argv[1])',
  'print((spec.submodule_search_locations or [None])[0] or spec.origin if spec else "")',
].join('\n');

/** Absolute; undefined when there is none to be found: Python itself will say why, or load it in some other way. */
export async function findModuleFile(runtime: PythonRuntime, request: ProfileRequest): Promise<string | undefined> {
  const [outermost = '', ...inner] = (request.module ?? '').split('.');
  const found = await locate(runtime.executable, outermost, request);
  if (found === undefined) return undefined;
  const base = path.join(path.resolve(request.cwd, found), ...inner);
  return [base, `${base}.py`, path.join(base, '__main__.py')].find((candidate) => /\.pyw?$/.test(candidate) && fs.existsSync(candidate));
}

function locate(executable: string, name: string, { cwd, env }: ProfileRequest): Promise<string | undefined> {
  return new Promise((settle) => {
    execFile(executable, ['-c', question, name], { cwd, env, timeout: answerTimeoutMs, encoding: 'utf8' }, (error, stdout) => {
      const said = stdout.trim();
      settle(error !== null || said === '' ? undefined : said);
    });
  });
}
