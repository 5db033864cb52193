/**
 * What the person asks for: reads the arguments of `memory-lens`.
 */

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseByteSize } from '../core/parseByteSize.ts';
import { UserError } from '../core/userError.ts';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | RunCommand
  | { readonly kind: 'show'; readonly profileFile: string; readonly minBytes?: number };

export interface RunCommand {
  readonly kind: 'run';
  /** As it was typed; '' where a module is run. */
  readonly file: string;
  /** A Python module to run by its name. */
  readonly module?: string;
  /** The program's own, untouched. */
  readonly args: readonly string[];
  /** Where the profile goes; '-' is standard output. */
  readonly jsonFile?: string;
  readonly nodePath?: string;
  readonly pythonPath?: string;
  readonly samplingIntervalBytes?: number;
  /** Python: record every allocation for the whole run. */
  readonly exact: boolean;
  /** Python: count every execution of every line. */
  readonly countAll: boolean;
  readonly recorder?: 'fallback';
  /** Look closer at the end at what is still alive and why. */
  readonly explain: boolean;
  readonly minBytes?: number;
  readonly failAbovePeakBytes?: number;
  readonly quiet: boolean;
}

export const helpText = `Shows beside each line of a program how much memory it allocated and how much of it is still alive.

usage:
  memory-lens run [options] FILE [ARG...]        profile FILE (JavaScript, TypeScript or Python), print its annotated source
  memory-lens run [options] -m MODULE [ARG...]   profile a Python module, as python -m does
  memory-lens show [options] PROFILE             print a profile that was saved with --json

options of run, before FILE (what comes after FILE or MODULE belongs to the program):
  --json FILE         also write the profile there; '-' is standard output, and then nothing else is printed there:
                      the program's own standard output goes to standard error
  --node PATH         the Node.js to use; else the first on the path
  --python PATH       the Python (3.8 or newer) or virtual environment to use; else the active one, .venv or venv here,
                      python3 or python on the path
  --interval BYTES    mean sampling interval, for example 16KiB; smaller is finer and slower
  --exact             Python: record every allocation of the run; else all of them only as long as that is cheap
  --count             Python: count every execution of every line; else at least the first 100,000 of each
  --recorder fallback Python: leave the native recorder out; slower, and fewer figures
  --explain           look closer at what is still alive and why, at a cost. JavaScript: by a heap snapshot at the end;
                      Python: for as long as it takes, where an ordinary run gives up early on a large heap
  --min-bytes BYTES   leave quieter lines and findings out of the table (also of show)
  --quiet             print no table
  --fail-above SIZE   exit with 1 when the peak is above it, for example 64MiB

Sizes are plain bytes or have a binary unit: 65536, 512KiB, 64MiB.
The table goes to standard error. The exit status is the program's own (128 + N when signal N ended it); 2 for a wrong call, 1 for a
broken --fail-above, 70 when the profiling itself failed. Ctrl+C ends the program and still prints the profile of what ran.
`;

const runOptions = {
  json: { type: 'string' },
  node: { type: 'string' },
  python: { type: 'string' },
  interval: { type: 'string' },
  'min-bytes': { type: 'string' },
  'fail-above': { type: 'string' },
  quiet: { type: 'boolean' },
  module: { type: 'string', short: 'm' },
  exact: { type: 'boolean' },
  count: { type: 'boolean' },
  recorder: { type: 'string' },
  explain: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

const showOptions = {
  'min-bytes': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the arguments after the program's name.
 * @throws UserError `wrongCall` that says what is wrong with them.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const [name, ...rest] = args;
  switch (name) {
    case 'run':
      return parseRun(rest);
    case 'show':
      return parseShow(rest);
    case 'help':
    case '--help':
    case '-h':
      return { kind: 'help' };
    case '--version':
    case '-v':
      return { kind: 'version' };
    case undefined:
      throw new UserError('wrongCall', 'Give a command: run or show. `memory-lens --help` lists them.');
    case 'compare':
    case 'export':
      throw new UserError('wrongCall', `memory-lens ${name} is not available yet; this version has run and show.`);
    default:
      throw new UserError('wrongCall', `There is no command '${name}'. To profile a file, write: memory-lens run ${name}`);
  }
}

function parseRun(args: readonly string[]): Command {
  const ownCount = countOwnArguments(args);
  const { values } = strictly(() => parseArgs({ args: args.slice(0, ownCount), options: runOptions, allowPositionals: true }));
  if (values.help) return { kind: 'help' };
  const module = notEmpty(values.module, '-m', 'a module');
  // A module takes the place of the file: all that follows is the program's.
  const [file = '', ...rest] = args.slice(ownCount);
  const programArgs = module === undefined ? rest : args.slice(ownCount);
  if (module === undefined && file === '') {
    throw new UserError('wrongCall', 'Give the file of the program: memory-lens run [options] FILE [ARG...]');
  }
  if (values.recorder !== undefined && values.recorder !== 'fallback') {
    throw new UserError('wrongCall', `--recorder takes fallback, not '${values.recorder}'.`);
  }
  return {
    kind: 'run',
    file: module === undefined ? file : '',
    module,
    args: programArgs,
    jsonFile: notEmpty(values.json, '--json'),
    nodePath: notEmpty(values.node, '--node'),
    pythonPath: notEmpty(values.python, '--python'),
    samplingIntervalBytes: atLeastOne(optionalSize(values.interval, '--interval'), '--interval'),
    exact: values.exact ?? false,
    countAll: values.count ?? false,
    recorder: values.recorder,
    explain: values.explain ?? false,
    minBytes: optionalSize(values['min-bytes'], '--min-bytes'),
    failAbovePeakBytes: optionalSize(values['fail-above'], '--fail-above'),
    quiet: values.quiet ?? false,
  };
}

function parseShow(args: readonly string[]): Command {
  const { values, positionals } = strictly(() => parseArgs({ args: [...args], options: showOptions, allowPositionals: true }));
  if (values.help) return { kind: 'help' };
  const [profileFile, ...more] = positionals;
  if (profileFile === undefined || more.length > 0) {
    throw new UserError('wrongCall', 'Give one saved profile: memory-lens show [options] PROFILE');
  }
  return { kind: 'show', profileFile, minBytes: optionalSize(values['min-bytes'], '--min-bytes') };
}

/** How many arguments come before FILE: the options, their values, and a `--`. With -m, what follows the module is the program's too. */
function countOwnArguments(args: readonly string[]): number {
  const { tokens } = parseArgs({ args: [...args], options: runOptions, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') return token.index;
    if (token.kind === 'option' && token.name === 'module') return token.index + (token.inlineValue === true ? 1 : 2);
  }
  return args.length;
}

function strictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // Node's messages go on with advice about positionals, which is not ours.
    const message = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? '').replace(/\.$/, '') : String(error);
    throw new UserError('wrongCall', `${message}. \`memory-lens --help\` lists the options; what comes after FILE belongs to the program.`);
  }
}

function optionalSize(text: string | undefined, option: string): number | undefined {
  return text === undefined ? undefined : parseByteSize(text, option);
}

function atLeastOne(bytes: number | undefined, option: string): number | undefined {
  if (bytes === 0) throw new UserError('wrongCall', `${option} must be at least one byte.`);
  return bytes;
}

function notEmpty(text: string | undefined, option: string, what = 'a path'): string | undefined {
  if (text === '') throw new UserError('wrongCall', `${option} takes ${what}, not an empty text.`);
  return text;
}
