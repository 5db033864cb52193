/**
 * Runs an extension's test suite in the real extension host.
 */
import { launchBrowser, openWorkbench } from './workbench.mjs';
import { startServer } from './server.mjs';

/**
 * @typedef {object} TestRunOptions
 * @property {number} [timeoutMs]
 * @property {boolean} [verbose]
 * @property {import('./server.mjs').ServerOptions} [serverOptions]
 * @property {import('./workbench.mjs').BrowserOptions} [browserOptions]
 */

/**
 * @param {TestRunOptions & import('./workbench.mjs').Where} options
 * @returns {Promise<number>} the suite's exit code
 */
export async function runExtensionTests({ timeoutMs = 600_000, verbose = false, serverOptions = {}, browserOptions = {}, ...where }) {
  const startedAtMs = Date.now();
  /** @param {string} what */
  const mark = (what) => {
    if (verbose) process.stderr.write(`[rig +${((Date.now() - startedAtMs) / 1000).toFixed(1)}s] ${what}\n`);
  };
  const server = await startServer({ echo: verbose, ...serverOptions });
  mark(`server on ${server.port}`);
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {string[]} */
  const windowErrors = [];
  let heard = false;
  try {
    const launched = await launchBrowser(browserOptions);
    browser = launched;
    mark('browser up');
    const code = await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no test result after ${timeoutMs} ms`)), timeoutMs);
      server.child.once('exit', (exitCode) => reject(new Error(`VS Code's server exited early (${exitCode})`)));
      launched.on('disconnected', () => reject(new Error('the browser went away')));
      openWorkbench(server, launched, {
        ...where,
        onLog: (_type, args, fromExtensionHost) => {
          if (!fromExtensionHost) return;
          heard = true;
          process.stdout.write(formatLog(args) + '\n');
        },
        onConsole: (type, text) => {
          if (verbose) process.stderr.write(`[window ${type}] ${text}\n`);
          else if (type === 'error' || type === 'pageerror') windowErrors.push(text);
        },
        onExit: resolve,
      }).then((page) => {
        mark('workbench up');
        page.once('crash', () => reject(new Error('the page crashed')));
      }, reject);
    });
    mark(`exit code ${code}`);
    if (code === 0) return await trueExitCode(server);
    if (!heard) {
      const errors = windowErrors.slice(0, 20).join('\n');
      process.stderr.write(`[vscode-rig] exit code ${code} without a word from the extension host; the window's errors:\n${errors}\n`);
    }
    return code;
  } finally {
    clearTimeout(timer);
    await browser?.close().catch(() => {
      // It went away by itself; that was reported.
    });
    await server.stop();
    mark('stopped');
  }
}

/**
 * An extension host that crashes or calls process.exit(n) is reported by the window as exit code 0; the server's own log has the truth.
 * @param {import('./server.mjs').Server} server
 */
async function trueExitCode(server) {
  for (let attempt = 0; attempt < 150; attempt++) {
    const ends = [...server.log.matchAll(/Extension Host Process exited with code: (-?\w+), signal: (\w+)/g)];
    const [, code, signal] = ends.at(-1) ?? [];
    if (signal !== undefined && signal !== 'null') {
      process.stdout.write(`extension host died: ${signal}\n`);
      return 1;
    }
    if (code !== undefined) return Number(code);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.stdout.write("the extension host's end was not seen in the server log (needs log level info): counted as a failure\n");
  return 1;
}

/** @param {unknown} args of console.log, with its % placeholders */
function formatLog(args) {
  const texts = [args].flat().map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const [first = '', ...rest] = texts;
  const message = first.replace(/%([sdcifoOj%])/g, (placeholder, kind) => {
    if (kind === '%') return '%';
    const value = rest.shift();
    return kind === 'c' ? '' : (value ?? placeholder);
  });
  return [message, ...rest].join(' ');
}
