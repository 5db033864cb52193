/**
 * Starts processes so that none is left behind: each leads a process group of its own, which ends when the process ends, when its time
 * is up, or when this script is ended.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs] after it the whole group is killed
 * @property {'inherit' | 'capture' | 'stderr'} [output] 'capture' gathers standard output and error in one text, 'stderr' shows both there
 *
 * @typedef {object} RunResult
 * @property {number} code 0 only for a good end; 128 plus the signal's number for a signal, 127 when it could not be started
 * @property {boolean} timedOut
 * @property {string} output what was captured, or why the process could not be started
 */

/**
 * Runs a program to its end; never rejects.
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(executable, args, { cwd, env = process.env, timeoutMs, output = 'inherit' } = {}) {
  const stdio = /** @type {const} */ ({ inherit: 'inherit', capture: 'pipe', stderr: 2 })[output];
  const windows = process.platform === 'win32';
  const child = spawn(executable, args, {
    cwd,
    env,
    detached: !windows,
    stdio: ['ignore', stdio, stdio],
  });
  const { pid } = child;
  let timedOut = false;
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const stopCaringForSignals = pid === undefined ? () => {} : endWithUs(pid);
  const timer = setTimeout(
    () => {
      timedOut = true;
      if (pid !== undefined) killGroup(pid);
    },
    timeoutMs ?? 2 ** 31 - 1,
  );
  return new Promise((resolve) => {
    /** @param {Pick<RunResult, 'code' | 'output'>} result */
    const settle = (result) => {
      clearTimeout(timer);
      stopCaringForSignals();
      resolve({ ...result, timedOut });
    };
    child.once('error', (error) => settle({ code: 127, output: `${executable}: ${error.message}` }));
    child.once('exit', (code, signal) => {
      // What the process left behind goes with it; it may also hold the pipes open that 'close' waits for.
      if (pid !== undefined) killGroup(pid);
      const finish = () => settle({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output: text });
      child.once('close', finish);
      setTimeout(finish, 2000).unref();
    });
  });
}

/**
 * @param {number} pid of a process group's leader
 * @returns {() => void} to be called when the process has ended
 */
function endWithUs(pid) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    killGroup(pid);
    // Not at once: other groups have handlers of their own.
    setImmediate(() => process.exit(128 + constants.signals[signal]));
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).on('error', () => {});
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
