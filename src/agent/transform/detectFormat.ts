/**
 * Whether a file is CommonJS or an ES module: by its extension, then by the nearest package.json, then by what it contains.
 */

import type { CompilerOptions } from './compilerOptions.ts';
import { parseSource, type SourceKind } from './parseSource.ts';
import { findModuleNames, findModuleStatements } from './typescript/moduleSyntax.ts';

export type ModuleFormat = 'commonjs' | 'module';

/** The kind of source behind a path, undefined for what the runtime takes as it is. */
export function sourceKindOf(path: string): SourceKind | undefined {
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  if (path.endsWith('.tsx')) return 'tsx';
  return path.endsWith('.jsx') ? 'jsx' : undefined;
}

/**
 * `packageType` is the `type` of the nearest package.json. Where nothing is said, ES module syntax makes a module, as in Node from
 * 22.7 on; except that a file that uses `require`, `__dirname` and the like beside `import` stays CommonJS, and so does one whose
 * tsconfig.json asks for CommonJS: as modules these would fail, under tsx and ts-node they run.
 * A file that can't be parsed is CommonJS; compiling it reports the error.
 */
export function detectFormat(source: string, path: string, packageType: string | undefined, options: CompilerOptions = {}): ModuleFormat {
  if (/\.m[jt]s$/.test(path)) return 'module';
  if (/\.c[jt]s$/.test(path)) return 'commonjs';
  if (packageType === 'module' || packageType === 'commonjs') return packageType;
  if (!/\b(?:import|export|await)\b/.test(source)) return 'commonjs';
  let file;
  try {
    file = parseSource(source, { kind: sourceKindOf(path) ?? 'jsx', legacyDecorators: options.experimentalDecorators === true });
  } catch {
    return 'commonjs';
  }
  const { hasModule, hasTypeScriptCommonJs } = findModuleStatements(file);
  const { needsModule, usesCommonJsNames } = findModuleNames(file);
  if (needsModule) return 'module';
  if (!hasModule || hasTypeScriptCommonJs || usesCommonJsNames) return 'commonjs';
  return options.module === 'commonjs' ? 'commonjs' : 'module';
}
