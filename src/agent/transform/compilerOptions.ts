/**
 * The part of tsconfig.json that decides how a file runs, read the way tsx and tsc read it: the nearest file upwards, comments and
 * trailing commas allowed, `extends` followed through relative paths and packages.
 */

import { getTsconfig } from 'get-tsconfig';

/** As in tsconfig.json's compilerOptions; what is not set there is absent. */
export interface CompilerOptions {
  readonly experimentalDecorators?: boolean;
  readonly emitDecoratorMetadata?: boolean;
  readonly useDefineForClassFields?: boolean;
  readonly verbatimModuleSyntax?: boolean;
  readonly preserveValueImports?: boolean;
  readonly esModuleInterop?: boolean;
  readonly alwaysStrict?: boolean;
  readonly strict?: boolean;
  readonly strictNullChecks?: boolean;
  /** Lower case, as `target` and `module` are. */
  readonly jsx?: string;
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
  readonly target?: string;
  readonly module?: string;
}

export interface LoadedCompilerOptions {
  /** Empty when there is no tsconfig.json or it can't be read. */
  readonly options: CompilerOptions;
  /** The file that was read. */
  readonly path?: string;
  /** A whole sentence: why the file that is there was not used. */
  readonly problem?: string;
}

const flags = [
  'experimentalDecorators',
  'emitDecoratorMetadata',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
  'preserveValueImports',
  'esModuleInterop',
  'alwaysStrict',
  'strict',
  'strictNullChecks',
] as const;
const names = ['jsxFactory', 'jsxFragmentFactory', 'jsxImportSource'] as const;
const keywords = ['jsx', 'target', 'module'] as const;

/** Finds the tsconfig.json nearest to `directory`, upwards, and reads what matters of it. Never throws: a broken one is a `problem`. */
export function loadCompilerOptions(directory: string): LoadedCompilerOptions {
  try {
    const found = getTsconfig(directory);
    if (!found) return { options: {} };
    return { options: decodeCompilerOptions(found.config.compilerOptions), path: found.path };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { options: {}, problem: `The tsconfig.json for ${directory} can't be read (${reason}); TypeScript's defaults were used.` };
  }
}

/** Keeps the options of the right type: what a person wrote wrongly is as good as absent, as for the compiler's emit. */
function decodeCompilerOptions(raw: unknown): CompilerOptions {
  if (typeof raw !== 'object' || raw === null) return {};
  const given = raw as Record<string, unknown>;
  const options: Record<string, boolean | string> = {};
  for (const name of flags) if (typeof given[name] === 'boolean') options[name] = given[name];
  for (const name of names) if (typeof given[name] === 'string') options[name] = given[name];
  for (const name of keywords) if (typeof given[name] === 'string') options[name] = given[name].toLowerCase();
  return options;
}

/**
 * Whether class fields are defined (as JavaScript has it) or assigned in the constructor (as TypeScript had it before). An absent
 * target counts as the newest, which is what tsx and TypeScript 6 do.
 */
export function definesClassFields(options: CompilerOptions): boolean {
  if (options.useDefineForClassFields !== undefined) return options.useDefineForClassFields;
  if (options.target === undefined) return true;
  return options.target === 'esnext' || (/^es20\d\d$/.test(options.target) && Number(options.target.slice(2)) >= 2022);
}
